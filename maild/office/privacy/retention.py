"""rules/retention.toml: read, with the office's own laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from maild.domain.records.retention import Class, Keeping, Retention
from maild.tables.table import From, Limits, Table

MOST_DAYS = 36_500


def _both(why: tuple[str, ...]) -> tuple[str, ...]:
    if len(why) != 2:
        raise ValueError("is not Chinese and English")
    return why


def _for_ever(days: int) -> int:
    if days:
        raise ValueError("the books are never taken away: their hash chain needs every entry")
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    why: Annotated[tuple[str, ...], From(_both, tuple[str, ...])]
    days: Annotated[int, Limits(0, MOST_DAYS)] = 0
    law: str = ""

    def keeping(self) -> Keeping:
        return Keeping(days=self.days, why_zh=self.why[0], why_en=self.why[1], law=self.law)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ledger(_Row):
    days: Annotated[int, From(_for_ever, int)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    run: bool
    ledger: _Ledger
    documents: _Row
    mail: _Row
    proofs: _Row
    notices: _Row
    registrations: _Row
    deliveries: _Row
    events: _Row


RETENTION: Table[_Rows] = Table("retention.toml", _Rows, 'days = 365, why = ["…", "…"]; see docs/privacy.md')


def load_retention(folder: str = "") -> Retention:
    """The shipped table with the office's over it. Raises RuleError naming file, line and key."""
    rows = RETENTION.load(folder)
    keeping = {one: getattr(rows, one.value).keeping() for one in Class}
    return Retention(run=rows.run, keeping=keeping, ledger=rows.ledger.keeping())
