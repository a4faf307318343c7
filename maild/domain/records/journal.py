"""What is kept about mails, reviews and history: the records behind the balance sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from maild.domain.incoming.cause import Cause
from maild.domain.incoming.mail import MailKey


class MailStatus(StrEnum):
    """PENDING is to be processed; every other status is final for the balance sheet.

    BASELINE was there before the office armed the mailbox: read and indexed, never answered.
    """

    PENDING = "pending"
    SETTLED = "settled"
    REVIEW = "review"
    IGNORED = "ignored"
    SHUNTED = "shunted"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """How far a mailbox folder has been read. `mailbox` is 'account/folder'.

    last_uid     highest UID stored or skipped
    baseline_uid UIDs up to this one were there at first sight
    armed        an operator said that new mail may be answered and moved
    filing       maild moves settled mail here: it is looked through for mail that is not known, and never armed
    """

    mailbox: str
    uidvalidity: int
    last_uid: int = 0
    baseline_uid: int = 0
    armed: bool = False
    filing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """What intake stores of a mail before anything else happens to it.

    recovered: it may have been handled before, in a state that was lost: what it would send is held
    """

    key: MailKey
    sha256: str
    size: int
    message_id: str = ""
    sender: str = ""
    subject: str = ""
    internal_date: datetime | None = None
    status: MailStatus = MailStatus.PENDING
    reason: str = ""
    recovered: bool = False


VANISHED = "vanished"  # reason of a Skipped: an answer left it out. It is gone, or the server left it out by mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A UID that was deliberately not stored, with the reason staff see (over size, vanished …)."""

    key: MailKey
    reason: str
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a NewMail: `fresh` is False where the same mail was known already."""

    mail_id: int
    key: MailKey
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The final status of a mail, and why."""

    mail_id: int
    status: MailStatus
    kind: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecord:
    """A stored mail. `kind`, `rule` and `reason` are those of its last decision; `recovered`: see NewMail."""

    id: int
    sha256: str
    size: int
    message_id: str = ""
    sender: str = ""
    subject: str = ""
    received: datetime | None = None
    stored: datetime | None = None
    status: MailStatus = MailStatus.PENDING
    reason: str = ""
    kind: str = ""
    rule: str = ""
    attempts: int = 0
    error: str = ""
    settled: datetime | None = None
    recovered: bool = False


class ReviewState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"  # settled by assigning it to transactions
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """What waits for staff: a mail, or what the clock found.

    candidates: JSON-able rows {transaction, score, reasons, evidence: [{signal, points, reason}]}
    key: names what the clock found ('' for a mail): the queue takes it once. Its drafts have it as their subject.
    assignee: the account whose it is ('' for nobody's)
    text: what it is found by beside its own words; given where it is put into the queue, and not read back
    folded: how many further mails of the sender share the item (maild.domain.incoming.folding)
    snippet: how the mail begins, on one line
    """

    id: int
    mail_id: int | None
    cause: Cause
    state: ReviewState = ReviewState.OPEN
    created: datetime | None = None
    kind: str = ""
    sender: str = ""
    subject: str = ""
    transactions: tuple[str, ...] = ()
    candidates: tuple[Mapping[str, object], ...] = ()
    reasons: tuple[str, ...] = ()
    handled_by: str = ""
    handled: datetime | None = None
    note: str = ""
    version: int = 0
    key: str = ""
    assignee: str = ""
    text: str = ""
    folded: int = 0
    snippet: str = ""


# Actors that are no persons: their lines follow from mails, files and the books, which are evidence of their own.
PROGRAMS = frozenset({"maild", "import", "statement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One line of history. `what` is a stable word (state, payment, notice, review, import, act …).

    `before`/`after` are states or values; `actor` is 'maild' or the staff member's name.
    """

    what: str
    at: datetime
    actor: str = "maild"
    number: str = ""
    mail_id: int | None = None
    outbox_id: int | None = None
    before: str = ""
    after: str = ""
    reasons: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxCounts:
    """One mailbox's half of the balance sheet: locations stored, skipped by reason, mails by status."""

    mailbox: str
    stored: int
    skipped: Mapping[str, int]
    by_status: Mapping[MailStatus, int]
    last_uid: int = 0
    uidvalidity: int = 0
