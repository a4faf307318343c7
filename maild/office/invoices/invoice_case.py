"""A request for an invoice as it is decided: what is known of it, its rows, what is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from maild.domain.accounting.invoice import Invoice
from maild.domain.incoming.decision import Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.patron import Patron
from maild.office import SAY as COMMON
from maild.office.invoices import SAY
from maild.office.invoices.announce_invoice import Lacking, Standing, invoice_received
from maild.office.invoices.facts_invoice import InvoiceFacts
from maild.office.notices.leaving import Leaving
from maild.office.payments.announce_payment import Addressee, Part, addressee
from maild.spine.facts import Facts
from maild.spine.outcome import fields_of, review

QUIET = frozenset({Kind.INVOICE_REQUEST, Kind.PAYMENT_PROOF, Kind.THANKS})


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCase:
    """A request for an invoice: who asks, by which words, on which facts; `sure`: no guess at what the mail wants."""

    reading: Reading
    ruling: Ruling
    patron: Patron
    facts: Facts
    known: InvoiceFacts
    leaving: Leaving
    sure: bool

    @property
    def to(self) -> Addressee:
        mail = self.reading.mail
        return addressee(
            self.patron, self.facts.now, occasion=mail.sha256[:32], writer=mail.author.address, reply_to=mail.message_id
        )

    def parts(self, paid: Mapping[str, Money]) -> list[Part]:
        return [(self.known.requests[n], amount) for n, amount in paid.items() if n in self.known.requests]


def rows_of(case: InvoiceCase, invoice: Invoice) -> tuple[Invoice, ...]:
    """The request to be kept: none of a mail that may want something else and tells nothing of an invoice."""
    says = invoice.title or invoice.tax_number
    return (invoice,) if says or not case.leaving.against(NoticeKind.INVOICE_RECEIVED, case.reading) else ()


def queued(case: InvoiceCase, paid: Mapping[str, Money], *reasons: str) -> Decision:
    """For staff, with what is known of it, and why."""
    others = [k for k in case.reading.classification.kinds if k not in QUIET and k is not Kind.PATRON_OTHER]
    more = (COMMON("also_asks", what=", ".join(others)),) if others else ()
    decision = review(case.reading.classification.main, case.facts, Cause.INVOICE, *reasons, *more)
    return replace(decision, about=replace(decision.about, transactions=tuple(paid), fields=fields_of(case.ruling)))


def told(
    case: InvoiceCase,
    invoice: Invoice,
    paid: Mapping[str, Money],
    standing: Standing,
    missing: Sequence[Lacking],
    doubts: Sequence[Lacking],
) -> tuple[NoticeRequest, ...]:
    """What the patron is told of the request: what was understood, what is lacking and what is doubted."""
    person = bool(case.ruling.value("invoice_person")) and not invoice.tax_number
    return invoice_received(
        case.to,
        invoice,
        case.parts(paid),
        standing=standing,
        missing=missing,
        doubts=doubts,
        items=lines(case.ruling.value("invoice_items")),
        person=person,
    )


def summary(invoice: Invoice) -> str:
    """The request in one line, for staff."""
    said = [
        invoice.title or SAY("no_title"),
        invoice.tax_number or SAY("no_tax_number"),
        str(invoice.amount or SAY("no_amount")),
    ]
    return SAY("asked_lacking", what=", ".join(said))


def lines(value: str) -> list[str]:
    """The values that stand one a line."""
    return [line for line in value.split("\n") if line]
