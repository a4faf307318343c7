"""The end of a notice that does not arrive: it goes to another address, or before staff."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxEntry, OutboxState
from maild.domain.outgoing.reach import Heard, whom_to_phone
from maild.domain.outgoing.readdress import elsewhere
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.domain.requests.patron import Patron
from maild.notify.sending import SAY

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


def note(
    uow: UnitOfWork,
    entry: OutboxEntry,
    after: str,
    now: datetime,
    reason: str,
    *,
    before: str = OutboxState.WAITING,
    actor: str = "maild",
    **data: object,
) -> None:
    """A line of history about a notice."""
    request = entry.request
    line = JournalEntry(
        what="notice",
        at=now,
        actor=actor,
        number=request.number,
        outbox_id=entry.id,
        before=str(before),
        after=str(after),
        reasons=(reason,) if reason else (),
        data={"kind": str(request.kind), "recipient": request.recipient, **data},
    )
    uow.journal.add([line])


def give_up(
    uow: UnitOfWork,
    entry: OutboxEntry,
    now: datetime,
    reason: str,
    attempts: int | None = None,
    *,
    cause: Cause = Cause.SEND_FAILED,
    phone: str = "",
) -> None:
    """The notice failed for good: mark it, and put it before staff. `phone`: whom they should ring."""
    uow.outbox.mark(entry.id, OutboxState.FAILED, now=now, reply=reason, attempts=attempts)
    note(uow, entry, OutboxState.FAILED, now, reason)
    request = entry.request
    item = ReviewItem(
        id=0,
        mail_id=None,
        cause=cause,
        kind=str(request.kind),
        sender=request.recipient,
        subject=subject_of(entry),
        transactions=(request.number,) if request.number else (),
        reasons=(
            SAY("not_sent", id=entry.id, kind=request.kind, address=request.recipient, why=reason),
            *([phone] if phone else []),
        ),
    )
    uow.reviews.add(item, now)


def subject_of(entry: OutboxEntry) -> str:
    """What the queue item about a notice is called."""
    return SAY("notice", id=entry.id, kind=entry.request.kind)


def redirect(
    uow: UnitOfWork,
    entry: OutboxEntry,
    patron: Patron | None,
    now: datetime,
    what: Heard,
    reason: str,
    attempts: int | None = None,
) -> bool:
    """Send the notice to the patron's next good address instead; False where there is none, or it has been done."""
    others = elsewhere([entry], patron, now, what)
    if not others:
        return False
    uow.outbox.add(others, now)
    said = SAY("sent_to_instead", reason=reason, address=others[0].recipient)
    uow.outbox.mark(entry.id, OutboxState.FAILED, now=now, reply=said, attempts=attempts)
    note(uow, entry, OutboxState.FAILED, now, said, instead=others[0].recipient)
    return True


def phone_of(patron: Patron | None) -> str:
    """Whom staff should ring."""
    return whom_to_phone(patron.name, patron.phone) if patron else ""
