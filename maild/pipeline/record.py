"""Writing a decision down: state, documents, notices, reasons and history in ONE database transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.domain.decision import Action, Cause, Decision, Transition
from maild.domain.journal import JournalEntry, MailRecord, MailStatus, ReviewItem
from maild.ports import UnitOfWork

STATUS = {Action.APPLY: MailStatus.SETTLED, Action.REVIEW: MailStatus.REVIEW, Action.IGNORE: MailStatus.IGNORED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was written: the ids of the notices created and of the review item opened (0: none)."""

    outbox: tuple[int, ...] = ()
    review: int = 0


def record(uow: UnitOfWork, mail: MailRecord, decision: Decision, now: datetime) -> Recorded:
    """Apply the decision and settle the mail. Raises StaleVersion if a transaction moved meanwhile."""
    outbox = apply(uow, decision, now, actor="maild", mail_id=mail.id)
    uow.decisions.add(mail.id, decision, now)
    status = MailStatus.REVIEW if decision.cause else STATUS[decision.action]
    uow.mails.settle(
        mail.id,
        status,
        kind=decision.kind,
        rule=decision.rule,
        reason=summary(decision),
        now=now,
        expected=MailStatus.PENDING,
    )  # fmt: skip  a lease that ran out: somebody else settled it
    review = open_review(uow, mail, decision, now) if decision.cause else 0
    return Recorded(outbox=outbox, review=review)


def summary(decision: Decision) -> str:
    """The decision in one line: for lists and for the mail's own row."""
    return "; ".join(dict.fromkeys(decision.reasons))[:2000]


def apply(
    uow: UnitOfWork, decision: Decision, now: datetime, *, actor: str, mail_id: int | None = None
) -> tuple[int, ...]:
    """Everything a decision changes, with its history; returns the ids of the notices created."""
    history: list[JournalEntry] = []
    for new in decision.creations:
        uow.transactions.create(new, now)
        history.append(JournalEntry(what="state", at=now, actor=actor, number=new.number, mail_id=mail_id,
                                    after="submitted", reasons=decision.reasons))  # fmt: skip
    for transition in decision.transitions:
        uow.transactions.apply(transition, now)
        history += _history(transition, decision, now, actor, mail_id)
    for change in decision.registrations:
        uow.registrations.change(change, now)
        history.append(JournalEntry(what="registration", at=now, actor=actor, mail_id=mail_id, after=change.state,
                                    data={"email": change.email}, reasons=decision.reasons))  # fmt: skip
    for document in decision.documents:
        uow.documents.add(document, mail_id, now)
    for bounce in decision.bounces:
        uow.patrons.mark_bounced(bounce, now)
        history.append(JournalEntry(what="bounce", at=now, actor=actor, mail_id=mail_id, after=bounce.address,
                                    reasons=(bounce.reason,)))  # fmt: skip
    uow.journal.add(history)
    return tuple(uow.outbox.add(decision.notices, now)) if decision.notices else ()


def _history(
    transition: Transition, decision: Decision, now: datetime, actor: str, mail_id: int | None
) -> list[JournalEntry]:
    lines = []
    if transition.event:
        lines.append(JournalEntry(what="state", at=now, actor=actor, number=transition.number, mail_id=mail_id,
                                  before=transition.before or "", after=transition.after or "",
                                  reasons=decision.reasons))  # fmt: skip
    if transition.payment_event:
        lines.append(JournalEntry(what="payment", at=now, actor=actor, number=transition.number, mail_id=mail_id,
                                  before=transition.payment_before or "", after=transition.payment_after or "",
                                  reasons=decision.reasons))  # fmt: skip
    return lines


def open_review(uow: UnitOfWork, mail: MailRecord, decision: Decision, now: datetime) -> int:
    """Put the mail before staff with everything that was found out."""
    candidates = tuple(
        {"transaction": c.transaction.number, "score": c.score, "reasons": list(c.reasons)} for c in decision.candidates
    )
    item = ReviewItem(
        id=0, mail_id=mail.id, cause=decision.cause, kind=decision.kind, sender=mail.sender, subject=mail.subject,
        transactions=decision.transactions, candidates=candidates, reasons=decision.reasons,
    )  # fmt: skip
    return uow.reviews.add(item, now)


def open_notice(uow: UnitOfWork, cause: Cause, subject: str, reasons: tuple[str, ...], now: datetime) -> int:
    """A review item without a stored mail, such as a mail too large to fetch."""
    return uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=cause, subject=subject, reasons=reasons), now)
