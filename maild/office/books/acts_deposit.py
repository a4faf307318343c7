"""What staff do with balances: top up, grant a refund."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.channel import Channel
from maild.domain.accounting.invoice import InvoiceState
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.errors import Permanent, StaleVersion
from maild.domain.incoming.decision import Action, Decision, Transition
from maild.domain.money import Money
from maild.domain.requests.patron import Patron, Transaction
from maild.office.books import SAY
from maild.office.books.acts_money import books_of
from maild.office.payments import announce_payment
from maild.office.payments.announce_payment import RefundAnswer
from maild.office.payments.record_money import keep_money
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


def top_up(
    uow: UnitOfWork, patron: Patron, amount: Money, now: datetime, *, actor: str, channel: Channel, note: str
) -> tuple[int, ...]:
    """Confirmed money goes to the balance, and the patron is told."""
    nth = len(uow.ledger.entries(patron_id=patron.patron_id, limit=100_000)) + 1
    entry = bookkeeping.payment(
        f"deposit:{patron.patron_id}:{nth}", patron.patron_id, amount, channel=channel, reason=note or "a deposit"
    )
    _post_new(uow, entry, now, actor)
    to = announce_payment.addressee(patron, now, occasion=entry.key)
    balance = uow.ledger.account(patron.patron_id).deposit
    return tuple(uow.outbox.add(announce_payment.deposit_credited(to, amount, balance), now))


def pay_back(
    uow: UnitOfWork,
    patron: Patron,
    amount: Money,
    now: datetime,
    *,
    actor: str,
    note: str,
    transaction: Transaction | None = None,
    keep_it: bool = False,
) -> tuple[int, ...]:
    """So much of the balance, or of a fee that was paid, is to be paid out; with `keep_it` it stays as a deposit.

    Raises Permanent where an invoice was issued for it, or there is not so much.
    """
    if transaction is not None:
        issued = [
            i
            for i in uow.invoices.of_transactions([transaction.number])
            if i.state in (InvoiceState.ISSUED, InvoiceState.SENT)
        ]
        if issued:
            raise Permanent(
                SAY("invoice_was_issued", id=issued[0].number, number=transaction.number),
                remedy=SAY("red_letter_first"),
            )
        before = uow.ledger.account(patron.patron_id).deposit
        _lower(uow, transaction, amount, now, actor=actor, note=note)
        given = uow.ledger.account(patron.patron_id).deposit - before
        if given != amount:
            raise Permanent(
                SAY("less_confirmed", given=given, number=transaction.number), remedy=SAY("waive_or_confirm")
            )
    balance = uow.ledger.account(patron.patron_id).deposit
    nth = len(uow.ledger.entries(patron_id=patron.patron_id, limit=100_000)) + 1
    if not keep_it:
        if balance < amount:
            raise Permanent(SAY("balance_too_small", balance=balance, amount=amount), remedy=SAY("confirm_first"))
        _post_new(
            uow,
            bookkeeping.refund(
                f"{patron.patron_id}:{nth}",
                patron.patron_id,
                amount,
                note,
                number=transaction.number if transaction else "",
            ),
            now,
            actor,
        )
    to = announce_payment.addressee(patron, now, occasion=f"refund:{patron.patron_id}:{nth}")
    answer = RefundAnswer.TO_DEPOSIT if keep_it else RefundAnswer.PAID_OUT
    parts = [(transaction, amount)] if transaction else []
    return tuple(uow.outbox.add(announce_payment.refund_answer(to, answer, amount, parts, note=""), now))


def _post_new(uow: UnitOfWork, entry: LedgerEntry, now: datetime, actor: str) -> None:
    """Two who act on one account at once make the same key: the later must not think that it was written."""
    if not uow.ledger.post([entry], now, actor=actor):
        raise StaleVersion(SAY("entry_by_other", key=entry.key))


def _lower(uow: UnitOfWork, transaction: Transaction, amount: Money, now: datetime, *, actor: str, note: str) -> None:
    """The fee falls by what is given back; what was paid of it becomes deposit."""
    books_of(uow, [transaction], now, actor)
    if transaction.payable is None or amount > transaction.payable:
        raise Permanent(
            SAY("fee_is", number=transaction.number, amount=transaction.payable), remedy=SAY("give_no_more")
        )
    total = transaction.total - amount if transaction.total is not None else None
    move = Transition(
        number=transaction.number,
        expected_version=transaction.version,
        total=total,
        payable=transaction.payable - amount,
    )
    decision = Decision(action=Action.APPLY, effects=(move,), reasons=(note,))
    uow.transactions.apply(move, now)
    keep_money(uow, decision, At(now=now, actor=actor))
