"""A check's outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one look found. `name` is stable ('database', 'imap office', 'dkim' …)."""

    name: str
    level: Level
    detail: str
    remedy: str = ""

    @property
    def subject(self) -> str:
        """What was looked at, whichever of them it was."""
        return self.name.partition(" ")[0] if self.of else self.name

    @property
    def of(self) -> str:
        """Which mailbox; '' for what there is one of."""
        return self.name.removeprefix("imap ") if self.name.startswith("imap ") else ""


def ok(name: str, detail: str) -> Check:
    """Nothing to do."""
    return Check(name=name, level=Level.OK, detail=detail)


def warning(name: str, detail: str, remedy: str) -> Check:
    """It works, but somebody should look."""
    return Check(name=name, level=Level.WARNING, detail=detail, remedy=remedy)


def error(name: str, detail: str, remedy: str) -> Check:
    """It does not work."""
    return Check(name=name, level=Level.ERROR, detail=detail, remedy=remedy)
