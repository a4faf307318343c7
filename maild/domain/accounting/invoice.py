"""Invoices that patrons ask for (发票): asked, issued by staff in the tax system, sent, refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from maild.domain.money import Money


class InvoiceState(StrEnum):
    """REQUESTED waits for staff; ISSUED has its file and number; SENT left; REFUSED and CANCELLED are ends."""

    REQUESTED = "requested"
    ISSUED = "issued"
    SENT = "sent"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """title: 抬头 (or a person's name); tax_number: 税号, '' for a person; item is always 文献传递费.

    number  the 20-digit number of the issued 数电票; sha256, filename: its file in the blob store
    """

    id: int = 0
    patron_id: str
    transactions: tuple[str, ...] = ()
    title: str = ""
    tax_number: str = ""
    email: str = ""
    amount: Money | None = None
    state: InvoiceState = InvoiceState.REQUESTED
    number: str = ""
    issued: date | None = None
    sha256: str = ""
    filename: str = ""
    warnings: tuple[str, ...] = ()
    note: str = ""
    mail_id: int | None = None
    created: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedInvoice:
    """What the file of an issued 数电票 says; '' and None where it does not.

    number    20 digits; amount: including tax; item: as printed, '*文献服务*文献传递费'
    source    'xml', 'ofd', 'pdf', 'picture'; qr: the text of its code, '' for none
    warnings  what is odd: code and text differ, no number, broken …
    """

    number: str = ""
    issued: date | None = None
    amount: Money | None = None
    buyer: str = ""
    buyer_tax_number: str = ""
    seller: str = ""
    seller_tax_number: str = ""
    item: str = ""
    source: str = ""
    qr: str = ""
    warnings: tuple[str, ...] = ()
