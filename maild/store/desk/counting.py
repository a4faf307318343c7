"""The statements that count: each gives figures of a span of days, or of a month.

Days are told by arithmetic on the moment, since SQLite knows no time zones: a span has one offset from UTC.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.desk.statistics import ALL, Fate, InTime, Measure, Outcome, Supplied
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.requests.lifecycle import RegistrationState, Service, State
from maild.store.schema.tables import journal, mail, outbox, registration, review, transactions
from maild.store.schema.tables_money import ledger_entry, ledger_posting
from maild.store.schema.tables_service import heard

m, r, j, t, o, g = mail.c, review.c, journal.c, transactions.c, outbox.c, registration.c
h, e, p = heard.c, ledger_entry.c, ledger_posting.c
REPLAYED, UNDONE = "replayed", "undone: "  # notes of items: their mail was read again; what handled them was taken back

_DAY_SECONDS = 86_400


def plain(column: Any) -> Any:
    """The column's text as an expression: SQLite then takes the index of the time span, not that of the column."""
    return sa.type_coerce(column, sa.Text()).concat("")


_FILLED = (State.SHIPPED, State.RECEIVED, State.DELIVERED, State.ON_LOAN, State.OVERDUE, State.RETURNED, State.CLOSED)
_MAILS_OF_OTHERS = (m.kind != Kind.OWN.value, m.status != MailStatus.BASELINE)
_IN_QUEUE = sa.exists().where(r.mail_id == m.id)
_OPEN = sa.exists().where(r.mail_id == m.id, r.state == ReviewState.OPEN)
_OUTCOME = sa.case(
    (m.status == MailStatus.PENDING, Outcome.UNDER_WAY.value),
    (_OPEN, Outcome.REVIEW.value),
    (_IN_QUEUE, Outcome.STAFF.value),
    (m.status.in_((MailStatus.REVIEW, MailStatus.SHUNTED)), Outcome.REVIEW.value),
    (m.status == MailStatus.IGNORED, Outcome.IGNORED.value),
    else_=Outcome.AUTOMATIC.value,
)


def _handled(*which: Any) -> Any:
    """The mail has such an item, which is no sample of what the clock found, and was not read again."""
    return sa.exists().where(r.mail_id == m.id, r.key.is_(None), r.note != REPLAYED, *which)


def _first_number(dialect: str) -> Any:
    if dialect == "sqlite":
        return sa.func.json_extract(r.transactions, "$[0]")
    from sqlalchemy.dialects.postgresql import JSONB

    return sa.type_coerce(r.transactions, JSONB)[0].astext


@cache
def _fate(dialect: str) -> Any:
    """What became of what the rule said. Items name what was proposed; handled ones what they were assigned to."""
    person = r.handled_by != "maild"
    first = _first_number(dialect)
    proposed = sa.cast(r.candidates, sa.Text)
    named = sa.literal('%"', sa.Text()).concat(sa.cast(first, sa.Text)).concat('"%')
    elsewhere = (r.state == ReviewState.ASSIGNED, person, sa.func.length(proposed) > 2, ~proposed.like(named))
    return sa.case(
        (_handled(r.state == ReviewState.OPEN, r.note.like(f"{UNDONE}%")), Fate.UNDONE.value),
        (_handled(r.state == ReviewState.OPEN), Fate.WAITING.value),
        (_handled(*elsewhere), Fate.ELSEWHERE.value),
        (_handled(r.state == ReviewState.DISMISSED, person), Fate.DISMISSED.value),
        (
            sa.and_(m.status.in_((MailStatus.REVIEW, MailStatus.SHUNTED, MailStatus.PENDING)), ~_IN_QUEUE),
            Fate.WAITING.value,
        ),
        else_=Fate.HELD.value,
    )


supplied = sa.case(
    (t.state.in_(_FILLED), Supplied.FILLED.value),
    (t.state == State.UNFILLED, Supplied.UNFILLED.value),
    (t.state == State.CANCELLED, Supplied.CANCELLED.value),
    else_=Supplied.OPEN.value,
)
_IN_TIME = sa.case(
    (g.due.is_(None), InTime.UNKNOWN.value), (g.decided <= g.due, InTime.YES.value), else_=InTime.NO.value
)
# A copy is delivered when it went to the patron, a loan when it arrived; the first time counts.
_ARRIVAL = sa.case((t.service == Service.LOAN.value, State.RECEIVED.value), else_=State.DELIVERED.value)
_earlier = journal.alias("earlier")
_FIRST = ~sa.exists().where(
    _earlier.c.number == j.number, _earlier.c.id < j.id, plain(_earlier.c.what) == "state", _earlier.c.after == j.after
)
_NOTHING = sa.literal("", sa.Text())
_ONE = sa.func.count()


