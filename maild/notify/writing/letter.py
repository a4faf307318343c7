"""The values between compose and render: what goes in (NoticePart) and what is to be written (Letter).

Templates see the views below under the names that compose.CONTEXT lists. All texts in them are clean single
lines in the locale of the text being written; '' stands for what is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.outgoing.reach import Trouble
from maild.domain.requests.patron import Document, Patron, Transaction
from maild.notify.writing.guidance import Whitelist


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePart:
    """One notice and the facts of now. `documents`: (file name, content) of each file to attach.

    `links`: documents to be fetched by the patron, beside those of request.data['links'].
    `trouble`: what happened to earlier mail and is to be explained in this one.
    """

    request: NoticeRequest
    patron: Patron | None = None
    transaction: Transaction | None = None
    documents: tuple[tuple[str, bytes], ...] = ()
    links: tuple[Document, ...] = ()
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeView:
    """The office's facts in one locale."""

    name: str
    address: str
    system_address: str
    phones: str
    registration_phone: str
    gateway_url: str
    pickup: str
    pickup_hours: str
    payment_places: str
    transfer_unit: str
    transfer_department: str
    transfer_project: str
    transfer_item: str
    bank_payee: str
    bank_name: str
    bank_campus: str
    bank_account: str
    bank_purpose: str
    payment_app_url: str
    app_phone: str
    fees_url: str
    subsidy_url: str
    pickup_proxy: str
    pickup_bring: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """The request that a notice is about."""

    number: str
    title: str
    service: str
    literature: str
    provider: str
    submitted: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeView:
    """A fee, line by line. The lines always add up to `total`; `free`: the patron pays nothing."""

    lines: tuple[tuple[str, str], ...]
    total: str
    subsidy: str
    payable: str
    payable_full: str
    free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PayView:
    """How this patron pays. Both `internal` and `external` where it is not known which.

    purpose  what to write into the purpose field of a bank transfer
    app      paying by app is possible (electronic copies)
    release  when the document goes out: always, proof, confirmed; sent: it comes with
             this mail; '' for loans, which are picked up
    reference  the code within the purpose that names the payment, '' for none
    form     file name of the transfer form that comes along, '' for none
    amount, count  what is to be paid in all ('' unknown), for so many requests
    here     this section says how; of several fees the last does
    """

    internal: bool
    external: bool
    purpose: str
    app: bool
    release: str
    reference: str = ""
    form: str = ""
    amount: str = ""
    count: int = 1
    here: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A document: attached, or behind `url` with its `password` and expiry, or ('' url) to be picked up.

    `terms`: how long it works, in its supplier's words. `link` says that `url` is a web address, safe to be made
    clickable.
    """

    name: str
    size: str = ""
    url: str = ""
    link: bool = False
    password: str = ""
    expires: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One line of 'my requests'; days are ISO dates, which stand well in columns."""

    number: str
    service: str
    title: str
    submitted: str
    due: str
    state: str
    payment: str
    fee: str
    file: FileView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeView:
    """The fee of one request, explained: its parts, what happened to it, what is still owed ('': nothing)."""

    number: str
    title: str
    fee: FeeView | None
    entries: tuple[EntryView, ...]
    owed: str
    payment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of text; `url` where it is an address to be clicked."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """A part of an answer. `form`: text, points or steps (of `lines`); or rows, charges, prices, balances."""

    form: str
    lines: tuple[tuple[Run, ...], ...] = ()
    rows: tuple[RowView, ...] = ()
    charges: tuple[ChargeView, ...] = ()
    prices: tuple[tuple[str, str], ...] = ()
    balances: BalancesView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """One topic of an answer in one locale."""

    title: str
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """A request of a payment, and its part of it."""

    number: str
    title: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """What is wrong with a proof and what helps; `photo`: a better photo does."""

    code: str
    what: str
    remedy: str
    photo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """A line of a statement of account; `date` is an ISO day, `debit` is charged, `credit` paid."""

    date: str
    what: str
    number: str
    title: str
    note: str
    debit: str
    credit: str
    balance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancesView:
    """The balances of a patron's account; `claimed` and `pending` are '' where nothing is."""

    owed: str
    claimed: str
    pending: str
    deposit: str
    owes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that goes with the mail."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that the HTML shows: src="cid:<content_id>" (RFC 2392)."""

    content_id: str
    file: Attached


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One notice of a letter: the variables of its templates, by locale."""

    kind: NoticeKind
    context: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to be written. Sections stand in order of importance; the first gives the subject.

    whitelist  the guidance by locale; empty where it is not to be repeated
    greeting   the salutation by locale
    staff      it goes to the office's own people: a frame of its own
    by_hand    a librarian wrote it, or some of it
    """

    recipient: str
    recipient_name: str
    reader: str
    locales: tuple[str, ...]
    sections: tuple[Section, ...]
    token: str
    whitelist: Mapping[str, Whitelist]
    office: Mapping[str, OfficeView]
    attachments: tuple[Attached, ...]
    reply_to: str
    greeting: Mapping[str, str]
    staff: bool = False
    by_hand: bool = False
