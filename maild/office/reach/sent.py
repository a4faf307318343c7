"""What the sending of a notice means: the patron has the document, or the invoice, now."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from maild.domain.accounting.invoice import InvoiceState
from maild.domain.errors import StaleVersion
from maild.domain.incoming.decision import Transition
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import Event, Move, advance
from maild.notify.sending.doubt import OnSent
from maild.office.reach import SAY

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


Follow = Callable[["UnitOfWork", OutboxEntry, datetime], None]
TRIES = 3  # a colleague's change between our read and write; it can hardly happen thrice


def told(now: Callable[[], datetime]) -> OnSent:
    """What follows from sending, as the relay wants it; `now`: the clock. Of most kinds nothing does."""

    def follow(what: Follow, uow: UnitOfWork, entry: OutboxEntry) -> None:
        """Never raises for a busy row: the notice is sent."""
        for _ in range(TRIES):
            with suppress(StaleVersion), uow.savepoint():
                what(uow, entry, now())
                return

    return {
        NoticeKind.INVOICE_ISSUED: partial(follow, _invoice),
        NoticeKind.DOCUMENT_DELIVERED: partial(follow, _deliver),
    }


def _invoice(uow: UnitOfWork, entry: OutboxEntry, now: datetime) -> None:
    """issued → sent when the invoice's notice is out."""
    _, _, said = entry.request.subject.partition("invoice:")
    invoice = uow.invoices.get(int(said)) if said.isdigit() else None
    if invoice is None or invoice.state is not InvoiceState.ISSUED:
        return
    uow.invoices.change(replace(invoice, state=InvoiceState.SENT), now)
    reason = SAY("invoice_sent", id=invoice.id, address=entry.request.recipient)
    uow.journal.add(
        [
            JournalEntry(
                what="invoice",
                at=now,
                number=next(iter(invoice.transactions), ""),
                mail_id=invoice.mail_id,
                outbox_id=entry.id,
                before=InvoiceState.ISSUED,
                after=InvoiceState.SENT,
                reasons=(reason,),
            )
        ]
    )


def _deliver(uow: UnitOfWork, entry: OutboxEntry, now: datetime) -> None:
    """shipped → delivered when the document's notice is out."""
    transaction = uow.transactions.get(entry.request.number) if entry.request.number else None
    if transaction is None:
        return
    moved = advance(transaction.state, Event.DELIVERED, transaction.service)
    if moved.move is not Move.MOVED:
        return
    uow.transactions.apply(
        Transition(
            number=transaction.number,
            expected_version=transaction.version,
            event=Event.DELIVERED,
            before=moved.before,
            after=moved.after,
        ),
        now,
    )
    reason = SAY("document_sent", address=entry.request.recipient)
    uow.journal.add(
        [
            JournalEntry(
                what="state",
                at=now,
                number=transaction.number,
                outbox_id=entry.id,
                before=moved.before,
                after=moved.after,
                reasons=(reason,),
            )
        ]
    )
