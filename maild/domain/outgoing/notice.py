"""Notices: what we write, to whom, and what became of sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class NoticeKind(StrEnum):
    """Each kind has templates/notice/<kind>.<locale>.{subject.txt,txt,html}.j2."""

    REGISTRATION_RECEIVED = "registration_received"
    REGISTRATION_APPROVED = "registration_approved"
    REGISTRATION_REJECTED = "registration_rejected"
    REGISTRATION_STATE = "registration_state"
    REQUEST_ACCEPTED = "request_accepted"
    SENT_FOR_SUPPLY = "sent_for_supply"
    DOCUMENT_DELIVERED = "document_delivered"
    PICK_UP = "pick_up"
    FEE_NOTICE = "fee_notice"
    PROOF_RECEIVED = "proof_received"
    PAYMENT_CONFIRMED = "payment_confirmed"
    UNFILLED = "unfilled"
    CANCELLED = "cancelled"
    LOAN_DUE = "loan_due"
    LOAN_OVERDUE = "loan_overdue"
    QUERY_ANSWER = "query_answer"
    PROOF_UNREADABLE = "proof_unreadable"
    AMOUNT_DIFFERS = "amount_differs"
    PROOF_SEEN_BEFORE = "proof_seen_before"
    DEPOSIT_CREDITED = "deposit_credited"
    DEPOSIT_LOW = "deposit_low"
    ACCOUNT_STATEMENT = "account_statement"
    INVOICE_RECEIVED = "invoice_received"
    INVOICE_ISSUED = "invoice_issued"
    REFUND_ANSWER = "refund_answer"
    STAFF_ALERT = "staff_alert"
    PROVIDER_QUERY = "provider_query"
    RENEWAL_ASKED = "renewal_asked"
    LOAN_RENEWED = "loan_renewed"
    LOAN_NOT_RENEWED = "loan_not_renewed"
    LOAN_RETURNED = "loan_returned"
    CANCEL_ASKED = "cancel_asked"
    CANCEL_LATE = "cancel_late"
    FEE_ACCEPTED = "fee_accepted"
    NOT_RECEIVED_ANSWER = "not_received_answer"
    SUPPLY_QUERY = "supply_query"
    ANSWER = "answer"
    PERMISSION_REPORT = "permission_report"
    STAFF_DIGEST = "staff_digest"
    DELIVERY_CHANGED = "delivery_changed"


class Alert(StrEnum):
    """What staff are alerted to; the words of each are in domain.wording.words.ALERTS."""

    REGISTRATION = "registration"
    REGISTRATION_SOON = "registration_soon"
    SILENT = "silent"
    OVERDUE = "overdue"
    DRIFT = "drift"
    SECOND = "second"
    SLOW_DOMAIN = "slow_domain"
    WEBHOOK = "webhook"


# Written to providers: no patron reads them, so they bear no token and no guidance, and join no patron's thread.
TO_PROVIDERS = frozenset({NoticeKind.PROVIDER_QUERY, NoticeKind.SUPPLY_QUERY})
# Colleagues read them: no whitelist guidance, and no token, which vouches for the patron.
COLLEAGUES = TO_PROVIDERS | {NoticeKind.STAFF_ALERT, NoticeKind.STAFF_DIGEST, NoticeKind.PERMISSION_REPORT}

# Lower goes first. What may wait when the day's sending budget runs out goes last.
PRIORITY: Mapping[NoticeKind, int] = MappingProxyType(
    {
        NoticeKind.DOCUMENT_DELIVERED: 10,
        NoticeKind.PICK_UP: 10,
        NoticeKind.REGISTRATION_APPROVED: 20,
        NoticeKind.REGISTRATION_REJECTED: 20,
        NoticeKind.FEE_NOTICE: 20,
        NoticeKind.UNFILLED: 20,
        NoticeKind.LOAN_OVERDUE: 20,
        NoticeKind.QUERY_ANSWER: 30,
        NoticeKind.LOAN_DUE: 30,
        NoticeKind.CANCELLED: 30,
        NoticeKind.PAYMENT_CONFIRMED: 40,
        NoticeKind.PROOF_RECEIVED: 40,
        NoticeKind.PROOF_UNREADABLE: 30,
        NoticeKind.AMOUNT_DIFFERS: 30,
        NoticeKind.PROOF_SEEN_BEFORE: 40,
        NoticeKind.DEPOSIT_CREDITED: 40,
        NoticeKind.DEPOSIT_LOW: 40,
        NoticeKind.ACCOUNT_STATEMENT: 30,
        NoticeKind.INVOICE_RECEIVED: 40,
        NoticeKind.INVOICE_ISSUED: 30,
        NoticeKind.REFUND_ANSWER: 30,
        NoticeKind.REGISTRATION_RECEIVED: 40,
        NoticeKind.SENT_FOR_SUPPLY: 50,
        NoticeKind.REQUEST_ACCEPTED: 50,
        NoticeKind.STAFF_ALERT: 20,
        NoticeKind.REGISTRATION_STATE: 30,
        NoticeKind.PROVIDER_QUERY: 20,
        NoticeKind.LOAN_RENEWED: 20,
        NoticeKind.LOAN_NOT_RENEWED: 20,
        NoticeKind.RENEWAL_ASKED: 40,
        NoticeKind.CANCEL_ASKED: 40,
        NoticeKind.CANCEL_LATE: 30,
        NoticeKind.FEE_ACCEPTED: 40,
        NoticeKind.LOAN_RETURNED: 40,
        NoticeKind.NOT_RECEIVED_ANSWER: 30,
        NoticeKind.SUPPLY_QUERY: 20,
        NoticeKind.ANSWER: 30,
        NoticeKind.PERMISSION_REPORT: 30,
        NoticeKind.STAFF_DIGEST: 20,
        NoticeKind.DELIVERY_CHANGED: 40,
    }
)


def to_staff(kind: NoticeKind) -> bool:
    """Whether notices of the kind go to the office's own people."""
    return kind.value.startswith("staff_")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRequest:
    """A notice that a decision asks for. The outbox row is unique on (subject, kind, revision).

    number     the transaction it is about, '' for registrations and general answers
    subject    what makes it unique: the transaction number, or 'registration:<id>', 'mail:<id>'
    revision   tells a second, wanted notice of the same kind from a repetition ('' is the first)
    data       what the template needs beyond patron and transaction; JSON-able values only
    documents  sha256 of blobs to attach, with their file names
    reply_to   Message-ID of the patron's mail this answers, '' if none
    mail_id    the stored mail that caused it, filled in where it is recorded
    """

    kind: NoticeKind
    subject: str
    recipient: str
    patron_id: str = ""
    number: str = ""
    revision: str = ""
    locale: str = ""
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    documents: tuple[tuple[str, str], ...] = ()
    reply_to: str = ""
    mail_id: int | None = None


