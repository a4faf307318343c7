"""Refunds as the books tell them: what is to be paid out, and what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.channel import booked
from maild.domain.accounting.ledger import Book, EntryKind, Refund
from maild.store._sql import any_of, chunks
from maild.store.schema.tables_money import ledger_entry, ledger_posting
from maild.store.schema.types import money

EVER = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 10_000  # rows of a list that shows the paid ones, too: the latest
e, p = ledger_entry.c, ledger_posting.c
_first, _second = ledger_entry.alias(), ledger_entry.alias()
_BOOKED = (
    sa.select(e.key, e.at, e.reason, p.patron_id, p.number, p.cents, p.currency)
    .join(ledger_posting, p.entry_id == e.id)
    .where(p.book == Book.REFUNDED, p.cents < 0)
)
_REFUNDS = _BOOKED.where(sa.text("ledger_entry.kind = 'refund'"))  # word by word as its partial index has it
# Settled by nothing, or by what was settled itself: only such chains have to be followed to the end.
_MAYBE_OPEN = (
    _REFUNDS.outerjoin(_first, _first.c.settles == e.key)
    .outerjoin(_second, _second.c.settles == _first.c.key)
    .where(sa.or_(_first.c.id.is_(None), _second.c.id.is_not(None)))
    .order_by(e.at, e.id)
)
_LATEST = (
    _REFUNDS.where(e.at >= sa.bindparam("since"))
    .order_by(e.at.desc(), e.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_ONE = _BOOKED.where(e.kind == EntryKind.REFUND, e.key == sa.bindparam("of"))
_SETTLED = sa.select(e.settles, e.key, e.kind, e.line).where(e.settles.in_(any_of("keys")))
_CHANNELS = (
    sa.select(e.key, p.channel)
    .join(ledger_posting, p.entry_id == e.id)
    .where(e.key.in_(any_of("keys")), p.book == Book.CASH)
)


@dataclass(slots=True)
class _Chain:
    """What became of a refund so far: paid out or taken back, each of which a reversal undoes."""

    tip: str
    paid_by: str = ""
    line: str = ""
    closed: bool = False

    def follow(self, link: Any) -> None:
        self.tip = link.key
        self.closed = not self.closed
        paid = self.closed and link.kind is EntryKind.REFUND
        self.paid_by, self.line = (link.key, link.line or "") if paid else ("", "")


def refunds(connection: Connection, *, open_only: bool, since: datetime = EVER, most: int = MOST) -> list[Refund]:
    """Oldest first. `open_only`: those still to be paid out; else the latest since then that were, too: `most` of them.

    Taken back ones are none.
    """
    open_ = {row.key: row for row in connection.execute(_MAYBE_OPEN)}
    found, read = _followed(connection, list(open_.values())), 0 if open_only else most
    while read:
        latest = {row.key: row for row in connection.execute(_LATEST, {"since": since, "most": read})}
        found = _followed(connection, list((open_ | latest).values()))
        stand = sum(one.key in latest for one in found)
        read = 0 if stand >= most or len(latest) < read or read >= MOST else min(4 * read, MOST)
    return sorted((one for one in found if not (open_only and one.paid_by)), key=lambda one: one.at)


def refund(connection: Connection, key: str) -> Refund | None:
    """The refund of that key, paid out or not; None where there is none, or where it was taken back."""
    return next(iter(_followed(connection, connection.execute(_ONE, {"of": key}).all())), None)


def _followed(connection: Connection, rows: Sequence[Any]) -> list[Refund]:
    """What became of each: chains of settlements and reversals are read to their ends."""
    chains = {row.key: _Chain(row.key) for row in rows}
    moving = {chain.tip: chain for chain in chains.values()}
    while moving:
        links = [link for some in chunks(moving) for link in connection.execute(_SETTLED, {"keys": some})]
        for link in links:
            moving[link.settles].follow(link)
        moving = {link.key: moving[link.settles] for link in links}
    paid = [chain.paid_by for chain in chains.values() if chain.paid_by]
    channels = {row.key: row.channel for some in chunks(paid) for row in connection.execute(_CHANNELS, {"keys": some})}
    found = []
    for row in rows:
        chain = chains[row.key]
        if chain.closed and not chain.paid_by:
            continue
        amount = money(-row.cents, row.currency)
        assert amount is not None
        found.append(
            Refund(
                key=row.key,
                patron_id=row.patron_id,
                amount=amount,
                at=row.at,
                number=row.number,
                reason=row.reason,
                tip=chain.tip,
                paid_by=chain.paid_by,
                line=chain.line,
                channel=booked(channels.get(chain.paid_by, "")),
            )
        )
    return found
