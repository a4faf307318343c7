"""What a year's report is made of: one pass over its requests, deliveries and postings each; and the whole, kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.desk.statistics import Supplied
from maild.domain.desk.yearly import About, Booked, Deed, Delivered, KeptYear, Opened, YearReport, from_data, to_data
from maild.domain.incoming.peer_rows import KEY
from maild.domain.requests.lifecycle import State
from maild.store._sql import insert
from maild.store.desk.counting import arrivals, between, supplied
from maild.store.schema.tables import journal, patron, transactions
from maild.store.schema.tables_money import ledger_entry, ledger_posting
from maild.store.schema.tables_statistics import year_kept

j, t, r, e, p = journal.c, transactions.c, patron.c, ledger_entry.c, ledger_posting.c
MAILD = "maild"
_ABOUT = (t.patron_id, t.provider, t.service, t.literature, r.kind, r.department)
_REQUESTS = transactions.outerjoin(patron, r.patron_id == t.patron_id)
_FEES = (Book.INCOME.value, Book.SUBSIDY.value)
_UNDONE_LINE = sa.cast(j.reasons, sa.Text).like("%undone by staff%")

_OPENED = sa.select(*_ABOUT, supplied, t.opened).select_from(_REQUESTS).where(*between(t.opened))
_BOOKED = (
    sa.select(*_ABOUT, p.book, p.cents, p.currency, e.at)
    .select_from(
        ledger_entry.join(ledger_posting, p.entry_id == e.id)
        .join(transactions, t.number == p.number)
        .outerjoin(patron, r.patron_id == t.patron_id)
    )
    .where(*between(e.at), p.book.in_(_FEES))
)
_UNFILLED = (
    sa.select(j.number, j.data)
    .join(transactions, t.number == j.number)
    .where(*between(j.at), j.what == "state", j.after == State.UNFILLED.value, t.state == State.UNFILLED)
    .order_by(j.id)
)
_SUMS = (
    sa.select(p.book, e.kind, p.channel, p.currency, sa.func.count(sa.distinct(e.id)), sa.func.sum(p.cents))
    .join_from(ledger_entry, ledger_posting, p.entry_id == e.id)
    .where(*between(e.at))
    .group_by(p.book, e.kind, p.channel, p.currency)
)
_later, _back = journal.alias("later"), ledger_entry.alias("back")
_TURNED = sa.exists().where(
    _later.c.number == j.number,
    _later.c.id > j.id,
    _later.c.what == "state",
    _later.c.before == j.after,
    _later.c.after == j.before,
    _later.c.actor != MAILD,
)
_STATE = (*between(j.at), j.what == "state", j.before != "", ~_UNDONE_LINE)
_BY_MAILD = (*_STATE, j.actor == MAILD, j.mail_id.is_not(None))
_ENTRIES = sa.select(sa.func.count()).select_from(ledger_entry).where(*between(e.at))
_REVERSED = sa.exists().where(
    _back.c.settles == e.key, _back.c.kind == EntryKind.REVERSAL.value, _back.c.actor != MAILD
)
_ACTS = (*between(j.at), j.what == "act", j.actor != MAILD)
_COUNTS: Mapping[Deed, tuple[Any, Any]] = {
    Deed.MOVES: (
        sa.select(sa.func.count()).select_from(journal).where(*_BY_MAILD),
        sa.select(sa.func.count()).select_from(journal).where(*_STATE),
    ),
    Deed.MOVED_BACK: (
        sa.select(sa.func.count()).select_from(journal).where(*_BY_MAILD, _TURNED),
        sa.select(sa.func.count()).select_from(journal).where(*_BY_MAILD),
    ),
    Deed.ENTRIES: (_ENTRIES.where(e.actor == MAILD), _ENTRIES),
    Deed.REVERSED: (_ENTRIES.where(e.actor == MAILD, _REVERSED), _ENTRIES.where(e.actor == MAILD)),
    Deed.UNDONE: (
        sa.select(sa.func.count()).select_from(journal).where(*_ACTS, j.after == "undone"),
        sa.select(sa.func.count()).select_from(journal).where(*_ACTS, j.after != "undone"),
    ),
}


class SqlYearly:
    """What a year's report is made of, and the report as it was last counted. [start, end) are moments."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def kept(self, year: int) -> KeptYear | None:
        """The report as it was last counted; None where it never was."""
        row = self._connection.execute(sa.select(year_kept).where(year_kept.c.year == year)).first()
        return KeptYear(at=row.at, report=from_data(row.body)) if row else None

    def keep(self, report: YearReport, now: datetime) -> None:
        """Put it in the place of the one before."""
        made = insert(self._connection.dialect.name, year_kept)
        values = {"year": report.year, "at": now, "body": to_data(report)}
        again = made.on_conflict_do_update(
            index_elements=["year"], set_={"at": made.excluded.at, "body": made.excluded.body}
        )
        self._connection.execute(again, values)

    def opened(self, start: datetime, end: datetime) -> Iterator[Opened]:
        """The requests that were opened."""
        for *about, outcome, at in self._rows(_OPENED, start, end):
            yield Opened(_about(about), Supplied(outcome), at)

    def delivered(self, start: datetime, end: datetime) -> Iterator[Delivered]:
        """The deliveries: of a copy that it went to the patron, of a loan that it arrived, the first time."""
        for *about, seconds, at in self._rows(_delivered(self._connection.dialect.name), start, end):
            yield Delivered(_about(about), int(seconds), at)

    def booked(self, start: datetime, end: datetime) -> Iterator[Booked]:
        """What was charged for requests, and what of that the library bears."""
        for *about, book, cents, currency, at in self._rows(_BOOKED, start, end):
            yield Booked(_about(about), Book(book), cents, currency, at)

    def reasons(self, start: datetime, end: datetime) -> Mapping[str, int]:
        """Why requests ended unfilled, by ISO 18626 word, '' where none was given; each request once."""
        last = dict(map(tuple, self._rows(_UNFILLED, start, end)))
        return Counter(str((data.get(KEY) or {}).get("reasonUnfilled", "")) for data in last.values())

    def sums(self, start: datetime, end: datetime) -> list[tuple[Book, EntryKind, str, str, int, int]]:
        """The postings as (book, kind, channel, currency, entries, cents)."""
        return [
            (Book(book), EntryKind(kind), channel, currency, count, int(cents))
            for book, kind, channel, currency, count, cents in self._rows(_SUMS, start, end)
        ]

    def deeds(self, start: datetime, end: datetime) -> Mapping[Deed, tuple[int, int]]:
        """How many of how many, but for SETTLED, which the figures tell."""
        asked = {"start": start, "end": end}
        return {
            deed: tuple(int(self._connection.scalar(each, asked) or 0) for each in pair)  # type: ignore[misc]
            for deed, pair in _COUNTS.items()
        }

    def _rows(self, statement: Any, start: datetime, end: datetime) -> Any:
        return self._connection.execute(statement, {"start": start, "end": end})


def _about(values: list[Any]) -> About:
    return About(*(str(value or "") for value in values))


@cache
def _delivered(dialect: str) -> Any:
    seconds, lines, moved = arrivals(dialect)
    return (
        sa.select(*_ABOUT, seconds, j.at).select_from(lines.outerjoin(patron, r.patron_id == t.patron_id)).where(*moved)
    )