class OutboxState(StrEnum):
    """WAITING to be claimed; LEASED by a relay: nothing of it has left; SENDING: it may leave at any moment; SENT;
    IN_DOUBT: nobody knows whether it left, and it goes nowhere by itself; CANCELLED (facts changed, or by staff);
    MERGED into another row; FAILED: given up, shown to staff; HELD: disarmed or paused by staff.
    """

    WAITING = "waiting"
    LEASED = "leased"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    CANCELLED = "cancelled"
    MERGED = "merged"
    FAILED = "failed"
    HELD = "held"


UNDER_WAY = frozenset({OutboxState.LEASED, OutboxState.SENDING})  # a relay has it now
PAUSED = "by "  # how the reply of a notice begins that staff paused (maild outbox hold): it is no draft
# It has left, or may have: such a notice is never taken back, and never written over.
PERHAPS_GONE = frozenset({OutboxState.SENDING, OutboxState.IN_DOUBT, OutboxState.SENT, OutboxState.MERGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A row of the outbox; `message_id` derives from its id so that a repeat is recognisable.

    opened: when the recipient's mail program said that it was shown (RFC 8098)
    copy: sha256 of the blob with the very bytes that were sent last; '' where none is kept
    """

    id: int
    request: NoticeRequest
    state: OutboxState = OutboxState.WAITING
    priority: int = 50
    attempts: int = 0
    created: datetime
    not_before: datetime
    lease_until: datetime | None = None
    sent: datetime | None = None
    message_id: str = ""
    reply: str = ""
    opened: datetime | None = None
    copy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered mail ready for SMTP: `raw` is CRLF bytes, signed if signing is configured."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class SendVerdict(StrEnum):
    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"  # the connection broke after DATA: it may have been taken


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What the server said. `code` is the SMTP reply code, 0 where no reply was read.

    `stage` is how far it came: connect, login (neither is the mail's fault), mail, rcpt, data, or '' once sent.
    """

    verdict: SendVerdict
    code: int = 0
    reply: str = ""
    stage: str = ""