def between(column: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """In [start, end), which are bound when the statement runs."""
    return column >= sa.bindparam("start"), column < sa.bindparam("end")


@cache
def per_day(dialect: str) -> dict[Measure, sa.Select[Any]]:
    """Counts by day, key and second key, as (number of the day since 1970, key, second, count, value)."""

    def made(
        at: sa.ColumnElement[Any], key: Any, second: Any = _NOTHING, count: Any = _ONE, value: Any = None
    ) -> sa.Select[Any]:
        day = _day_number(dialect, at)
        chosen = (day.label("day"), key.label("key"), second.label("second"))
        total = sa.cast(sa.func.sum(value), sa.BigInteger) if value is not None else sa.literal(0)
        return sa.select(*chosen, count.label("count"), total.label("value")).where(*between(at)).group_by(*chosen)

    posted = sa.func.sum(sa.case((p.cents > 0, 1), else_=0))
    entries = ledger_posting.join(ledger_entry, e.id == p.entry_id)
    return {
        Measure.MAILS: made(m.stored, _OUTCOME).where(*_MAILS_OF_OTHERS),
        Measure.RULES: made(m.stored, plain(m.rule), _fate(dialect)).where(*_MAILS_OF_OTHERS),
        Measure.HEARD: made(h.at, plain(h.domain), h.what),
        Measure.NOTICES: made(o.sent, o.kind).where(plain(o.state) == OutboxState.SENT.value),
        Measure.CLAIMED: made(e.at, _NOTHING, p.currency, value=p.cents)
        .select_from(entries)
        .where(e.kind == EntryKind.CLAIM, p.book == Book.CLAIMED),
        Measure.CONFIRMED: made(e.at, p.channel, p.currency, posted, p.cents)
        .select_from(entries)
        .where(e.kind != EntryKind.REFUND, p.book == Book.CASH),
    }


@cache
def per_month(dialect: str) -> dict[Measure, list[sa.Select[Any]]]:
    """What a month took, as (key, second, count, median, high); nearest rank, in seconds."""

    def timed(
        since: Any, until: Any, source: Any, *which: Any, at: Any = None, key: Any = None
    ) -> list[sa.Select[Any]]:
        seconds = _seconds(dialect, since, until)
        chosen = [sa.literal(ALL, sa.Text()), *([] if key is None else [key])]
        return [
            _ranked(
                sa.select(each.label("key"), seconds.label("seconds"))
                .select_from(source)
                .where(*between(until if at is None else at), *which)
            )
            for each in chosen
        ]

    arrived = sa.case((m.received < m.stored, m.received), else_=m.stored)
    by_itself = (
        plain(m.status).in_((MailStatus.SETTLED.value, MailStatus.IGNORED.value)),
        m.settled.is_not(None),
        ~_IN_QUEUE,
    )
    supply = (
        sa.select(
            t.provider.label("key"),
            supplied.label("second"),
            _ONE.label("count"),
            sa.null().label("median"),
            sa.null().label("high"),
        )
        .where(*between(t.opened))
        .group_by(t.provider, supplied)
    )
    decided = (g.state != RegistrationState.PENDING, g.submitted.is_not(None))
    return {
        Measure.DECIDED: timed(arrived, m.settled, mail, *_MAILS_OF_OTHERS, *by_itself, at=m.stored),
        Measure.HANDLED: timed(r.created, r.handled, review, r.handled_by != "maild", key=r.cause),
        Measure.REVIEWS: timed(g.submitted, g.decided, registration, *decided, key=_IN_TIME),
        Measure.SUPPLY: [supply],
    }


def arrivals(dialect: str) -> tuple[Any, Any, tuple[Any, ...]]:
    """The deliveries of a span: the seconds since the request, the join to select from, and what chooses them."""
    seconds = _seconds(dialect, sa.func.coalesce(t.submitted, t.opened), j.at)
    lines = journal.join(transactions, t.number == j.number)
    return seconds, lines, (plain(j.what) == "state", j.after == _ARRIVAL, _FIRST, *between(j.at))


@cache
def delivered(dialect: str) -> list[sa.Select[Any]]:
    """Turnaround of all, and by provider, of the deliveries of a span."""
    seconds, lines, moved = arrivals(dialect)
    return [
        _ranked(sa.select(key.label("key"), seconds.label("seconds")).select_from(lines).where(*moved))
        for key in (sa.literal(ALL, sa.Text()), t.provider)
    ]


@cache
def delivered_by(dialect: str) -> sa.Select[Any]:
    """Turnaround of the deliveries of a span by providers of the bound `names`, taken as one."""
    seconds, lines, moved = arrivals(dialect)
    one = sa.bindparam("key", type_=sa.Text())
    names = t.provider.in_(sa.bindparam("names", expanding=True))
    return _ranked(sa.select(one.label("key"), seconds.label("seconds")).select_from(lines).where(*moved, names))


def _ranked(measured: sa.Select[Any]) -> sa.Select[Any]:
    """Count, median and ninth decile (both by nearest rank) of (key, seconds)."""
    one = measured.subquery()
    ranks = sa.select(
        one.c.key,
        one.c.seconds,
        sa.func.row_number().over(partition_by=one.c.key, order_by=one.c.seconds).label("rank"),
        sa.func.count().over(partition_by=one.c.key).label("number"),
    ).subquery()

    def at_rank(rank: Any) -> Any:
        return sa.func.max(sa.case((ranks.c.rank == rank, ranks.c.seconds)))

    return sa.select(
        ranks.c.key,
        _NOTHING.label("second"),
        sa.func.count().label("count"),
        at_rank((ranks.c.number + 1) // 2).label("median"),
        at_rank((9 * ranks.c.number + 9) // 10).label("high"),
    ).group_by(ranks.c.key)


def _day_number(dialect: str, at: Any) -> sa.ColumnElement[int]:
    """Days since 1970 of a moment, at the bound offset."""
    offset = sa.bindparam("offset", type_=sa.BigInteger)
    return sa.cast(sa.func.floor((_epoch(dialect, at) + offset) / float(_DAY_SECONDS)), sa.BigInteger)


def _seconds(dialect: str, since: Any, until: Any) -> sa.ColumnElement[int]:
    """From one moment to the other in whole seconds; never below nothing."""
    took = _epoch(dialect, until) - _epoch(dialect, since)
    return sa.case((took < 0, 0), else_=took)


def _epoch(dialect: str, at: Any) -> sa.ColumnElement[int]:
    """Whole seconds since 1970."""
    if dialect == "sqlite":
        return sa.type_coerce(at, sa.BigInteger) // 1_000_000
    return sa.cast(sa.func.floor(sa.extract("epoch", at)), sa.BigInteger)
