"""The books and the memory of proofs, written with the decision that causes them.

The books hold a fee from the moment it is asked for, and always before a payment on it is posted: what a transaction
brings along from a time without books is opened as it stood before this decision, then its fee is brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Standing
from maild.domain.accounting.payment import identity
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.decision import Decision, Transition
from maild.domain.money import Money
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Transaction
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

NOT_ASKED = (PaymentState.NONE, PaymentState.QUOTED)
NOTHING_DUE = (State.CANCELLED, State.UNFILLED)


def money_moves(decision: Decision) -> list[str]:
    """Numbers whose place in the books the decision may change."""
    moved = [t.number for t in decision.of(Transition) if _moves_money(t)]
    posted = [p.number for e in decision.of(LedgerEntry) for p in e.postings if p.book is Book.RECEIVABLE and p.number]
    return list(dict.fromkeys([*moved, *posted]))


def _moves_money(transition: Transition) -> bool:
    fees = (transition.total, transition.subsidy, transition.payable)
    ends = transition.after in NOTHING_DUE or transition.before in NOTHING_DUE
    return transition.payment_event is not None or any(fee is not None for fee in fees) or ends


def open_books(
    uow: UnitOfWork, numbers: Sequence[str], now: datetime, *, actor: str = "maild", mail_id: int | None = None
) -> None:
    """Bring the books to where these transactions stand now."""
    standing = uow.ledger.standing(numbers)
    entries = [
        entry
        for t in uow.transactions.get_many(numbers)
        if t.state not in NOTHING_DUE
        for entry in bookkeeping.opening(t, standing.get(t.number))
    ]
    if entries:
        uow.ledger.post(entries, now, actor=actor, mail_id=mail_id)


def open_moved(uow: UnitOfWork, decision: Decision, at: At) -> tuple[()]:
    """Keeper: the books are opened, as they stand, for what the decision may change in them."""
    if touched := money_moves(decision):
        open_books(uow, touched, at.now, actor=at.actor, mail_id=at.mail_id)
    return ()


def keep_money(uow: UnitOfWork, decision: Decision, at: At) -> tuple[()]:
    """Keeper: fees as they are now, then the decision's own entries, and its proofs."""
    if touched := money_moves(decision):
        posted = {p.number for e in decision.of(LedgerEntry) for p in e.postings if p.number}
        standing = uow.ledger.standing(touched)
        found = [(t, standing.get(t.number)) for t in uow.transactions.get_many(touched)]
        entries = [
            entry
            for t, books in found
            if _charged(t) or t.number in posted or books
            for entry in bookkeeping.charges(_as_charged(t, books), books)
        ]
        if entries:
            uow.ledger.post(entries, at.now, actor=at.actor, mail_id=at.mail_id)
    if decision.of(LedgerEntry):
        uow.ledger.post(decision.of(LedgerEntry), at.now, actor=at.actor, mail_id=at.mail_id)
    for receipt in decision.of(Receipt):
        _remember(uow, decision, receipt, at.now, at.mail_id)
    return ()


def keep_invoices(uow: UnitOfWork, decision: Decision, at: At) -> Iterator[JournalEntry]:
    """Keeper: invoices that are asked for, and those that change."""
    for invoice in decision.of(Invoice):
        if invoice.id:
            uow.invoices.change(invoice, at.now)
        else:
            uow.invoices.add(replace(invoice, mail_id=invoice.mail_id or at.mail_id), at.now)
        yield at.line(
            "invoice",
            number=next(iter(invoice.transactions), ""),
            before=invoice.state if invoice.id else "",
            after=invoice.state,
            reasons=decision.reasons[:3],
        )


def _charged(transaction: Transaction) -> bool:
    return transaction.payable is not None and transaction.payment_state not in NOT_ASKED


def _as_charged(transaction: Transaction, standing: Standing | None) -> Transaction:
    """What comes to nothing costs nothing."""
    if transaction.state not in NOTHING_DUE:
        return transaction
    none = Money.of(0, standing.total.currency if standing else "CNY")
    return replace(transaction, total=none, subsidy=none, payable=none)


def _remember(uow: UnitOfWork, decision: Decision, receipt: Receipt, now: datetime, mail_id: int | None) -> None:
    entry = claim_of(decision.of(LedgerEntry), receipt)
    if entry is None:
        uow.receipts.add(mail_id, decision.writer.patron_id, [receipt], now, transactions=())
        return
    patron_id = next(p.patron_id for p in entry.postings if p.book is Book.CLAIMED)
    numbers = [p.number for p in entry.postings if p.book is Book.RECEIVABLE]
    uow.receipts.add(mail_id, patron_id, [receipt], now, claim=entry.key, transactions=numbers)


def claim_of(entries: Sequence[LedgerEntry], receipt: Receipt) -> LedgerEntry | None:
    """The claim among the entries that was made on this proof."""
    key = f"claim:{identity(receipt)}"
    claims = (e for e in entries if e.kind is EntryKind.CLAIM)
    return next((e for e in claims if e.key == key or e.key.startswith(f"{key}:")), None)
