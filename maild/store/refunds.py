"""Refunds as the books tell them: what is to be paid out, and what was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.channel import booked
from maild.domain.ledger import Book, EntryKind, Refund
from maild.store._sql import any_of, chunks
from maild.store.tables_money import ledger_entry, ledger_posting
from maild.store.types import money

e, p = ledger_entry.c, ledger_posting.c
MOST = 10_000
_REFUNDS = (
    sa.select(e.key, e.at, e.reason, p.patron_id, p.number, p.cents, p.currency)
    .join(ledger_posting, p.entry_id == e.id)
    .where(e.kind == EntryKind.REFUND, p.book == Book.REFUNDED, p.cents < 0)
    .order_by(e.at, e.id)
    .limit(MOST)
)
_SETTLED = sa.select(e.settles, e.key, e.kind, e.line).where(e.settles.in_(any_of("keys")))
_CHANNELS = (
    sa.select(e.key, p.channel).join(ledger_posting, p.entry_id == e.id)
    .where(e.key.in_(any_of("keys")), p.book == Book.CASH)
)  # fmt: skip


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


def refunds(connection: Connection, *, open_only: bool) -> list[Refund]:
    """Oldest first. `open_only`: those still to be paid out; else those that were, too. Taken back ones are none."""
    rows = connection.execute(_REFUNDS).all()
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
        if chain.closed and (open_only or not chain.paid_by):
            continue
        amount = money(-row.cents, row.currency)
        assert amount is not None
        found.append(Refund(
            key=row.key, patron_id=row.patron_id, amount=amount, at=row.at, number=row.number, reason=row.reason,
            tip=chain.tip, paid_by=chain.paid_by, line=chain.line, channel=booked(channels.get(chain.paid_by, "")),
        ))  # fmt: skip
    return found
