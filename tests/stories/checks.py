"""What must hold after every tale: no wrong match, nothing disclosed, nothing lost, books that add up."""

from __future__ import annotations

from collections.abc import Iterator

from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry
from maild.domain.accounting.payment import SeenReceipt
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState
from maild.store.uow import UnitOfWork
from tests.stories.tale import Tale, Truth


def faults(tale: Tale, uow: UnitOfWork) -> Iterator[str]:
    """Everything that is wrong after a tale, in a sentence each."""
    proofs = [proof for mail in tale.mails for proof in uow.receipts.of_mail(mail)]
    yield from _matches(tale, uow, proofs)
    yield from _lost(tale, uow, proofs)
    yield from _disclosed(tale, uow)
    for patron in tale.patrons:
        for entry in uow.ledger.entries(patron_id=patron.patron_id):
            yield from _balanced(entry)
    yield from _books(tale, uow)


def _matches(tale: Tale, uow: UnitOfWork, proofs: list[SeenReceipt]) -> Iterator[str]:
    """Each claim is what was really paid, to the cent, and each payment is claimed once."""
    claimed: dict[int, set[str]] = {}
    for proof in proofs:
        if not proof.claim:
            continue
        truth = tale.truths[proof.receipt.sha256]
        claimed.setdefault(id(truth), set()).add(proof.claim)
        entry = uow.ledger.get(proof.claim)
        assert entry is not None
        yield from _match(proof.claim, truth, entry)
    for claims in claimed.values():
        if len(claims) > 1:
            yield f"one payment was claimed by {', '.join(sorted(claims))}"


def _match(key: str, truth: Truth, entry: LedgerEntry) -> Iterator[str]:
    if not truth.good:
        yield f"{key}: claimed, but no money came to us"
    none = Money.of(0)
    parts = {p.number: -p.amount for p in entry.postings if p.book is Book.RECEIVABLE}
    whole = sum((p.amount for p in entry.postings if p.book is Book.CLAIMED), none)
    rest = -sum((p.amount for p in entry.postings if p.book is Book.PENDING), none)
    owners = {p.patron_id for p in entry.postings}
    if whole != truth.amount:
        yield f"{key}: {whole} claimed, {truth.amount} were paid"
    if parts != dict(truth.parts) or rest != truth.deposit:
        yield f"{key}: pays {parts} and deposit {rest}, meant were {dict(truth.parts)} and {truth.deposit}"
    if owners != {truth.patron_id}:
        yield f"{key}: booked for {owners}, it is {truth.patron_id}'s"


def _lost(tale: Tale, uow: UnitOfWork, proofs: list[SeenReceipt]) -> Iterator[str]:
    """A real payment is claimed, or a person has its mail."""
    claimed = {id(tale.truths[p.receipt.sha256]) for p in proofs if p.claim}
    for proof in proofs:
        truth = tale.truths[proof.receipt.sha256]
        assert proof.mail_id is not None
        waits = uow.mails.get(proof.mail_id).status is MailStatus.REVIEW
        if truth.good and id(truth) not in claimed and not waits:
            yield f"mail {proof.mail_id}: a payment of {truth.amount} is neither claimed nor before a person"


def _disclosed(tale: Tale, uow: UnitOfWork) -> Iterator[str]:
    """Notices and documents go to the patron whose requests they name."""
    owners = {p.patron_id: {e.address for e in p.emails} for p in tale.patrons}
    for patron in tale.patrons:
        numbers = [t.number for t in uow.transactions.of_patrons([patron.patron_id])]
        for entry in uow.outbox.about(numbers):
            if entry.request.recipient not in owners[patron.patron_id]:
                yield f"{entry.request.kind} about {entry.request.number} goes to {entry.request.recipient}"
            rows = entry.request.data.get("transactions", ())
            for row in rows if isinstance(rows, list | tuple) else ():
                if row["number"] not in numbers:
                    yield f"{entry.request.kind} tells {patron.patron_id} of {row['number']}"


def _balanced(entry: LedgerEntry) -> Iterator[str]:
    if sum((p.amount for p in entry.postings), Money.of(0)):
        yield f"{entry.key} does not sum to zero"


def _books(tale: Tale, uow: UnitOfWork) -> Iterator[str]:
    """Books and payment states say the same; a document went out only where its fee is covered."""
    for patron in tale.patrons:
        account = uow.ledger.account(patron.patron_id)
        transactions = uow.transactions.of_patrons([patron.patron_id])
        numbers = [t.number for t in transactions]
        standing = uow.ledger.standing(numbers)
        out = {n.request.number for n in uow.outbox.about(numbers) if n.request.kind is NoticeKind.DOCUMENT_DELIVERED}
        for transaction in transactions:
            told = standing.get(transaction.number)
            if told is None:
                if transaction.payment_state is not PaymentState.DUE:
                    yield f"{transaction.number} is {transaction.payment_state}, and the books know nothing of it"
                continue
            if told.owed.amount < 0 or told.total - told.subsidy != transaction.payable:
                yield f"{transaction.number}: the books say {told}"
            if transaction.payment_state in COVERED and told.owed:
                yield f"{transaction.number}: {transaction.payment_state}, and {told.owed} are owed"
            if transaction.payment_state is PaymentState.CONFIRMED and told.claimed:
                yield f"{transaction.number}: confirmed, and {told.claimed} only claimed"
            if transaction.number in out and transaction.payment_state not in (
                PaymentState.PROOF_RECEIVED,
                PaymentState.CONFIRMED,
            ):
                yield f"{transaction.number}: its document went out, payment {transaction.payment_state}"
        claims = uow.ledger.claims(patron_ids=[patron.patron_id])
        if sum((c.amount for c in claims), Money.of(0)) != account.claimed:
            yield f"{patron.patron_id}: claims and balance differ"


COVERED = (PaymentState.PROOF_RECEIVED, PaymentState.CONFIRMED, PaymentState.WAIVED)


def settled_books(tale: Tale, uow: UnitOfWork) -> Iterator[str]:
    """What holds of the books after staff acted, too."""
    for fault in _books(tale, uow):
        if "its document went out" not in fault:  # it went out when the claim stood
            yield fault
    for patron in tale.patrons:
        yield from claims_settled_once(uow, patron.patron_id)
        for entry in uow.ledger.entries(patron_id=patron.patron_id):
            yield from _balanced(entry)


def claims_settled_once(uow: UnitOfWork, patron_id: str) -> Iterator[str]:
    """No claim is confirmed twice."""
    settled = [
        e.settles
        for e in uow.ledger.entries(patron_id=patron_id)
        if e.kind in (EntryKind.CONFIRMATION, EntryKind.REJECTION)
    ]
    if len(settled) != len(set(settled)):
        yield f"{patron_id}: a claim was settled twice"
