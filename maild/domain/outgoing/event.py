"""News for the library's own system: what happened, as one JSON object each, and what became of sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """The `type` of an event: a contract with the outside (docs/webhooks.md)."""

    TRANSACTION_CREATED = "transaction.created"
    TRANSACTION_STATE = "transaction.state"
    TRANSACTION_PAYMENT = "transaction.payment"
    PROVIDER_NEWS = "provider.news"
    DOCUMENT_DELIVERED = "document.delivered"
    REGISTRATION_STATE = "registration.state"
    INVOICE_STATE = "invoice.state"
    CLAIM_MADE = "claim.made"
    CLAIM_CONFIRMED = "claim.confirmed"
    CLAIM_REJECTED = "claim.rejected"
    NOTICE_SENT = "notice.sent"
    NOTICE_FAILED = "notice.failed"
    REVIEW_OPENED = "review.opened"
    REVIEW_SETTLED = "review.settled"
    TROUBLE_OPENED = "trouble.opened"
    TROUBLE_CLOSED = "trouble.closed"
    TEST = "maild.test"


class EventState(StrEnum):
    """WAITING to be claimed; LEASED while it is being sent; SENT; FAILED: given up after days of trying;
    GONE: the receiver said that it takes no more (410), and nothing is sent until staff say so.
    """

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. `key` is what makes it one: it is written down once, ever.

    number  the transaction it is about, '' for none: events of one transaction are sent in their order
    body    JSON-able: type, timestamp, data
    """

    key: str
    at: datetime
    kind: EventKind
    number: str
    body: Mapping[str, object]
    id: int = 0
    state: EventState = EventState.WAITING
    attempts: int = 0
    free_at: datetime | None = None
    sent: datetime | None = None
    reply: str = ""


class Taking(StrEnum):
    """What the receiver did with an event: TAKEN (2xx); LATER: the receiver is not to be used now (no connection,
    time-out, 429, 5xx); REFUSED: this event, now (any other answer); GONE: it takes no more (410).
    """

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookAnswer:
    """The receiver's answer; `status` is 0 where there was none. `retry_after`: seconds it asked to be left alone."""

    taking: Taking
    status: int = 0
    reply: str = ""
    retry_after: float = 0.0
