"""What the sending of a notice means for its transaction: the patron has the document now."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from maild.domain.decision import Transition
from maild.domain.errors import StaleVersion
from maild.domain.journal import JournalEntry
from maild.domain.lifecycle import Event, Move, advance
from maild.domain.notice import NoticeKind, OutboxEntry
from maild.ports import UnitOfWork

TRIES = 3  # a colleague's change between our read and write; it can hardly happen thrice


def on_sent(uow: UnitOfWork, entry: OutboxEntry, now: datetime) -> None:
    """shipped → delivered when the document's notice is out. Never raises for a busy row: the notice is sent."""
    if entry.request.kind is not NoticeKind.DOCUMENT_DELIVERED or not entry.request.number:
        return
    for _ in range(TRIES):
        with suppress(StaleVersion), uow.savepoint():
            _deliver(uow, entry, now)
            return


def _deliver(uow: UnitOfWork, entry: OutboxEntry, now: datetime) -> None:
    transaction = uow.transactions.get(entry.request.number)
    if transaction is None:
        return
    moved = advance(transaction.state, Event.DELIVERED, transaction.service)
    if moved.move is not Move.MOVED:
        return
    uow.transactions.apply(
        Transition(number=transaction.number, expected_version=transaction.version, event=Event.DELIVERED,
                   before=moved.before, after=moved.after), now,
    )  # fmt: skip
    reason = f"the document was sent to {entry.request.recipient}"
    uow.journal.add([JournalEntry(what="state", at=now, number=transaction.number, outbox_id=entry.id,
                                  before=moved.before, after=moved.after, reasons=(reason,))])  # fmt: skip
