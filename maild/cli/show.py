"""Output: one JSON object a line with --json, else tables and lines for people."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from maild.cli.context import CALL

if TYPE_CHECKING:
    from maild.domain.records.journal import JournalEntry

Row = Mapping[str, Any]
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\+00:00|Z)")
_WIDE = 200  # columns where output goes to a file: nothing is cut, little is wrapped


def clean(value: object) -> str:
    """Text that may come from a mail, for a terminal: no control or direction marks can act there."""
    text = "" if value is None else str(value).replace("\r\n", "\n")
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") else "\ufffd" for char in text
    )


def dump(row: Row) -> None:
    """One JSON object on one line, UTF-8 whatever the locale."""
    line = json.dumps(row, ensure_ascii=False, default=str, separators=(", ", ": "))
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def when(at: datetime) -> str:
    """A moment for people, on the office's clock: '2026-11-30 08:05+08:00'."""
    return at.astimezone(ZoneInfo(CALL.zone)).isoformat(" ", timespec="minutes")


def table(rows: Iterable[Row], columns: Sequence[str], *, empty: str = "nothing found") -> None:
    """A list: JSON lines, or a table of some of the columns."""
    if CALL.json:
        for row in rows:
            dump(row)
        return
    lines = [[clean(_cell(row[column])) for column in columns] for row in rows]
    if not lines:
        say(empty)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column.replace("_", " "), overflow="fold")
    for cells in lines:
        made.add_row(*map(Text, cells))
    console().print(made)


def one(row: Row, lines: Iterable[str] = ()) -> None:
    """A single thing: its JSON object, or its fields with `lines` of detail below."""
    if CALL.json:
        dump(row)
        return
    width = max((len(key) for key, value in row.items() if _plain(value)), default=0)
    for key, value in row.items():
        if _plain(value):
            say(f"{key.replace('_', ' '):<{width}}  {_cell(value)}")
    for line in lines:
        say(line)


def say(text: object) -> None:
    """A line for people; nothing in it is markup."""
    print(clean(text))  # noqa: T201


def done(what: str, **data: object) -> None:
    """What an act did."""
    if CALL.json:
        dump({"done": what, **data})
    else:
        say(what)


def console() -> Any:
    """A rich console on standard output."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False, emoji=False, markup=False)


def _plain(value: object) -> bool:
    nested = isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))
    return value not in (None, "", [], {}) and not nested


def _cell(value: object) -> str:
    """Moments are told to programs in UTC, and to people on the office's clock."""
    if isinstance(value, str) and _UTC.fullmatch(value):
        moment = datetime.fromisoformat(value).astimezone(ZoneInfo(CALL.zone))
        return moment.isoformat(" ", timespec="seconds")
    return (
        ", ".join(str(item) for item in value)
        if isinstance(value, list | tuple)
        else ""
        if value is None
        else str(value)
    )


def timeline(history: Sequence[JournalEntry]) -> list[str]:
    """The history in lines for people, each reason on a line of its own."""
    lines = ["", "history"] if history else []
    for entry in history:
        change = f"{entry.before} → {entry.after}" if entry.before or entry.after else ""
        source = f"mail {entry.mail_id}" if entry.mail_id else ""
        notice = f"notice {entry.outbox_id}" if entry.outbox_id else ""
        head = (when(entry.at), f"{entry.what:<12}", change, entry.actor, source, notice)
        lines.append("  " + "  ".join(part for part in head if part))
        lines += [f"{'':<22}{reason}" for reason in entry.reasons]
    return lines
