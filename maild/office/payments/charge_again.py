"""A request that had come to nothing is supplied after all: its fee is charged again, and must be paid again.

When it came to nothing, what was paid of it became deposit, and a waiver went with the fee. The payment state still
says that all is settled; here the books are made to agree with it, or it with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.ledger import LedgerEntry, Standing
from maild.domain.incoming.decision import Decision, Transition
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import PaymentEvent, PaymentState
from maild.domain.requests.patron import Transaction
from maild.office.payments import SAY
from maild.office.payments.record_money import NOTHING_DUE
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

_SETTLED = (PaymentState.CONFIRMED, PaymentState.WAIVED)


def reopened(transition: Transition) -> bool:
    """Whether a request that cost nothing any more costs something again."""
    return transition.before in NOTHING_DUE and transition.after is not None and transition.after not in NOTHING_DUE


def charge_again(uow: UnitOfWork, decision: Decision, at: At) -> list[JournalEntry]:
    """Keeper, after the decision's fees are charged: pay reopened ones as before, or else demand them."""
    numbers = [t.number for t in decision.of(Transition) if reopened(t)]
    if not numbers:
        return []
    history: list[JournalEntry] = []
    standing = uow.ledger.standing(numbers)
    for transaction in uow.transactions.get_many(numbers):
        books = standing.get(transaction.number)
        if books is None or books.owed.amount <= 0 or transaction.payment_state not in _SETTLED:
            continue
        if entries := _settlement(uow, transaction, books):
            uow.ledger.post(entries, at.now, actor=at.actor, mail_id=at.mail_id)
        else:
            history.append(_demand(uow, transaction, at))
    return history


def _settlement(uow: UnitOfWork, transaction: Transaction, books: Standing) -> Sequence[LedgerEntry]:
    """What pays the fee again; nothing where the deposit is spent."""
    if transaction.payment_state is PaymentState.WAIVED:
        return (bookkeeping.waive(books, SAY("waived_before", why=SAY("open_again"))),)
    if books.charges == 1:  # it came to nothing before there were books: what was paid of it is in none of them
        return bookkeeping.opening(transaction, books)
    deposit = uow.ledger.account(books.patron_id).deposit
    if deposit.currency != books.owed.currency or deposit < books.owed:
        return ()
    return (bookkeeping.use_deposit(books, books.owed, reason=SAY("paid_before", why=SAY("open_again"))),)


def _demand(uow: UnitOfWork, transaction: Transaction, at: At) -> JournalEntry:
    before, after = transaction.payment_state, PaymentState.DUE
    uow.transactions.apply(Transition.paying(transaction, PaymentEvent.DEMANDED, after), at.now)
    return at.line(
        "payment",
        number=transaction.number,
        before=before,
        after=after,
        reasons=(SAY("went_to_deposit", why=SAY("open_again")),),
    )
