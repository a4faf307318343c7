"""Opening entries: transactions that were moved without the books (an import, a maild before them) enter them.

A database that was upgraded needs none at once: a transaction is opened when it is first acted on
(record_money.open_books). `maild ledger open` does it for all, so that balances are whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.ledger import LedgerEntry, Standing
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Transaction
from maild.office.payments import SAY
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

BATCH = 500
NOTHING_DUE = (State.CANCELLED, State.UNFILLED)
_CLAIM = f"claim:{bookkeeping.OPENING}:"


def open_moved(uow: UnitOfWork, items: Sequence[Transaction], now: datetime, *, actor: str) -> list[str]:
    """Bring the books to where these transactions stand; returns the keys of new entries.

    A claim that an earlier opening made is confirmed where the transaction now counts as paid.
    """
    standing = uow.ledger.standing([item.number for item in items])
    new = uow.ledger.post([e for item in items for e in _entries(item, standing.get(item.number))], now, actor=actor)
    paid = [item.number for item in items if item.payment_state is PaymentState.CONFIRMED and item.number in standing]
    if not any(standing[number].claimed for number in paid):
        return new
    pending = uow.ledger.pending(paid)
    ends = [
        bookkeeping.confirm(claim, channel=bookkeeping.OPENING, pending=pending, reason=SAY("imported_as_paid"))
        for claim in uow.ledger.claims(numbers=paid)
        if claim.key.startswith(_CLAIM)
    ]
    return new + uow.ledger.post(ends, now, actor=actor)


def open_all(store: Store, clock: Clock, *, actor: str) -> int:
    """Open every transaction that the books lack; returns how many there were. May be stopped and run again."""
    count, after = 0, ""
    while True:
        with store.begin() as uow:
            numbers = uow.ledger.unopened(after=after, limit=BATCH)
            if not numbers:
                return count
            open_moved(uow, uow.transactions.get_many(numbers, for_update=True), clock.now(), actor=actor)
        count, after = count + len(numbers), numbers[-1]


def _entries(item: Transaction, standing: Standing | None) -> tuple[LedgerEntry, ...]:
    if item.state not in NOTHING_DUE:
        return bookkeeping.opening(item, standing)
    if standing is None or not standing.charges:
        return ()
    none = Money.of(0, standing.total.currency)
    return bookkeeping.charges(
        replace(item, total=none, subsidy=none, payable=none), standing, reason=SAY("nothing_due", number=item.state)
    )
