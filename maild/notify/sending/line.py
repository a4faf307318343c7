"""The line to the submission server, before staff: one item while it takes nothing, closed when it is well again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.notify.sending import SAY
from maild.notify.sending.ending import note, subject_of
from maild.notify.sending.settled import close_item

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


REDIRECTED = "; sent to "  # in the reply of a notice that has gone another way
MOST = 1000  # items that are looked through for those of revived notices


def tell(uow: UnitOfWork, now: datetime, host: str, reasons: Sequence[str]) -> None:
    """Put it before staff, unless that has been done."""
    if uow.reviews.find(cause=Cause.LINE_DOWN, limit=1):
        return
    uow.reviews.add(
        ReviewItem(
            id=0,
            mail_id=None,
            cause=Cause.LINE_DOWN,
            key=f"line:{now.isoformat()}",
            kind="line",
            subject=host,
            reasons=tuple(reasons),
        ),
        now,
    )
    uow.journal.add([JournalEntry(what="line", at=now, reasons=tuple(reasons))])


def is_down(uow: UnitOfWork, host: str) -> bool:
    """Whether staff have been told, by whichever process, and no mail has been taken since."""
    return any(item.subject == host for item in uow.reviews.find(cause=Cause.LINE_DOWN))


def well(uow: UnitOfWork, now: datetime) -> None:
    """It takes mail again: nobody need look any more."""
    for item in uow.reviews.find(cause=Cause.LINE_DOWN):
        close_item(uow, item, SAY("takes_mail_again"), now)


def revive(uow: UnitOfWork, entry_ids: Sequence[int], now: datetime, until: datetime, reply: str) -> None:
    """Notices that failed of what proves to be the server's trouble wait again, with the tries they had."""
    entries = [entry for entry in map(uow.outbox.get, entry_ids) if entry is not None]
    failed = [e for e in entries if e.state is OutboxState.FAILED and REDIRECTED not in e.reply]
    if not failed:
        return
    items = [*uow.reviews.find(cause=Cause.SEND_FAILED, limit=MOST), *uow.reviews.find(cause=Cause.BOUNCE, limit=MOST)]
    for entry in failed:
        uow.outbox.mark(
            entry.id, OutboxState.WAITING, now=now, not_before=until, reply=reply, attempts=max(entry.attempts - 1, 0)
        )
        note(uow, entry, OutboxState.WAITING, now, reply, before=OutboxState.FAILED)
        known = uow.addresses.get(entry.request.recipient)
        if known.trouble is not None and known.reason == entry.reply:
            uow.addresses.clear(known.address)  # it was not the address's
        for item in items:
            if item.subject == subject_of(entry):
                close_item(uow, item, reply, now)
