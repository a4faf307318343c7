"""What notices about invoices say: the one place that fills their data. The templates read the keys listed here.

All values are JSON-able, as in announce_payment: amounts are decimal strings with one `currency` beside them, '' where
there is none; dates are ISO days or ''; `transactions` is a list of rows {number, title, amount}.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from maild.domain.accounting.invoice import Invoice
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.office.payments.announce_payment import Addressee, Part, rows


class Lacking(StrEnum):
    """What a request lacks, or what its writer should look at once more; codes of `missing` and `doubts`."""

    TITLE = "title"  # missing: whose name the invoice bears
    TAX_NUMBER = "tax_number"  # missing for an organisation; as a doubt: the check digit or length does not fit
    EMAIL = "email"  # missing: no usable address is known
    PAYMENT = "payment"  # missing: nothing that was paid and not yet invoiced is known
    AMOUNT = "amount"  # a doubt: the amount asked for is not what was paid
    ITEM = "item"  # a doubt: another item than 文献传递费 was wished, and cannot be had


class Standing(StrEnum):
    """Codes of `standing`: how the request stands to earlier ones."""

    NEW = "new"
    AGAIN = "again"  # asked before, and still waiting: nothing new is begun
    COMPLETED = "completed"  # adds to an earlier request what that one lacked


def invoice_received(
    to: Addressee,
    invoice: Invoice,
    parts: Sequence[Part],
    *,
    standing: Standing = Standing.NEW,
    missing: Sequence[Lacking] = (),
    doubts: Sequence[Lacking] = (),
    items: Sequence[str] = (),
    person: bool = False,
) -> tuple[NoticeRequest, ...]:
    """INVOICE_RECEIVED {title, tax_number, email, person, amount, currency, transactions, standing, missing, doubts,
    items}.

    title, tax_number, email   as understood, '' where not said; email is where the e-invoice will be sent
    person    the title is a person's name: no tax number is needed
    amount    what was paid for `transactions` and is to be invoiced, '' where not known yet
    standing  a code of `Standing`; missing, doubts: codes of `Lacking`, the patron should answer with `missing`
    items     wished items other than 文献传递费, in the patron's words (only with 'item' in doubts)
    """
    data = {
        **_data(invoice, parts),
        "person": person,
        "standing": standing.value,
        "items": list(items)[:5],
        "missing": [m.value for m in missing],
        "doubts": [d.value for d in doubts],
    }
    return _request(NoticeKind.INVOICE_RECEIVED, to, f"invoice:{to.occasion}"[:100], parts, data)


def invoice_issued(
    to: Addressee, invoice: Invoice, parts: Sequence[Part], *, again: bool = False, note: str = ""
) -> tuple[NoticeRequest, ...]:
    """INVOICE_ISSUED {title, tax_number, email, number, issued, amount, currency, transactions, again, note}; the file
    is attached.

    number  20 digits of the 数电票 ('' where the file does not say and staff gave none); issued: its date
    again   the same file once more, as the patron asked for it; note: free text of a librarian
    """
    data = {
        **_data(invoice, parts),
        "number": invoice.number,
        "again": again,
        "note": note,
        "issued": invoice.issued.isoformat() if invoice.issued else "",
    }
    files = ((invoice.sha256, invoice.filename),) if invoice.sha256 else ()
    return _request(NoticeKind.INVOICE_ISSUED, to, f"invoice:{invoice.id}", parts, data, files)


def _data(invoice: Invoice, parts: Sequence[Part]) -> dict[str, object]:
    amount = invoice.amount
    return {
        "title": invoice.title,
        "tax_number": invoice.tax_number,
        "email": invoice.email,
        "amount": f"{amount.amount:.2f}" if amount else "",
        "currency": amount.currency if amount else "",
        "transactions": rows(parts),
    }


def _request(
    kind: NoticeKind,
    to: Addressee,
    subject: str,
    parts: Sequence[Part],
    data: dict[str, object],
    files: tuple[tuple[str, str], ...] = (),
) -> tuple[NoticeRequest, ...]:
    """The notice, or nothing where the patron has no usable address."""
    if not to.recipient:
        return ()
    number = parts[0][0].number if len(parts) == 1 else ""
    request = NoticeRequest(
        kind=kind,
        subject=subject,
        recipient=to.recipient,
        patron_id=to.patron_id,
        number=number,
        revision=to.occasion[:64],
        data=data,
        documents=files,
        reply_to=to.reply_to,
    )
    return (request,)
