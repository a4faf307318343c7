"""What was done with an invoice by hand: its lines of history, and what taking the last of them back needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.notice import PERHAPS_GONE, OutboxState
from maild.domain.records.journal import JournalEntry, MailStatus, ReviewState
from maild.office.acting.doing import reopen as wait_again
from maild.office.invoices import SAY
from maild.spine import SAY as SPINE
from maild.spine.recording.keeping import At, Undo

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


INVOICE = "invoice"  # of an act's line of history: which one
GONE = PERHAPS_GONE | {OutboxState.LEASED}


def unsent_of(uow: UnitOfWork, invoice: Invoice) -> list[int]:
    """Notices of the invoice's acts that have not left."""
    ids = [entry_id for entry in acts_of(uow, invoice) for entry_id in notices_of(entry)]
    found = [uow.outbox.get(entry_id) for entry_id in ids]
    return [e.id for e in found if e is not None and e.state not in (*GONE, OutboxState.CANCELLED)]


def acts_of(uow: UnitOfWork, invoice: Invoice) -> list[JournalEntry]:
    """What was done with the invoice by hand, oldest first."""
    if invoice.mail_id is not None:
        lines = uow.journal.of_mail(invoice.mail_id)
    else:
        lines = [line for number in invoice.transactions[:1] for line in uow.journal.of_transaction(number)]
    return [line for line in lines if line.what == "invoice" and line.data.get(INVOICE) == invoice.id]


def last_act(uow: UnitOfWork, invoice: Invoice) -> JournalEntry | None:
    """The last act that is not taken back yet."""
    lines = acts_of(uow, invoice)
    undone = {line.data.get("undone") for line in lines}
    return next((line for line in reversed(lines) if line.data.get("before") and line.id not in undone), None)


def notices_of(entry: JournalEntry) -> list[int]:
    """The notices that an act wrote."""
    ids = entry.data.get("outbox", ())
    return [int(str(i)) for i in ids] if isinstance(ids, list | tuple) else []


def line(
    before: Invoice, after: Invoice, now: datetime, actor: str, reasons: Sequence[str], data: Mapping[str, object]
) -> JournalEntry:
    return JournalEntry(
        what="invoice",
        at=now,
        actor=actor,
        number=next(iter(before.transactions), ""),
        mail_id=before.mail_id,
        before=before.state,
        after=after.state,
        reasons=tuple(reasons),
        data={INVOICE: before.id, **data},
    )


_TEXTS = ("title", "tax_number", "email", "number", "sha256", "filename", "note")


def row_of(invoice: Invoice) -> dict[str, object]:
    """What an act may change, JSON-able."""
    amount = invoice.amount
    return {
        **{name: getattr(invoice, name) for name in _TEXTS},
        "state": invoice.state.value,
        "amount": [str(amount.amount), amount.currency] if amount else [],
        "warnings": list(invoice.warnings),
        "issued": invoice.issued.isoformat() if invoice.issued else "",
        "transactions": list(invoice.transactions),
    }


def _left(uow: UnitOfWork, act: JournalEntry) -> str:
    """Which notice of the act has left the house, or ''."""
    for entry_id in notices_of(act) if INVOICE in act.data else ():
        entry = uow.outbox.get(entry_id)
        if entry is not None and entry.state in GONE:
            return SAY("notice_is", id=entry_id, state=entry.state)
    return ""


def _put_back(uow: UnitOfWork, act: JournalEntry, at: At) -> None:
    """The invoice as it was before, its notices called back, the queue's item waiting again. Raises StaleVersion."""
    invoice = uow.invoices.get(int(str(act.data[INVOICE]))) if INVOICE in act.data else None
    if invoice is None:
        return
    for entry_id in notices_of(act):
        uow.outbox.mark(entry_id, OutboxState.CANCELLED, now=at.now, reply=SPINE("undone_by_staff"))
    uow.invoices.change(as_before(invoice, act), at.now)
    _reopen(uow, invoice, at.now, at.actor)


def as_before(invoice: Invoice, act: JournalEntry) -> Invoice:
    """The invoice as it was before the act."""
    kept = act.data.get("before")
    row = kept if isinstance(kept, Mapping) else {}
    amount, issued = list(_sequence(row.get("amount"))), str(row.get("issued") or "")
    return replace(
        invoice,
        **{name: str(row.get(name, "")) for name in _TEXTS},  # type: ignore[arg-type]
        state=InvoiceState(str(row["state"])),
        amount=Money.of(amount[0], amount[1]) if amount else None,
        issued=date.fromisoformat(issued) if issued else None,
        warnings=tuple(_sequence(row.get("warnings"))),
        transactions=tuple(_sequence(row.get("transactions"))),
    )


def _sequence(value: object) -> Iterator[str]:
    yield from (str(item) for item in value) if isinstance(value, list | tuple) else ()


def _reopen(uow: UnitOfWork, invoice: Invoice, now: datetime, actor: str) -> None:
    """The queue item that the undone act closed waits again."""
    if invoice.mail_id is None:
        return
    items = uow.reviews.find(state=None, cause=Cause.INVOICE, limit=10_000)
    for item in (i for i in items if i.mail_id == invoice.mail_id and i.state is not ReviewState.OPEN):
        if item.note == SAY("is_now", id=invoice.id, state=invoice.state):
            wait_again(uow, item, now, actor=actor)


def close_item(uow: UnitOfWork, before: Invoice, after: Invoice, now: datetime, actor: str) -> None:
    """The request's mail waits no longer for its invoice."""
    if before.mail_id is None:
        return
    items = uow.reviews.find(cause=Cause.INVOICE, limit=10_000)
    for item in (item for item in items if item.mail_id == before.mail_id):
        state = ReviewState.DISMISSED if after.state is InvoiceState.CANCELLED else ReviewState.ASSIGNED
        uow.reviews.handle(
            item.id,
            state,
            expected_version=item.version,
            actor=actor,
            note=SAY("is_now", id=before.id, state=after.state),
            transactions=after.transactions,
            now=now,
        )
        mail = uow.mails.get(before.mail_id)
        uow.mails.settle(
            mail.id,
            MailStatus.SETTLED,
            kind=mail.kind,
            rule=mail.rule,
            reason=SAY("moved_by", id=before.id, state=after.state, actor=actor),
            now=now,
        )


# Its acts keep what their undoing needs (`line`); no act on an item of the queue changes an invoice.
INVOICES = Undo(against=_left, take_back=_put_back)
