"""A payment proof as it was read: what a picture, a PDF or a QR code says, and how sure each value is.

A receipt is a claim, not money: only a statement or a librarian confirms it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from maild.domain import SAY
from maild.domain.money import Money


class ReceiptKind(StrEnum):
    """A contract with the outside (`receipt --json`)."""

    CAMPUS_TRANSFER = "campus_transfer"
    BANK_RECEIPT = "bank_receipt"
    BANK_APP = "bank_app"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    LIBRARY_PAYMENT = "library_payment"
    COUNTER_SLIP = "counter_slip"
    NOT_A_RECEIPT = "not_a_receipt"


class Ground(StrEnum):
    """On what two independent sources an amount stands; NONE: on one only, so a person looks."""

    NONE = ""
    WORDS = "words"  # the amount in words says the same
    PASSES = "passes"  # a second, differently prepared look says the same
    TEXT = "text"  # the PDF's own text, where label and value belong together
    DUE = "due"  # the amount of our own form (its QR code)


class Purpose(StrEnum):
    """What the page says that was paid for. The account is the whole university's: SILENT where it does not say."""

    OURS = "ours"
    SILENT = "silent"
    OTHER = "other"


class Stamp(StrEnum):
    """What the stamps on a form say, where the form needs one. A contract with the outside (`receipt --json`)."""

    UNASKED = "unasked"  # the receipt needs none, or nobody looked
    FINANCE = "finance"  # the finance office's, that it booked: its words were read
    REFUSED = "refused"  # void, returned, rejected
    UNREAD = "unread"  # there is one that may be finance's, and its words could not be read
    OTHER = "other"  # another's: it is no finance stamp
    NONE = "none"  # no stamp in its place; a pen's ink or a drawn block is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where and how surely a value was read. box: left, top, right, bottom in pixels of the upright page."""

    confidence: float
    source: str  # 'text', 'ocr', 'qr', 'words'
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The upright page that the marks' boxes lie on.

    width, height  its size in pixels
    matrix         3 × 3, row by row, homogeneous: pixels of the page as its file shows it (pictures: EXIF applied,
                   scaled as the reader scales them; PDF: as rendered) → pixels of the upright page
    """

    width: float
    height: float
    matrix: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


MOST_TEXT = 4000  # characters of a page's text that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt on one page of one file; kind NOT_A_RECEIPT where there is none.

    source         the file's name; sha256: of the file's bytes; page counts from 1, part from 1 on that page
    layout         name of the layout in rules/receipts that fitted, '' for none
    amount         as the figures say; amount_words as printed or written; amount_agrees: None where not both
    payee_is_library  whether payee, account or codes are ours; None where the receipt does not say
    date, time     when it was paid (else booked), never when it was printed; time 'HH:MM:SS' or ''
    month_day      'MM-DD' where the receipt gives a day without a year (a bank's message), else ''; see `completed`
    week_day       of that day, 1 (Monday) to 7, where a thread of messages gives it; a year has to agree
    serials        most telling first, normalised (upper case, no spaces or hyphens)
    purpose        as the remark says it; paid_for: whether it, the items and the headings speak of our service
    transactions   what has the shape of a transaction number
    qr             the code's text where it has the shape of ours: genuine only once its check is verified
    sealed         finance's stamp (a campus form), or a seal, is on it; None: something is there, or no telling
    entered        the finance system's own page says that the form is booked: it needs no stamp
    stamp          what the words of the stamps say, where the form needs one
    edited         signs that the file was changed after it was made: a person looks
    look           perceptual hash of the page, 16 hex digits, '' if none
    sure           the amount may be acted on without a person; `ground` says why
    marks          field name → where and how surely it was read
    frame          the page the marks lie on; None where there is none to be shown (a web page), or none was kept
    text           what was recognised on the page, a line each, at most MOST_TEXT characters: for search, not for acts
    """

    source: str = ""
    sha256: str = ""
    page: int = 1
    part: int = 1
    kind: ReceiptKind = ReceiptKind.NOT_A_RECEIPT
    layout: str = ""
    bank: str = ""
    amount: Money | None = None
    amount_words: str = ""
    amount_agrees: bool | None = None
    payer: str = ""
    payer_account: str = ""
    payee: str = ""
    payee_account: str = ""
    payee_is_library: bool | None = None
    date: date | None = None
    time: str = ""
    month_day: str = ""
    week_day: int | None = None
    serials: tuple[str, ...] = ()
    purpose: str = ""
    paid_for: Purpose = Purpose.SILENT
    transactions: tuple[str, ...] = ()
    department: str = ""
    project: str = ""
    payer_department: str = ""
    payer_project: str = ""
    qr: str = ""
    sealed: bool | None = None
    entered: bool = False
    stamp: Stamp = Stamp.UNASKED
    edited: tuple[str, ...] = ()
    confidence: float = 0.0
    sure: bool = False
    ground: Ground = Ground.NONE
    warnings: tuple[str, ...] = ()
    look: str = ""
    seconds: float = 0.0
    marks: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))
    frame: Frame | None = None
    text: str = ""


