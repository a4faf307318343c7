"""rules/queue.toml → QueueLimits: the shipped table, and over it what the office's own file names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maild.domain.calendar import Calendar
from maild.domain.desk.queue_limits import QueueLimits, Urgency
from maild.domain.hours import read_time
from maild.domain.incoming.cause import Cause
from maild.resources import data_folder
from maild.tables import Source, read_toml

NAME = "queue.toml"
MOST_DAYS = 250  # working days; more is a slip
_KEYS = ("working_days", "priority")
_MOST = {"working_days": MOST_DAYS, "priority": 100}
_HELP = "the head of rules/queue.toml says what each line means"


def load_queue(rules_folder: str, calendar: Calendar, zone: tzinfo) -> QueueLimits:
    """The limits in force. Raises RuleError with file and line for what is wrong."""
    folders = [data_folder("rules"), *([Path(rules_folder)] if rules_folder else [])]
    until, usual = time(17), {"working_days": 1, "priority": 50}
    own: dict[Cause, dict[str, int]] = {}
    for path in (folder / NAME for folder in folders):
        if not path.is_file():
            continue
        source = read_toml(path)
        until = _until(source, until)
        usual |= _numbers(source, "", {k: v for k, v in source.data.items() if k not in ("until", "cause")})
        for cause, said in _causes(source).items():
            own[cause] = own.get(cause, {}) | said
    made = {cause: _urgency(usual | said) for cause, said in own.items()}
    return QueueLimits(calendar=calendar, zone=zone, until=until, usual=_urgency(usual), own=MappingProxyType(made))


def _urgency(said: Mapping[str, int]) -> Urgency:
    return Urgency(days=said["working_days"], priority=said["priority"])


def _until(source: Source, before: time) -> time:
    value = source.data.get("until")
    if value is None:
        return before
    try:
        return read_time(value if isinstance(value, str) else "")
    except ValueError as error:
        raise source.error("until", 'an hour such as "17:00" is needed', _HELP) from error


def _causes(source: Source) -> dict[Cause, dict[str, int]]:
    tables = source.data.get("cause", {})
    if not isinstance(tables, dict):
        raise source.error("cause", "write each as [cause.NAME]", _HELP)
    known = {cause.value for cause in Cause if cause}
    found = {}
    for name, table in tables.items():
        where = f"cause.{name}"
        if name not in known:
            raise source.error(where, f"{name!r} is no cause", f"known: {', '.join(sorted(known))}")
        if not isinstance(table, dict):
            raise source.error(where, "must be a table", _HELP)
        found[Cause(name)] = _numbers(source, where, table)
    return found


def _numbers(source: Source, where: str, table: Mapping[str, Any]) -> dict[str, int]:
    for key, value in table.items():
        place = f"{where}.{key}" if where else key
        if key not in _KEYS:
            known = _KEYS if where else (*_KEYS, "until", "[cause.NAME]")
            raise source.error(place, "is not known", f"known: {', '.join(known)}")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST[key]:
            raise source.error(place, f"a whole number from 0 to {_MOST[key]} is needed", _HELP)
    return dict(table)
