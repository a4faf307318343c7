"""rules/retention.toml: read, with the office's own laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maild.classify.rules.files import Tree
from maild.domain.records.retention import Class, Keeping, Retention
from maild.resources import data_folder
from maild.tables import Source, read_toml

FILE = "retention.toml"
MOST_DAYS = 36_500
_KEYS = {"days", "why", "law"}
_LEDGER = "ledger"


def load_retention(folder: str = "") -> Retention:
    """The shipped table with the office's over it. Raises RuleError with file, line and key."""
    rows: dict[str, dict[str, Any]] = {}
    run, source = False, None
    for path in Tree([data_folder("rules"), *([Path(folder)] if folder else [])]).every(FILE):
        source = read_toml(path)
        for name, value in source.data.items():
            if name == "run":
                run = _flag(source, value)
            else:
                rows.setdefault(name, {}).update(_row(source, name, value))
    assert source is not None  # it ships with the program
    made = {name: _keeping(source, name, row) for name, row in rows.items()}
    return Retention(run=run, keeping={one: made[one] for one in Class}, ledger=made[_LEDGER])


def _flag(source: Source, value: object) -> bool:
    if not isinstance(value, bool):
        raise source.error("run", f"{value!r} is neither true nor false")
    return value


def _row(source: Source, name: str, value: object) -> Mapping[str, Any]:
    if name not in {*Class, _LEDGER}:
        raise source.error(name, "no such class", remedy=f"one of {', '.join([*Class, _LEDGER])}")
    if not isinstance(value, dict):
        raise source.error(name, "is no table", remedy=f"write [{name}]")
    for key in value:
        if key not in _KEYS:
            raise source.error(f"{name}.{key}", "no such key", remedy=f"one of {', '.join(sorted(_KEYS))}")
    days = value.get("days", 0)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
        raise source.error(f"{name}.days", f"{days!r} is no number of days from 0 to {MOST_DAYS}")
    if name == _LEDGER and days:
        raise source.error(
            f"{name}.days", "the books are never taken away: their hash chain needs every entry", remedy="days = 0"
        )
    return value


def _keeping(source: Source, name: str, row: Mapping[str, Any]) -> Keeping:
    why = row.get("why")
    if not (isinstance(why, list) and len(why) == 2 and all(isinstance(one, str) and one for one in why)):
        raise source.error(f"{name}.why", "is not Chinese and English", remedy='why = ["…", "…"]')
    law = row.get("law", "")
    if not isinstance(law, str):
        raise source.error(f"{name}.law", "is no text")
    return Keeping(days=row.get("days", 0), why_zh=why[0], why_en=why[1], law=law)
