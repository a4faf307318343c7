"""Money that is there: the books, the payment states, the documents that waited for it, and what the patron is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maild.domain import bookkeeping
from maild.domain.decision import Action, Decision, Transition
from maild.domain.ledger import Claim, LedgerEntry
from maild.domain.lifecycle import PaymentEvent, PaymentState, State, pay
from maild.domain.money import Money
from maild.domain.notice import NoticeRequest
from maild.domain.patron import Patron, Transaction
from maild.domain.ruling import Kind
from maild.pipeline import announce, announce_payment
from maild.pipeline.policy import Policy
from maild.pipeline.record import apply
from maild.ports import UnitOfWork


def settle_claim(
    uow: UnitOfWork, claim: Claim, policy: Policy, now: datetime, *, actor: str, channel: str, line: str = "",
    amount: Money | None = None, reason: str = "",
) -> tuple[int, ...]:  # fmt: skip
    """The money of a claim is there: books, payment states, documents that waited, notices. Ids of the notices."""
    numbers = [number for number, _ in claim.parts]
    stands = bool(line) and stands_unclaimed(uow, line)
    entry = bookkeeping.confirm(
        claim, amount, channel=channel, line=line, unclaimed=stands, owed=uow.ledger.owed(numbers),
        pending=uow.ledger.pending(numbers), reason=reason,
    )  # fmt: skip
    return write_payment(uow, (entry,), claim.patron_id, claim.parts, amount or claim.amount, policy, now, actor=actor,
                  channel=channel, reason=reason)  # fmt: skip


def stands_unclaimed(uow: UnitOfWork, line: str) -> bool:
    """Whether the money of a line (its key) was booked as nobody's, and that was not taken back."""
    return uow.ledger.get(uow.ledger.fresh(f"unclaimed:{line}")) is not None


def write_payment(
    uow: UnitOfWork, entries: Sequence[LedgerEntry], payer: str, parts: Sequence[tuple[str, Money]], amount: Money,
    policy: Policy, now: datetime, *, actor: str, channel: str, reason: str,
) -> tuple[int, ...]:  # fmt: skip
    """Post, then move the transactions whose fee is paid now, and tell the patron."""
    uow.ledger.post(entries, now, actor=actor)
    found = uow.transactions.get_many([number for number, _ in parts], for_update=True)
    owed = uow.ledger.owed([t.number for t in found])
    waiting = {n for c in uow.ledger.claims(numbers=[t.number for t in found]) for n, _ in c.parts}
    transitions, freed = [], []
    for transaction in found:
        after = pay(transaction.payment_state, PaymentEvent.CONFIRMED)
        left = owed.get(transaction.number)
        if left is not None and left.amount > 0 and transaction.payment_state is PaymentState.PROOF_RECEIVED:
            # Less came than was claimed: the fee is open again.
            transitions.append(Transition(number=transaction.number, expected_version=transaction.version,
                                          payment_event=PaymentEvent.DISPUTED, payment_before=transaction.payment_state,
                                          payment_after=PaymentState.DISPUTED))  # fmt: skip
            continue
        if after is None or (left is not None and left.amount > 0) or transaction.number in waiting:
            continue
        transitions.append(Transition(number=transaction.number, expected_version=transaction.version,
                                      payment_event=PaymentEvent.CONFIRMED, payment_before=transaction.payment_state,
                                      payment_after=after))  # fmt: skip
        waited = transaction.state is State.SHIPPED and not policy.may_release(transaction)
        if waited and policy.may_release(transaction, after):
            freed.append(transaction)
    patron = uow.patrons.get(payer)
    notices = [*_released(uow, freed, now), *_told(uow, patron, parts, found, amount, channel, now, entries[0].key)]
    decision = Decision(action=Action.APPLY, kind=Kind.UNKNOWN, transitions=tuple(transitions), notices=tuple(notices),
                        reasons=(reason,))  # fmt: skip
    return apply(uow, decision, now, actor=actor)


def _released(uow: UnitOfWork, freed: Sequence[Transaction], now: datetime) -> list[NoticeRequest]:
    owners = {p.patron_id: p for p in uow.patrons.get_many(sorted({t.patron_id for t in freed}))}
    notices: list[NoticeRequest] = []
    for transaction in freed:
        if documents := uow.documents.of_transaction(transaction.number):
            notices += announce.delivered(transaction, owners.get(transaction.patron_id), documents, now)
    return notices


def _told(
    uow: UnitOfWork, patron: Patron | None, parts: Sequence[tuple[str, Money]], found: Sequence[Transaction],
    amount: Money, channel: str, now: datetime, occasion: str,
) -> list[NoticeRequest]:  # fmt: skip
    if patron is None:
        return []
    to = announce_payment.addressee(patron, now, occasion=occasion)
    by_number = {t.number: t for t in found}
    paid = [(by_number[number], part) for number, part in parts if number in by_number]
    spare = amount
    for _, part in paid:
        spare = spare - part
    notices = list(announce_payment.payment_confirmed(to, amount, paid, channel=channel)) if paid else []
    if spare.amount > 0:
        notices += announce_payment.deposit_credited(to, spare, uow.ledger.account(patron.patron_id).deposit)
    return notices
