"""Reasons that really occur: read from a database or from what `maild explain` says, and held against the templates."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from maild.console.wording.saying import say

_TEXTS, _LISTS = frozenset({"reason", "reply", "note"}), frozenset({"reasons", "warnings"})


def unsaid(reasons: Iterable[str]) -> tuple[list[str], int]:
    """(those that have no Chinese, how many there are)."""
    all_of_them = list(reasons)
    return [reason for reason in all_of_them if not say(reason, "zh-CN").translated], len(all_of_them)


def stored(file: Path) -> Iterator[str]:
    """Every reason, reply, note, warning and candidate's reason in a database, each as often as it differs."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
            for column in [name for name in columns if name in _TEXTS | _LISTS | {"candidates"}]:
                values = database.execute(f'SELECT DISTINCT "{column}" FROM "{table}"')
                if column in _TEXTS:
                    yield from (value for (value,) in values if value)
                elif column in _LISTS:
                    yield from (one for (value,) in values for one in json.loads(value or "[]"))
                else:
                    rows = (row for (value,) in values for row in json.loads(value or "[]"))
                    yield from (reason for row in rows for reason in row.get("reasons", ()))


def explained(row: Mapping[str, Any]) -> Iterator[str]:
    """Every reason in one answer of `maild explain --json`."""
    yield from row["auth"]["reasons"]
    yield from row["decision"]["reasons"]
    yield from (reason for candidate in row["candidates"] for reason in candidate["reasons"])
    yield from (warning for receipt in row["receipts"] for warning in receipt["warnings"])
    yield from (recipient["reason"] for recipient in (row["bounce"] or {"recipients": ()})["recipients"])
