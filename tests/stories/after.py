"""One proof told, and what is there after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState
from tests.stories.tale import Tale

N = NoticeKind


@dataclass(slots=True)
class After:
    """What a mail left behind: `claims` by number ('' the deposit), its last notices, the queue's cause."""

    status: MailStatus
    cause: Cause
    claims: Mapping[str, str]
    notices: list[NoticeRequest]
    states: Mapping[str, PaymentState]
    candidates: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[NoticeKind]:
        return sorted(n.kind for n in self.notices)


def after(tale: Tale, mail_id: int) -> After:
    """Look at what became of the last mail and its people."""
    with tale.world.store.read() as uow:
        items = [i for i in uow.reviews.find(state=None, limit=10_000) if i.mail_id == mail_id]
        seen = uow.receipts.of_mail(mail_id)
        claims: dict[str, str] = {}
        for key in dict.fromkeys(s.claim for s in seen if s.claim):
            entry = uow.ledger.get(key)
            assert entry is not None
            claims |= {p.number: str(-p.amount.amount) for p in entry.postings if p.book in ("receivable", "pending")}
        patrons = [p.patron_id for p in tale.patrons]
        notices = [e.request for e in uow.outbox.find(limit=1000) if e.request.patron_id in patrons]
        states = {t.number: t.payment_state for t in uow.transactions.of_patrons(patrons)}
        status = uow.mails.get(mail_id).status
    return After(status=status, cause=items[0].cause if items else Cause.NONE, claims=claims, notices=notices,
                 states=states, candidates=[str(c["transaction"]) for c in items[0].candidates] if items else [])  # fmt: skip


Begin = Callable[[], Tale]
SETTLED, REVIEW = MailStatus.SETTLED, MailStatus.REVIEW
