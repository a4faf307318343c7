"""Money that is there: the books, the payment states, the documents that waited for it, and what the patron is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.channel import AnyChannel, Channel, proven
from maild.domain.accounting.ledger import Book, Claim, EntryKind, LedgerEntry
from maild.domain.incoming.decision import Action, Decision, Transition
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.requests.lifecycle import PaymentEvent, PaymentState, pay
from maild.domain.requests.patron import Patron, Transaction
from maild.office.notices import announce
from maild.office.payments import announce_payment
from maild.office.recording import apply
from maild.spine.policy import Policy

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


def post_claim(
    uow: UnitOfWork,
    claim: Claim,
    policy: Policy,
    now: datetime,
    *,
    actor: str,
    channel: AnyChannel | None = None,
    line: str = "",
    amount: Money | None = None,
    reason: str = "",
) -> tuple[int, ...]:
    """The money of a claim is there: books, payment states, documents that waited, notices. Ids of the notices.

    channel: how it came, where a statement or a person says so; else as its proof says. The patron is told what the
    proof says.
    """
    told = proven(seen.receipt for seen in uow.receipts.of_claims([claim.key]).get(claim.key, ()))
    channel = channel or told or Channel.CASH
    numbers = [number for number, _ in claim.parts]
    stands = bool(line) and stands_unclaimed(uow, line)
    entry = bookkeeping.confirm(
        claim,
        amount,
        channel=channel,
        line=line,
        unclaimed=stands,
        owed=uow.ledger.owed(numbers),
        pending=uow.ledger.pending(numbers),
        reason=reason,
    )
    return write_payment(
        uow,
        (entry,),
        claim.patron_id,
        claim.parts,
        amount or claim.amount,
        policy,
        now,
        actor=actor,
        channel=told or channel,
        reason=reason,
    )


def stands_unclaimed(uow: UnitOfWork, line: str) -> bool:
    """Whether the money of a line (its key) was booked as nobody's, and that was not taken back."""
    return uow.ledger.get(uow.ledger.fresh(f"unclaimed:{line}")) is not None


def write_payment(
    uow: UnitOfWork,
    entries: Sequence[LedgerEntry],
    payer: str,
    parts: Sequence[tuple[str, Money]],
    amount: Money,
    policy: Policy,
    now: datetime,
    *,
    actor: str,
    channel: AnyChannel,
    reason: str,
) -> tuple[int, ...]:
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
            transitions.append(Transition.paying(transaction, PaymentEvent.DISPUTED, PaymentState.DISPUTED))
            continue
        if after is None or (left is not None and left.amount > 0) or transaction.number in waiting:
            continue
        transitions.append(Transition.paying(transaction, PaymentEvent.CONFIRMED, after))
        if policy.frees(transaction, after):
            freed.append(transaction)
    patron = uow.patrons.get(payer)
    notices = [*released(uow, freed, now), *_told(uow, patron, parts, found, amount, channel, now, entries)]
    decision = Decision(
        action=Action.APPLY,
        effects=(*transitions, *notices),
        reasons=(reason,),
    )
    return apply(uow, decision, now, actor=actor)


def released(uow: UnitOfWork, freed: Sequence[Transaction], now: datetime) -> list[NoticeRequest]:
    """The documents of these requests on their way, each to its own patron."""
    owners = {p.patron_id: p for p in uow.patrons.get_many(sorted({t.patron_id for t in freed}))}
    notices: list[NoticeRequest] = []
    for transaction in freed:
        if documents := uow.documents.of_transaction(transaction.number):
            notices += announce.delivered(transaction, owners.get(transaction.patron_id), documents, now)
    return notices


def _told(
    uow: UnitOfWork,
    patron: Patron | None,
    parts: Sequence[tuple[str, Money]],
    found: Sequence[Transaction],
    amount: Money,
    channel: AnyChannel,
    now: datetime,
    entries: Sequence[LedgerEntry],
) -> list[NoticeRequest]:
    """What the payer's money paid, and to whom the rest of it was credited: as the books say, not as was claimed."""
    if patron is None:
        return []
    occasion, by_number = entries[0].key, {t.number: t for t in found}
    paid = [(by_number[number], part) for number, part in _needed(parts, entries) if number in by_number]
    to = announce_payment.addressee(patron, now, occasion=occasion)
    notices = list(announce_payment.payment_confirmed(to, amount, paid, channel=channel)) if paid else []
    credits = _credits(entries)
    for owner in [patron, *uow.patrons.get_many(sorted(credits.keys() - {patron.patron_id}))]:
        if owner.patron_id in credits:
            whose = announce_payment.addressee(owner, now, occasion=occasion)
            balance = uow.ledger.account(owner.patron_id).deposit
            notices += announce_payment.deposit_credited(whose, credits[owner.patron_id], balance)
    return notices


def _needed(parts: Sequence[tuple[str, Money]], entries: Sequence[LedgerEntry]) -> list[tuple[str, Money]]:
    """The parts without what their fees fell after they were claimed; a fee that fell to nothing has none."""
    left = dict(parts)
    for posting in (p for e in entries if e.kind is EntryKind.CONFIRMATION for p in e.postings):
        if posting.book is Book.PENDING and posting.number in left:
            left[posting.number] = left[posting.number] - posting.amount
    return [(number, part) for number, part in left.items() if part.amount > 0]


def _credits(entries: Sequence[LedgerEntry]) -> dict[str, Money]:
    """What the entries add to deposits, by patron."""
    found: dict[str, Money] = {}
    for posting in (p for e in entries for p in e.postings if p.book is Book.DEPOSIT):
        before = found.get(posting.patron_id, Money.of(0, posting.amount.currency))
        found[posting.patron_id] = before - posting.amount
    return {who: credit for who, credit in found.items() if credit.amount > 0}