_STAMPS = {
    Stamp.NONE: "not_stamped",
    Stamp.OTHER: "other_stamp",
    Stamp.UNREAD: "stamp_unread",
    Stamp.REFUSED: "stamp_refused",
}
SOON = timedelta(days=31)  # from a payment to the mail that tells of it


def lacks_little(receipt: Receipt) -> bool:
    """Whether nothing but what `completed` may add keeps the amount from being sure."""
    return bool(receipt.warnings) and set(receipt.warnings) <= {SAY("no_year"), SAY("named_only")}


def completed(receipt: Receipt, sent: date, dues: Collection[Money] = ()) -> Receipt:
    """A receipt with what the mail that brings it adds: the year of its day, and that the payee it only names is us.

    sent  the mail's own day: the payment's is the last such day up to it, 31 days before at most, or it stays unsaid
    dues  what the writer owes, each: a payee who is only named is us where it is one of these and for our service
    """
    day = receipt.date or (_last(receipt, sent) if receipt.month_day else None)
    named = SAY("named_only") in receipt.warnings and receipt.paid_for is Purpose.OURS and receipt.amount in dues
    met = {reason for reason, holds in ((SAY("no_year"), day is not None), (SAY("named_only"), named)) if holds}
    warnings = tuple(warning for warning in receipt.warnings if warning not in met)
    enough = lacks_little(receipt) and not warnings and receipt.ground is not Ground.NONE
    return replace(
        receipt,
        date=day,
        payee_is_library=True if named else receipt.payee_is_library,
        warnings=warnings,
        sure=receipt.sure or enough,
    )


def _last(receipt: Receipt, sent: date) -> date | None:
    """The last such day up to a mail's, None where it is too long ago or was another day of the week."""
    for year in (sent.year, sent.year - 1):
        try:
            day = date.fromisoformat(f"{year}-{receipt.month_day}")
        except ValueError:  # 29 February of another year
            continue
        if timedelta() <= sent - day <= SOON and receipt.week_day in (None, day.isoweekday()):
            return day
    return None


def waits_for_stamp(receipt: Receipt) -> bool:
    """Whether nothing but a stamp that could not be read keeps the amount of a form from being sure."""
    return (
        receipt.stamp is Stamp.UNREAD
        and receipt.ground in {Ground.WORDS, Ground.DUE}
        and receipt.payee_is_library is True
        and receipt.warnings == (SAY("stamp_unread"),)
    )


def held(receipt: Receipt, reasons: Sequence[str]) -> Receipt:
    """A receipt with reasons for which a person looks, whatever it says."""
    return replace(receipt, sure=False, warnings=(*receipt.warnings, *reasons)) if reasons else receipt


def with_signs(receipt: Receipt, signs: Sequence[str]) -> Receipt:
    """A receipt with signs that its file was changed: not sure, whatever it says."""
    fresh = tuple(sign for sign in signs if sign not in receipt.edited)
    if not fresh or not is_proof(receipt):
        return receipt
    return held(replace(receipt, edited=(*receipt.edited, *fresh)), fresh)


def stamp_told(stamp: Stamp) -> str:
    """What keeps a form with this stamp from being sure, '' where nothing does."""
    return SAY(_STAMPS[stamp]) if stamp in _STAMPS else ""


def with_stamp(receipt: Receipt, stamp: Stamp) -> Receipt:
    """A form with what its stamps say: without the finance office's it is not sure."""
    sealed = {Stamp.FINANCE: True, Stamp.UNREAD: None, Stamp.UNASKED: receipt.sealed}.get(stamp, False)
    told = stamp_told(stamp)
    return replace(
        receipt,
        stamp=stamp,
        sealed=sealed,
        sure=receipt.sure and stamp is Stamp.FINANCE,
        warnings=(*receipt.warnings, told) if told else receipt.warnings,
    )


def is_proof(receipt: Receipt) -> bool:
    """Whether it is a receipt at all."""
    return receipt.kind is not ReceiptKind.NOT_A_RECEIPT


def as_row(receipt: Receipt) -> dict[str, object]:
    """The keys that `receipt --json` and `explain --json` show: a contract with the outside."""
    return {
        "source": receipt.source,
        "page": receipt.page,
        "kind": receipt.kind.value,
        "amount": str(receipt.amount.amount) if receipt.amount else None,
        "amount_words": receipt.amount_words,
        "amount_agrees": receipt.amount_agrees,
        "payer": receipt.payer,
        "payer_account": receipt.payer_account,
        "payee": receipt.payee,
        "payee_account": receipt.payee_account,
        "payee_is_library": receipt.payee_is_library,
        "date": receipt.date.isoformat() if receipt.date else None,
        "time": receipt.time,
        "month_day": receipt.month_day,
        "week_day": receipt.week_day,
        "serials": list(receipt.serials),
        "purpose": receipt.purpose,
        "paid_for": receipt.paid_for.value,
        "transactions": list(receipt.transactions),
        "department": receipt.department,
        "project": receipt.project,
        "qr": receipt.qr,
        "stamp": receipt.stamp.value,
        "confidence": round(receipt.confidence, 4),
        "sure": receipt.sure,
        "warnings": list(receipt.warnings),
        "seconds": round(receipt.seconds, 3),
    }
