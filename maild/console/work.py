"""What a librarian comes to an item for: the one act its page is built around, and the topic it is listed under. Pure.

Which act it is follows from the cause and from what is there: a draft wants to be sent, a request for an invoice wants
its fields, a payment wants the books. docs/console-design.md has the pages and the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from maild.domain.incoming.decision import Cause


class Work(StrEnum):
    """The act that an item's page puts first."""

    ANSWER = "answer"
    BOOKS = "books"
    FEE = "fee"
    INVOICE = "invoice"
    REGISTRATION = "registration"
    ROWS = "rows"
    ASSIGN = "assign"


class Topic(StrEnum):
    """What several causes are about: the first look at the queue."""

    ASKED = "asked"
    MONEY = "money"
    WHOSE = "whose"
    DOCUMENTS = "documents"
    ACCOUNTS = "accounts"
    SENDING = "sending"
    LOW = "low"


TOPICS: Mapping[Topic, tuple[Cause, ...]] = MappingProxyType(
    {
        Topic.ASKED: (Cause.QUESTION, Cause.NOT_RECEIVED, Cause.COMPLAINT),
        Topic.MONEY: (
            Cause.PAYMENT_PROOF,
            Cause.AMOUNT_DIFFERS,
            Cause.FEE_UNKNOWN,
            Cause.SEEN_BEFORE,
            Cause.NOT_PAID_TO_US,
            Cause.OVERPAID,
            Cause.PAID_BY_OTHER,
            Cause.ALREADY_PAID,
            Cause.CLAIM_UNCONFIRMED,
            Cause.UNCLAIMED_MONEY,
            Cause.MONEY_OUT,
            Cause.INVOICE,
            Cause.REFUND,
            Cause.DEPOSIT,
            Cause.UNREADABLE,
        ),
        Topic.WHOSE: (
            Cause.NO_NUMBER,
            Cause.UNKNOWN_NUMBER,
            Cause.SEVERAL_CANDIDATES,
            Cause.SENDER_MISFIT,
            Cause.UNKNOWN_SENDER,
            Cause.UNAUTHENTICATED,
            Cause.NOT_BINDING,
        ),
        Topic.DOCUMENTS: (Cause.NO_USABLE_FILE, Cause.OTHER_DOCUMENT, Cause.ILLEGAL_MOVE, Cause.SILENT, Cause.DRIFT),
        Topic.ACCOUNTS: (Cause.REGISTRATION, Cause.PERMISSION),
        Topic.SENDING: (
            Cause.BOUNCE,
            Cause.NO_ADDRESS,
            Cause.SEND_FAILED,
            Cause.IN_DOUBT,
            Cause.LINE_DOWN,
            Cause.OVERSIZE,
            Cause.SHUNTED,
            Cause.RESTORED,
            Cause.BYTES_MISSING,
        ),
        Topic.LOW: (Cause.ADVERTISING,),
    }
)
# About a payment: their page has the books, and amounts.
MONEY = frozenset(
    {
        Cause.PAYMENT_PROOF,
        Cause.AMOUNT_DIFFERS,
        Cause.SEEN_BEFORE,
        Cause.OVERPAID,
        Cause.PAID_BY_OTHER,
        Cause.ALREADY_PAID,
        Cause.FEE_UNKNOWN,
        Cause.DEPOSIT,
        Cause.NOT_PAID_TO_US,
        Cause.UNCLAIMED_MONEY,
        Cause.UNREADABLE,
    }
)
PROOFS = MONEY - {Cause.UNCLAIMED_MONEY, Cause.FEE_UNKNOWN}
# Somebody waits for words of ours, whether or not any are drafted.
_ANSWERED = frozenset(
    {
        Cause.QUESTION,
        Cause.NOT_RECEIVED,
        Cause.COMPLAINT,
        Cause.PERMISSION,
        Cause.INVOICE,
        Cause.REFUND,
        Cause.REGISTRATION,
        Cause.UNKNOWN_SENDER,
        Cause.SENDER_MISFIT,
        Cause.NOT_BINDING,
        Cause.NO_NUMBER,
        Cause.UNKNOWN_NUMBER,
        Cause.SEVERAL_CANDIDATES,
        Cause.UNREADABLE,
    }
)


def topic_of(cause: Cause) -> Topic:
    """The topic that a cause belongs to."""
    return next((topic for topic, causes in TOPICS.items() if cause in causes), Topic.SENDING)


def work_of(
    cause: Cause,
    *,
    mail: bool,
    machine: bool,
    drafts: bool,
    fee: bool,
    proofs: bool,
    invoice: bool,
    registration: bool,
    rows: bool = False,
) -> Work:
    """What the page of an item is built around.

    machine        its mail is a provider's or a program's: nobody reads what is answered to it
    fee            a request of it has a fee whose share is not known
    proofs         its mail brings a payment proof that is not booked yet
    invoice        its mail has made a request for an invoice that is open
    registration   a step of registering of its writer waits for the review
    rows           its mail is about several requests, of which some wait
    """
    asks = mail and not machine
    forms = (
        (rows, Work.ROWS),
        (cause is Cause.FEE_UNKNOWN and fee, Work.FEE),
        (cause is Cause.INVOICE and invoice, Work.INVOICE),
        (mail and (proofs or cause in PROOFS), Work.BOOKS),
        (cause is Cause.REGISTRATION and registration, Work.REGISTRATION),
        (drafts or (asks and cause in _ANSWERED), Work.ANSWER),
    )
    return next((work for holds, work in forms if holds), Work.ASSIGN)


def unsaid(causes: Collection[Cause]) -> list[Topic]:
    """The topics of these causes, in their order."""
    return [topic for topic, known in TOPICS.items() if any(cause in known for cause in causes)]
