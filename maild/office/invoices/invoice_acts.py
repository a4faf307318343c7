"""What staff do with invoices: issue, send again, amend, refuse, cancel, take back. Each is kept in the history.

The tax system is staff's: they issue there, and hand the file in here. It is read and compared with the request and
the books before anybody gets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Protocol

from maild.domain.accounting.invoice import Invoice, InvoiceState, IssuedInvoice
from maild.domain.accounting.taxpayer import examine, folded
from maild.domain.errors import NotFound, Permanent
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.text import normalise
from maild.office.acting.act import Given, Id, Line, Listed, Note, Seen, act
from maild.office.acting.result import ActResult
from maild.office.acting.seen import check_invoice
from maild.office.invoices import SAY
from maild.office.invoices.announce_invoice import invoice_issued
from maild.office.invoices.facts_invoice import paid_of
from maild.office.invoices.invoice_history import (
    INVOICES,
    as_before,
    close_item,
    last_act,
    line,
    notices_of,
    row_of,
    unsent_of,
)
from maild.office.notices.announce import address_of
from maild.office.payments.announce_payment import Addressee, Part
from maild.spine import SAY as SPINE
from maild.spine.process import Parts
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

OWN_ITEM = "文献传递"
# What may be done in which state: "it cannot be …".
OPEN_TO = {
    "issued": (InvoiceState.REQUESTED,),
    "sent": (InvoiceState.ISSUED, InvoiceState.SENT),
    "amended": (InvoiceState.REQUESTED,),
    "refused": (InvoiceState.REQUESTED,),
    "cancelled": (InvoiceState.REQUESTED, InvoiceState.ISSUED, InvoiceState.SENT),
}


MOST_BYTES = 20_000_000
InvoiceId = Annotated[Id, Given(help="Number of the request, as `maild invoices list` shows it.")]
Reason = Annotated[Line, Given(help="Why, in a sentence.")]


class InvoiceFiles(Protocol):
    """Reads the file of an issued invoice, in confinement."""

    def read(self, content: bytes, *, filename: str = "") -> IssuedInvoice: ...


class InvoiceActs:
    """Raises NotFound, Permanent (not allowed, with the reason), StaleVersion where a colleague was faster, or changed
    what the author had looked at (`seen`, its version).

    seller  our name on invoices, '' to leave it unchecked
    """

    def __init__(self, parts: Parts, files: InvoiceFiles, *, seller: str = "") -> None:
        self._parts, self._files, self._seller = parts, files, seller

    @act("invoices.issue", "/invoices/{invoice_id:int}/issue", slow=True)
    def issue(
        self,
        invoice_id: InvoiceId,
        content: Annotated[
            bytes, Given(help="The issued invoice: PDF, OFD, XML, or a ZIP of them.", name="file", most=MOST_BYTES)
        ],
        filename: Annotated[Line, Given(name="file_name", form=True)] = "invoice.pdf",
        *,
        actor: str,
        number: Annotated[str, Given(help="Its number, where the file does not say it.", most=40)] = "",
        anyway: Annotated[bool, Given(help="Though it differs from the request; needs --note.")] = False,
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Hand in the issued invoice: it is compared with the request, kept, and sent to the patron.

        Raises Permanent where the file does not fit the request.
        """
        if anyway and not note.strip():
            raise Permanent(SAY("anyway_needs_reason"), remedy=SAY("say_why_right"))
        filename = PurePath(filename).name
        said = self._files.read(content, filename=filename)
        now = self._parts.clock.now()
        with self._parts.store.read() as uow:
            invoice = _open_to(uow, invoice_id, "issued", seen)
            wrong = list(self._differences(uow, invoice, said, number))
            self._taken(uow, invoice, number or said.number)
        if wrong and not anyway:
            told = "".join(f"\n  {reason}" for reason in wrong)
            raise Permanent(SAY("misfit", id=invoice_id, why=told), remedy=SAY("right_file"))
        sha256 = self._parts.blobs.put(content)
        issued = replace(
            invoice,
            state=InvoiceState.ISSUED,
            number=number or said.number,
            issued=said.issued or now.date(),
            amount=said.amount or invoice.amount,
            title=invoice.title or said.buyer,
            sha256=sha256,
            filename=filename,
            tax_number=invoice.tax_number or said.buyer_tax_number,
            note=note or invoice.note,
        )
        reasons = [*([note] if note else []), *(SAY("differs", why=reason) for reason in wrong)]
        with self._parts.store.begin() as uow:
            self._taken(uow, invoice, issued.number)
            return self._write(uow, invoice, issued, now, actor, reasons, notify="issued")

    @act("invoices.send", "/invoices/{invoice_id:int}/send")
    def send(self, invoice_id: InvoiceId, *, actor: str, note: Note = "", seen: Seen = None) -> ActResult:
        """Send the issued file once more.

        To the address of the request. Raises Permanent where there is no file.
        """
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            invoice = _open_to(uow, invoice_id, "sent", seen)
            if not invoice.sha256:
                raise Permanent(SAY("no_file", id=invoice_id), remedy="maild invoices issue … --file")
            again = "again" if invoice.state is InvoiceState.SENT else "issued"
            return self._write(uow, invoice, invoice, now, actor, [note] if note else [], notify=again)

    @act("invoices.amend", "/invoices/{invoice_id:int}/amend")
    def amend(
        self,
        invoice_id: InvoiceId,
        *,
        actor: str,
        title: Annotated[str | None, Given(help="抬头, or a person's name.", most=500)] = None,
        tax_number: Annotated[str | None, Given(help="税号; '' for none.", most=100)] = None,
        email: Annotated[str | None, Given(help="Where the invoice is sent.", most=320)] = None,
        amount: Annotated[Money | None, Given(help="Amount including tax, in CNY.")] = None,
        transactions: Annotated[
            Listed | None,
            Given(help="What it is for; may be repeated.", option="transaction", most=2000, repeat=True),
        ] = None,
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Correct a request before it is issued.

        By what the patron says on the phone. Raises NotFound where a request is unknown.
        """
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            invoice = _open_to(uow, invoice_id, "amended", seen)
            if transactions is not None:
                known = {t.number for t in uow.transactions.get_many(list(transactions))}
                if unknown := sorted(set(transactions) - known):
                    raise NotFound(SPINE("no_request", numbers=", ".join(unknown)), remedy="maild transactions list")
            warnings = [w for w in invoice.warnings if tax_number is None or not w.startswith("tax number ")]
            doubt = examine(tax_number).warning if tax_number else ""
            changed = replace(
                invoice,
                title=invoice.title if title is None else title.strip(),
                amount=amount or invoice.amount,
                tax_number=invoice.tax_number if tax_number is None else folded(tax_number),
                email=invoice.email if email is None else email.strip().lower(),
                transactions=invoice.transactions if transactions is None else tuple(transactions),
                warnings=(*warnings, doubt) if doubt else tuple(warnings),
            )
            return self._write(uow, invoice, changed, now, actor, [note] if note else [])

    @act("invoices.refuse", "/invoices/{invoice_id:int}/refuse")
    def refuse(
        self,
        invoice_id: InvoiceId,
        *,
        reason: Reason,
        actor: str,
        quiet: Annotated[bool, Given(help="Do not write to the patron.")] = False,
        seen: Seen = None,
    ) -> ActResult:
        """Refuse a request; the patron is told the reason.

        In these words.
        """
        return self._end(invoice_id, "refused", InvoiceState.REFUSED, reason, actor, tell=not quiet, seen=seen)

    @act("invoices.cancel", "/invoices/{invoice_id:int}/cancel")
    def cancel(
        self,
        invoice_id: InvoiceId,
        *,
        reason: Reason,
        actor: str,
        quiet: Annotated[bool, Given(help="The patron is told nothing in any case.", form=True)] = False,
        seen: Seen = None,
    ) -> ActResult:
        """End a request, or an invoice that was taken back in the tax system.

        What waits to be sent is withdrawn.
        """
        return self._end(invoice_id, "cancelled", InvoiceState.CANCELLED, reason, actor, tell=False, seen=seen)

    @act("invoices.undo", "/invoices/{invoice_id:int}/undo")
    def undo(self, invoice_id: InvoiceId, *, actor: str, note: Note = "", seen: Seen = None) -> ActResult:
        """Take the last act back, unless its notice has left the house.

        Raises NotFound where there is nothing to take back, Permanent where it has left.
        """
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            invoice = _known(uow, invoice_id)
            check_invoice(invoice, seen)
            last = last_act(uow, invoice)
            if last is None:
                raise NotFound(SAY("nothing_to_undo", id=invoice_id), remedy="maild invoices show")
            if left := INVOICES.against(uow, last):
                raise Permanent(left, remedy=SAY("cancel_and_write"))
            INVOICES.take_back(uow, last, At(now=now, actor=actor, mail_id=invoice.mail_id))
            recalled, as_it_was = tuple(notices_of(last)), as_before(invoice, last)
            uow.journal.add(
                [line(invoice, as_it_was, now, actor, ["undone", *filter(None, [note])], {"undone": last.id})]
            )
        done = SAY("is_again", id=invoice_id, state=as_it_was.state, count=len(recalled))
        return ActResult(done=done, transactions=as_it_was.transactions, outbox=recalled)

    # --- inside -----------------------------------------------------------------------------------------

    def _end(
        self, invoice_id: int, act: str, state: InvoiceState, reason: str, actor: str, *, tell: bool, seen: int | None
    ) -> ActResult:
        if not reason.strip():
            raise Permanent(SAY("reason_needed"), remedy=SAY("say_why"))
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            invoice = _open_to(uow, invoice_id, act, seen)
            waiting = [] if invoice.state is InvoiceState.REQUESTED else unsent_of(uow, invoice)
            for entry_id in waiting:
                uow.outbox.mark(
                    entry_id, OutboxState.CANCELLED, now=now, reply=SAY("was_moved_by", state=state, actor=actor)
                )
            ended = replace(invoice, state=state, note=reason)
            return self._write(uow, invoice, ended, now, actor, [reason], notify="refused" if tell else "")

    def _write(
        self,
        uow: UnitOfWork,
        before: Invoice,
        after: Invoice,
        now: datetime,
        actor: str,
        reasons: Sequence[str],
        *,
        notify: str = "",
    ) -> ActResult:
        """The row (its version guards it), the notice, the queue item, the history."""
        uow.invoices.change(after, now)
        notices = self._notices(uow, after, now, notify, reasons)
        outbox = tuple(uow.outbox.add(notices, now)) if notices else ()
        if after.state is not InvoiceState.REQUESTED:
            close_item(uow, before, after, now, actor)
        data = {"invoice": before.id, "outbox": list(outbox), "before": row_of(before)}
        uow.journal.add([line(before, after, now, actor, reasons, data)])
        if before.state is not after.state:
            done = SAY("moved", id=before.id, before=before.state, after=after.state)
        else:
            done = SAY("to_be_sent" if notify else "amended", id=before.id)
        if notify and not outbox:
            done = f"{done}; {SAY('nothing_sent')}"
        return ActResult(done=done, transactions=after.transactions, outbox=outbox)

    def _notices(
        self, uow: UnitOfWork, invoice: Invoice, now: datetime, notify: str, reasons: Sequence[str]
    ) -> tuple[NoticeRequest, ...]:
        if not notify:
            return ()
        patron = uow.patrons.get(invoice.patron_id)
        mail = uow.mails.get(invoice.mail_id) if invoice.mail_id is not None else None
        # One notice for each act: the version makes a second issue, after an undo, a notice of its own.
        to = Addressee(
            patron_id=invoice.patron_id,
            recipient=invoice.email or address_of(patron, now),
            occasion=f"{notify}-v{invoice.version + 1}",
            reply_to=mail.message_id if mail else "",
        )
        if notify != "refused":
            return invoice_issued(to, invoice, _parts_of(uow, invoice), again=notify == "again")
        own = address_of(patron, now)
        answer = NoticeRequest(
            kind=NoticeKind.QUERY_ANSWER,
            subject=f"invoice:{invoice.id}",
            recipient=own,
            patron_id=invoice.patron_id,
            revision=to.occasion,
            data={"answer": "\n".join(reasons)},
            reply_to=to.reply_to,
        )
        return (answer,) if own else ()

    def _differences(self, uow: UnitOfWork, invoice: Invoice, said: IssuedInvoice, number: str) -> Iterator[str]:
        """What of the file does not fit the request, the books or ourselves."""
        yield from said.warnings
        if number and said.number and number != said.number:
            yield SAY("number_differs", file=said.number, given=number)
        if not number and not said.number:
            yield SAY("number_missing")
        if invoice.title and _comparable(said.buyer) not in ("", _comparable(invoice.title)):
            yield SAY("title_differs", file=said.buyer, asked=invoice.title)
        if said.buyer_tax_number and invoice.tax_number and folded(said.buyer_tax_number) != folded(invoice.tax_number):
            yield SAY("tax_number_differs", file=said.buyer_tax_number, asked=invoice.tax_number)
        if invoice.tax_number and said.buyer and not said.buyer_tax_number:
            yield SAY("tax_number_missing", asked=invoice.tax_number)
        if said.amount is None:
            yield SAY("amount_missing")
        elif invoice.amount is not None and said.amount != invoice.amount:
            yield SAY("amount_differs", file=said.amount, asked=invoice.amount)
        elif (paid := _paid(uow, invoice)) is None or paid != said.amount:
            yield SAY("amount_not_paid", file=said.amount, paid=paid or "nothing")
        if said.item and OWN_ITEM not in said.item:
            yield f"item: {said.item}; only 文献传递费 can be invoiced"
        if self._seller and _comparable(said.seller) not in ("", _comparable(self._seller)):
            yield SAY("other_seller", file=said.seller, ours=self._seller)

    def _taken(self, uow: UnitOfWork, invoice: Invoice, number: str) -> None:
        """No two requests have the same invoice, whatever anybody says."""
        if not number:
            raise Permanent(SAY("number_unsaid"), remedy=SAY("give_number"))
        others = [
            i
            for i in uow.invoices.find(number=number)
            if i.id != invoice.id and i.state in (InvoiceState.ISSUED, InvoiceState.SENT)
        ]
        if others:
            raise Permanent(SAY("number_taken", number=number, id=others[0].id), remedy=SAY("file_of_this_request"))


# --- look-ups -----------------------------------------------------------------------------------------------


def _known(uow: UnitOfWork, invoice_id: int) -> Invoice:
    invoice = uow.invoices.get(invoice_id)
    if invoice is None:
        raise NotFound(SAY("no_invoice", id=invoice_id), remedy="maild invoices list")
    return invoice


def _open_to(uow: UnitOfWork, invoice_id: int, act: str, seen: int | None) -> Invoice:
    invoice = _known(uow, invoice_id)
    check_invoice(invoice, seen)
    if invoice.state not in OPEN_TO[act]:
        remedy = "maild invoices undo" if invoice.state is not InvoiceState.SENT else "maild invoices show"
        raise Permanent(SAY("cannot_be", id=invoice_id, state=invoice.state, act=act), remedy=remedy)
    return invoice


def _paid(uow: UnitOfWork, invoice: Invoice) -> Money | None:
    """What is confirmed as paid of the invoice's transactions; None for nothing."""
    standing = uow.ledger.standing(invoice.transactions)
    total: Money | None = None
    for transaction in uow.transactions.get_many(invoice.transactions):
        confirmed, _ = paid_of(transaction, standing.get(transaction.number))
        if confirmed:
            total = confirmed if total is None else total + confirmed
    return total


def _parts_of(uow: UnitOfWork, invoice: Invoice) -> list[Part]:
    standing = uow.ledger.standing(invoice.transactions)
    parts = []
    for transaction in uow.transactions.get_many(invoice.transactions):
        confirmed, claimed = paid_of(transaction, standing.get(transaction.number))
        parts.append((transaction, confirmed or claimed or transaction.payable or Money.of(0)))
    return parts


def _comparable(name: str) -> str:
    """A name without width, blanks, brackets' form and case."""
    return normalise(name).replace(" ", "").casefold()


# --- the queue, the outbox, the history ---------------------------------------------------------------------
