"""A small office for one adversarial proof: a known, proven patron, fees of what the file shows, documents that wait."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from maild.domain.accounting.ledger import Book
from maild.domain.accounting.receipt import Receipt
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Document, Language, Patron, PatronAddress, PatronKind, Transaction
from tests.forms import photos
from tests.receipts.adverse import Case
from tests.stories.world import World, world

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
ADDRESS = "reader@patron.example"
USUAL = (NoticeKind.PROOF_RECEIVED, NoticeKind.DOCUMENT_DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of the mail.

    booked    the sums of the claims, one a proof
    released  how many documents went out
    told      notices but for the usual ones, with the problems they name: 'proof_unreadable:not_paid_to_us'
    """

    settled: bool
    booked: tuple[Decimal, ...]
    released: int
    told: tuple[str, ...]
    cause: str


def decide(case: Case, receipts: Sequence[Receipt]) -> Decided:
    """Deliver the file to a new office, and look at what it did."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, world(Path(folder), key=photos.KEY) as office:
        _furnish(office, case)
        mail_id = office.mail(ADDRESS, "缴费凭证", "老师您好，费用已转账，凭证见附件。", receipts)
        office.process()
        return _seen(office, mail_id)


def _furnish(office: World, case: Case) -> None:
    patron = Patron(patron_id="s1", name=case.sample.truth.payer[:3] or "李明", kind=PatronKind.INTERNAL, language=Language.ZH,
                    emails=(PatronAddress(address=ADDRESS),))  # fmt: skip
    named = [number for truth in case.sample.truths for number in truth.transactions]
    numbers = named if len(named) == len(case.fees) else [f"20261112{i:05d}" for i in range(41, 41 + len(case.fees))]
    requests = [
        Transaction(
            number=number,
            patron_id="s1",
            state=State.SHIPPED,
            title=f"Title {number}",
            total=Money(fee),
            subsidy=Money.of(0),
            payable=Money(fee),
            payment_state=PaymentState.DUE,
        )
        for number, fee in zip(numbers, case.fees, strict=True)
    ]
    office.settle_in([patron], requests)
    with office.store.begin() as uow:
        for number in numbers:
            uow.documents.add(
                Document(number=number, url="https://delivery.example/x", filename="a.pdf"), None, office.clock.now()
            )


def _seen(office: World, mail_id: int) -> Decided:
    with office.store.read() as uow:
        keys = dict.fromkeys(seen.claim for seen in uow.receipts.of_mail(mail_id) if seen.claim)
        entries = [entry for key in keys if (entry := uow.ledger.get(key))]
        items = [item for item in uow.reviews.find(state=None, limit=100) if item.mail_id == mail_id]
        notices = [entry.request for entry in uow.outbox.find(limit=100)]
        settled = uow.mails.get(mail_id).status is MailStatus.SETTLED
    booked = tuple(
        sum((p.amount.amount for p in entry.postings if p.book is Book.CLAIMED), Decimal(0)) for entry in entries
    )
    told = tuple(":".join((str(n.kind), *_problems(n.data.get("problems")))) for n in notices if n.kind not in USUAL)
    return Decided(
        settled=settled,
        booked=booked,
        released=sum(n.kind is NoticeKind.DOCUMENT_DELIVERED for n in notices),
        told=told,
        cause=str(items[0].cause) if items else "",
    )


def _problems(found: object) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()
