"""Writing down what was said by hand, and how patrons want to be written to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import NotFound
from maild.domain.incoming.decision import Answered, Decision, Wish, Withdrawn
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import JournalEntry, MailStatus, ReviewItem, ReviewState
from maild.domain.requests.patron import Delivery, Patron
from maild.notify.writing.timing import FOR_THE_DAY
from maild.office import SAY as COMMON
from maild.office.reach import SAY
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

_UNSENT = (OutboxState.WAITING, OutboxState.HELD)


def keep_contact(uow: UnitOfWork, decision: Decision, at: At) -> Iterator[JournalEntry]:
    """Keeper: withdraw, settle and wish as decided; yields the history that is to be written."""
    for withdrawn in decision.of(Withdrawn):
        yield from withdraw(uow, withdrawn, at.now, actor=at.actor, mail_id=at.mail_id)
    for answered in decision.of(Answered):
        yield from _settle(uow, answered, at.now)
    for wish in decision.of(Wish):
        yield from grant(uow, wish, at.now, actor=at.actor, mail_id=at.mail_id, reasons=decision.reasons[:2])


def withdraw(
    uow: UnitOfWork, withdrawn: Withdrawn, now: datetime, *, actor: str, mail_id: int | None
) -> Iterator[JournalEntry]:
    """Cancel a notice, unless it is leaving or has left meanwhile."""
    entry = uow.outbox.get(withdrawn.entry_id)
    if entry is None or entry.state not in _UNSENT:
        return
    uow.outbox.mark(entry.id, OutboxState.CANCELLED, now=now, reply=withdrawn.reason)
    yield JournalEntry(
        what="notice",
        at=now,
        actor=actor,
        number=entry.request.number,
        mail_id=mail_id,
        outbox_id=entry.id,
        before=entry.state,
        after=OutboxState.CANCELLED,
        reasons=(withdrawn.reason,),
        data={"kind": str(entry.request.kind)},
    )


def _settle(uow: UnitOfWork, answered: Answered, now: datetime) -> Iterator[JournalEntry]:
    item = uow.reviews.get(answered.item_id)
    if item is None or item.state is not ReviewState.OPEN:
        return
    if not answered.open:
        state = ReviewState.ASSIGNED if item.transactions else ReviewState.DISMISSED
        uow.reviews.handle(
            item.id,
            state,
            expected_version=answered.version,
            actor=answered.actor,
            note=answered.note,
            transactions=item.transactions,
            now=now,
        )
        _settle_mail(uow, item, answered.note, now)
    yield JournalEntry(
        what="act",
        at=now,
        actor=answered.actor,
        mail_id=item.mail_id,
        before=item.state,
        after=SAY("answered_by_hand"),
        reasons=(answered.note,),
    )


def _settle_mail(uow: UnitOfWork, item: ReviewItem, note: str, now: datetime) -> None:
    if item.mail_id is not None:
        mail = uow.mails.get(item.mail_id)
        uow.mails.settle(mail.id, MailStatus.SETTLED, kind=mail.kind, rule=mail.rule, reason=note, now=now)


def grant(
    uow: UnitOfWork,
    wish: Wish,
    now: datetime,
    *,
    actor: str,
    mail_id: int | None = None,
    reasons: tuple[str, ...] = (),
) -> Iterator[JournalEntry]:
    """Write to the patron as wished from now on. Raises NotFound."""
    known = uow.patrons.get(wish.patron_id)
    if known is None:
        raise NotFound(COMMON("no_patron", patron=wish.patron_id), remedy="maild patrons list --text …")
    changed = {
        name: value
        for name in ("delivery", "language", "honorific")
        if (value := getattr(wish, name)) is not None and value != getattr(known, name)
    }
    if not changed:
        return
    uow.patrons.upsert([replace(known, **changed)], now)
    if wish.delivery is Delivery.EACH:
        _let_go(uow, known, now)
    yield JournalEntry(
        what="patron",
        at=now,
        actor=actor,
        mail_id=mail_id,
        before=_told(known, changed),
        after=" ".join(f"{name}={value.value or 'none'}" for name, value in changed.items()),
        reasons=reasons,
        data={"patron_id": known.patron_id},
    )


def _let_go(uow: UnitOfWork, known: Patron, now: datetime) -> None:
    """What waits for the daily mail goes at once: there will be none."""
    for row in uow.outbox.waiting_to([email.address for email in known.emails]):
        if row.request.patron_id == known.patron_id and row.reply.endswith(FOR_THE_DAY):
            uow.outbox.mark(row.id, OutboxState.WAITING, now=now, not_before=now, reply=SAY("no_daily_mail"))


def _told(known: Patron, changed: dict[str, object]) -> str:
    return " ".join(f"{name}={getattr(known, name).value or 'none'}" for name in changed)
