"""Do the books hold? Their laws asked of the database itself, and the indexes over them compared with what they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, State
from maild.store.schema.tables import transactions
from maild.store.schema.tables_money import ledger_claim, ledger_entry, ledger_posting, statement_line
from maild.store.schema.types import money
from maild.store.texts import SAY

MOST = 20  # of one kind of fault that are named
e, p, c, s, t = ledger_entry.c, ledger_posting.c, ledger_claim.c, statement_line.c, transactions.c
_ASKED = (
    PaymentState.DUE,
    PaymentState.PROOF_RECEIVED,
    PaymentState.CONFIRMED,
    PaymentState.WAIVED,
    PaymentState.DISPUTED,
)
_settling, _tip = ledger_entry.alias("settling"), ledger_entry.alias("tip")
_sum = sa.func.coalesce(sa.func.sum(p.cents), 0)

_UNEVEN = (
    sa.select(e.key)
    .outerjoin(ledger_posting, p.entry_id == e.id)
    .group_by(e.id, e.key)
    .having(sa.or_(_sum != 0, sa.func.count(p.currency.distinct()) != 1))
)
_UNKNOWN_SETTLED = (
    sa.select(e.key)
    .outerjoin(_settling, _settling.c.key == e.settles)
    .where(e.settles.is_not(None), _settling.c.id.is_(None))
)
_OVERPAID = (
    sa.select(p.number)
    .where(sa.text("number <> ''"), p.book == Book.RECEIVABLE)
    .group_by(p.number, p.currency)
    .having(sa.func.sum(p.cents) < 0)
)
_BELOW_NOTHING = (
    sa.select(p.patron_id, p.book)
    .where(p.book.in_((Book.DEPOSIT, Book.PENDING)))
    .group_by(p.patron_id, p.book, p.currency)
    .having(sa.func.sum(p.cents) > 0)
)
# A claim row tells its patron's sum, and its tip is the last of the chain of settlements and reversals.
_CLAIM_SUMS = (
    sa.select(e.key)
    .outerjoin(ledger_claim, c.entry_id == e.id)
    .outerjoin(ledger_posting, sa.and_(p.entry_id == e.id, p.book == Book.CLAIMED))
    .where(e.kind == EntryKind.CLAIM)
    .group_by(e.key, c.cents)
    .having(sa.or_(c.cents.is_(None), c.cents != _sum))
)
_CLAIM_TIPS = (
    sa.select(c.tip)
    .outerjoin(_tip, _tip.c.key == c.tip)
    .outerjoin(_settling, _settling.c.settles == c.tip)
    .where(
        sa.or_(
            _tip.c.id.is_(None),
            _settling.c.id.is_not(None),
            sa.and_(c.settled_by != "", c.settled_by != _tip.c.kind),
            sa.and_(c.settled_by == "", _tip.c.kind.not_in((EntryKind.CLAIM, EntryKind.REVERSAL))),
        )
    )
)
_CLAIMED = (
    sa.select(p.patron_id)
    .where(p.book == Book.CLAIMED)
    .group_by(p.patron_id, p.currency)
    .having(
        sa.func.sum(p.cents)
        != sa.func.coalesce(
            sa.select(sa.func.sum(c.cents))
            .where(c.patron_id == p.patron_id, c.currency == p.currency, c.settled_by == "")
            .scalar_subquery(),
            0,
        )
    )
)
_placed = (
    sa.select(e.line.label("line"), sa.func.sum(p.cents).label("cents"))
    .join(ledger_posting, p.entry_id == e.id)
    .where(e.line.is_not(None), p.book.in_((Book.CASH, Book.UNCLAIMED)))
    .group_by(e.line)
    .subquery()
)
_LINES = (
    sa.select(s.key)
    .outerjoin(_placed, _placed.c.line == s.key)
    .where(s.placed_cents != sa.func.coalesce(_placed.c.cents, 0))
)
_LINE_MISSING = sa.select(e.key).outerjoin(statement_line, s.key == e.line).where(e.line.is_not(None), s.key.is_(None))
_UNOPENED = (
    sa.select(t.number)
    .where(
        t.payment_state.in_(_ASKED),
        sa.or_(t.payable_cents > 0, t.total_cents > 0),
        t.state.not_in((State.CANCELLED, State.UNFILLED)),
        t.number > sa.bindparam("after"),
        ~sa.exists().where(sa.text("ledger_posting.number <> ''"), p.number == t.number),
    )
    .order_by(t.number)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_SUBSIDISED = (
    sa.select(sa.cast(sa.func.sum(p.cents), sa.BigInteger))
    .join(ledger_entry, e.id == p.entry_id)
    .where(
        p.patron_id == sa.bindparam("patron"),
        p.book == Book.SUBSIDY,
        e.at >= sa.bindparam("since"),
        p.currency == sa.bindparam("of_currency"),
    )
)


def faults(connection: Connection) -> Iterator[str]:
    """A sentence for each law that is broken, 20 of a kind at most; none if the books hold."""

    def broken(law: Any) -> Iterator[Any]:
        yield from connection.execute(law.limit(MOST))

    yield from (SAY("entry_uneven", key=key) for (key,) in broken(_UNEVEN))
    yield from (SAY("settles_missing", key=key) for (key,) in broken(_UNKNOWN_SETTLED))
    yield from (SAY("overpaid", number=number) for (number,) in broken(_OVERPAID))
    yield from (SAY("below_nothing", account=book, patron=patron) for patron, book in broken(_BELOW_NOTHING))
    yield from (SAY("claim_amount", key=key) for (key,) in broken(_CLAIM_SUMS))
    yield from (SAY("claim_end", key=key) for (key,) in broken(_CLAIM_TIPS))
    yield from (SAY("open_claims", patron=patron) for (patron,) in broken(_CLAIMED))
    yield from (SAY("line_use", key=key) for (key,) in broken(_LINES))
    yield from (SAY("line_unknown", key=key) for (key,) in broken(_LINE_MISSING))


def unopened(connection: Connection, after: str, limit: int) -> list[str]:
    """Transactions whose fee was asked for and which no entry speaks of, by number."""
    return list(connection.scalars(_UNOPENED, {"after": after, "most": limit}))


def subsidised(connection: Connection, patron_id: str, since: datetime, currency: str) -> Money:
    """What a patron's fees were subsidised with since then: the year's use, for caps (domain.fees.Usage)."""
    found = {"patron": patron_id, "since": since, "of_currency": currency}
    return money(connection.scalar(_SUBSIDISED, found) or 0, currency) or Money.of(0, currency)
