"""What the core sees of the outside world: Protocols only. Adapters live in store, mailbox, courier, …

Every method that can fail for a passing reason raises errors.Temporary; for a lasting one errors.Permanent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from maild.domain.outgoing.notice import Message, NoticeKind, NoticeRequest, OutboxEntry, OutboxState, SendResult
from maild.ports.books import Invoices, Ledger, Receipts, Statements

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import Path

    from maild.domain.accounting.money import Money
    from maild.domain.accounting.receipt import Receipt
    from maild.domain.incoming.decision import Decision, NewTransaction, Transition
    from maild.domain.incoming.mail import Glance, MailKey, RawMail
    from maild.domain.incoming.reading import Reading
    from maild.domain.operation.waits import Due
    from maild.domain.records.journal import (
        JournalEntry,
        MailboxCounts,
        MailboxState,
        MailRecord,
        MailStatus,
        NewMail,
        Settled,
        Skipped,
        Stored,
    )
    from maild.domain.requests.lifecycle import PaymentState, State
    from maild.domain.requests.patron import Document, Patron, Transaction
    from maild.ports.access import Accounts, ApiAnswers, ApiTokens, FailedLogins, Sessions
    from maild.ports.backup import Filed, References, Restorations
    from maild.ports.census import Census
    from maild.ports.desk.kept import KeptThings
    from maild.ports.desk.listing import Listings
    from maild.ports.desk.search import Search
    from maild.ports.desk.viewers import Viewers
    from maild.ports.events import Events
    from maild.ports.evidence import Evidence
    from maild.ports.heartbeats import Heartbeats
    from maild.ports.ignored import IgnoredSenders
    from maild.ports.learned import LearnedModels
    from maild.ports.letters import Letters
    from maild.ports.marks import Marks
    from maild.ports.privacy import Erasures
    from maild.ports.reach import Addresses, HeardBook, SentCopies
    from maild.ports.registrations import Registrations
    from maild.ports.reviews import Reviews
    from maild.ports.speakers import Speakers
    from maild.ports.statistics import Statistics, Yearly
    from maild.ports.templates import TemplateVersions
    from maild.ports.traffic import Traffic


class Clock(Protocol):
    """The only wall clock. `now` is aware, UTC; `monotonic` seconds never step back."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class BlobStore(Protocol):
    """Content-addressed bytes: a blob is durable (file and folder fsynced) when `put` returns."""

    def put(self, data: bytes) -> str:
        """Store and return the sha256 in hex; storing known bytes again is cheap and changes nothing."""

    def put_many(self, items: Sequence[bytes]) -> list[str]:
        """Store several with their fsyncs batched; all are durable on return."""

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound; raises Permanent where they no longer match their name."""

    def __contains__(self, sha256: str) -> bool: ...


class NamedBlobs(BlobStore, Protocol):
    """Blobs in a folder that bears the name of the database which speaks of them."""

    @property
    def folder(self) -> Path: ...

    def identity(self) -> str:
        """The name that the folder bears, '' for none."""

    def name(self, identity: str, *, replace: bool = False) -> str:
        """Let it bear that name, durably, if it has none (or all the same); returns the one that it bears."""

    def any(self) -> bool:
        """Whether there is a blob at all."""

    def renew(self, data: bytes) -> str:
        """Store bytes in any case, in place of damaged ones; returns the sha256."""

    def inventory(self, part: str) -> Mapping[str, int]:
        """Blobs whose name begins with `part` (a hex digit), with their sizes in bytes."""

    def size(self, sha256: str) -> int:
        """In bytes; 0 where it is not there."""

    def remove(self, names: Sequence[str]) -> None:
        """Remove files, durably; one that is not there is no fault."""

    def remember(self, line: str) -> None:
        """Keep a line of what was erased beside the blobs, durably: it outlives the database."""

    def remembered(self) -> Sequence[str]:
        """Those lines, oldest first."""


# DNS TXT answers by name (lower case, no final dot): strings; () no such record; None not known now.
DnsAnswers = Mapping[str, tuple[str, ...] | None]


class Resolver(Protocol):
    def txt(self, names: Iterable[str]) -> DnsAnswers:
        """Look all names up at once, within the configured time; what did not come in time is None."""


class Reader(Protocol):
    """Reads a mail in a confined process: parse, authenticate, classify, extract."""

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "", *, vouched: bool = False) -> Reading:
        """Raises Temporary if the worker had to be stopped (time, memory); the mail is to blame.

        named    whom staff said that the author's address speaks for
        vouched  a person answers for the sender: files are opened as a proven sender's are, and no other's
        """

    def close(self) -> None: ...


class ReceiptReader(Protocol):
    """Reads files that patrons send, in a confined process of its own: slow, so apart from reading mails."""

    @property
    def version(self) -> str:
        """Changes whenever the same file might be read otherwise: the code or the layouts are others."""

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        """Every receipt found in a picture, PDF, page, archive or mail; one NOT_A_RECEIPT where there is none.

        A file that cannot be read (broken, encrypted, too large, over time or memory) is told in the receipt's
        warnings. Raises Temporary only where no worker can be had at all.
        """

    def scanned(self, content: bytes) -> tuple[str, ...]:
        """What OCR reads on the first page or two of a document without text; () where nothing. Raises as `read`."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """What SELECT said (RFC 9051 section 6.3.2). `name` is 'account/folder'."""

    name: str
    uidvalidity: int
    uidnext: int
    exists: int


class FilingMode(StrEnum):
    """What happens on the server to a mail whose fate is recorded."""

    MOVE = "move"
    KEYWORD = "keyword"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """MOVE to `target` (a folder name in Unicode), or set `target` as a keyword."""

    mode: FilingMode
    target: str = ""


class Mailbox(Protocol):
    """One folder of one IMAP account. Blocking; used from one thread. Connects and reconnects itself.

    Any network or server trouble raises Temporary (the connection is thrown away); wrong credentials,
    an untrusted certificate or a missing folder raise Permanent.
    """

    name: str

    def open(self) -> FolderStatus: ...

    def uids(self, after: int, upto: int | None = None) -> list[int]:
        """All UIDs above `after`, ascending; never by a server-side search criterion other than UID."""

    def fetch(self, uids: Sequence[int]) -> Iterator[RawMail | Skipped]:
        """Bytes of each (BODY.PEEK[]), in bounded memory; over-size and vanished ones as Skipped."""

    def glance(self, uids: Sequence[int], fields: Sequence[str] = ("MESSAGE-ID",)) -> Iterator[Glance]:
        """What tells each mail from others, in ascending order, without its bytes; none that is gone.

        Its head holds those fields alone, and none where the server does not hand out single ones.
        """

    def file(self, uids: Sequence[int], filing: Filing) -> list[int]:
        """Do it in batches; returns the UIDs that are done (or are gone: done as well)."""

    def wait(self, seconds: float) -> bool:
        """Wait for news by IDLE (RFC 2177) or NOOP; True if there may be new mail, False on time-out."""

    def close(self) -> None: ...


class Courier(Protocol):
    async def send(self, message: Message) -> SendResult:
        """Hand one message to the server. Never raises for what the server or network does."""

    async def close(self) -> None: ...


class Mailboxes(Protocol):
    def state(self, mailbox: str) -> MailboxState | None: ...
    def save(self, state: MailboxState) -> None: ...
    def progress(self, mailbox: str, uidvalidity: int, last_uid: int) -> None:
        """Raise `last_uid` where the folder still has this UIDVALIDITY; nothing else changes."""

    def all(self) -> list[MailboxState]: ...


class Mails(Protocol):
    def add(
        self, mails: Sequence[NewMail], skipped: Sequence[Skipped] = (), now: datetime | None = None
    ) -> list[Stored]:
        """Record mails and skipped UIDs; idempotent on the key and on sha256 + Message-ID.

        Answers for `mails`, in order. `now`: when they count as stored (default: the database's clock).
        """

    def claim(
        self, limit: int, now: datetime, lease_seconds: float, owner: str, *, lease_now: datetime | None = None
    ) -> list[MailRecord]:
        """Take up to `limit` pending mails whose lease is free for `owner`: the oldest of all, but each sender in turn,
        so that nobody's thousand mails keep another's one waiting. Answers in the order of arrival.

        A mail whose thread (same sender) has an earlier one leased elsewhere may still be claimed:
        order per transaction is kept by versions on the transactions.
        """

    def owners(self) -> list[str]:
        """Who holds leases at present."""

    def free(self, owner: str) -> int:
        """End the leases of an owner that is known to be dead; returns how many."""

    def release(self, mail_id: int, *, not_before: datetime, error: str, attempts: int) -> None: ...

    def settle(
        self,
        mail_id: int,
        status: MailStatus,
        *,
        kind: str,
        rule: str,
        reason: str,
        now: datetime,
        expected: MailStatus | None = None,
    ) -> None:
        """Give a mail its final status. Raises StaleVersion where it is not (or no longer) `expected`:
        processing expects PENDING, so that two processes never act on one mail after a lease ran out.
        """

    def hold(self, mail_ids: Sequence[int], owner: str) -> set[int]:
        """Those that are still pending and leased by `owner`; nobody else can change them till commit."""

    def settle_many(self, settled: Sequence[Settled], now: datetime) -> None:
        """Give the mails of a batch, which are held, their final status."""

    def wake(self, mail_ids: Sequence[int]) -> None:
        """Let pending mails that nobody leases be claimed at once, whatever they were put back until."""

    def shunt(self, mail_id: int, *, error: str, now: datetime) -> bool:
        """Take a pending mail out of the queue; False if it is pending no more."""

    def get(self, mail_id: int) -> MailRecord: ...
    def get_many(self, mail_ids: Sequence[int]) -> list[MailRecord]:
        """Those that exist, in the order asked for."""

    def locations(self, mail_id: int) -> list[MailKey]: ...
    def uids(self, mailbox: str, uidvalidity: int, *, vanished: bool = True, after: int = 0) -> list[int]:
        """Every UID above `after` recorded for the folder, stored or skipped, ascending: one side of the balance sheet.

        `vanished` False leaves out those skipped as VANISHED: where the server lists them still, they are missing.
        """

    def taken(self, since: datetime, short: int) -> list[tuple[str, bool, int]]:
        """(sender, whether longer than `short`, bytes together) of the mails that were stored since then."""

    def arm(self, mailbox: str, after_uid: int) -> int:
        """Turn the folder's baseline mails above `after_uid` into pending ones; returns how many."""

    def known_message(self, message_id: str) -> MailRecord | None: ...

    def find(
        self, *, status: MailStatus | None = None, text: str = "", limit: int = 100, before: int | None = None
    ) -> list[MailRecord]:
        """Newest first; `before` pages on by id."""

    def of_sender(self, sender: str, limit: int) -> list[MailRecord]:
        """Newest first, of exactly that address."""

    def unfiled(self, mailbox: str, uidvalidity: int, limit: int) -> list[tuple[int, MailStatus]]:
        """UIDs whose mail is settled but whose server-side filing is not done, with their status."""

    def mark_filed(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None: ...
    def replay(self, mail_id: int) -> None: ...
    def counts(self) -> list[MailboxCounts]: ...


class Transactions(Protocol):
    def get(self, number: str) -> Transaction | None: ...
    def get_many(self, numbers: Sequence[str], *, for_update: bool = False) -> list[Transaction]:
        """Those that exist, in the order asked for; `for_update` keeps others from changing them till commit."""

    def of_patrons(self, patron_ids: Sequence[str], *, limit: int = 50) -> list[Transaction]:
        """Latest first."""

    def of_amount(self, amount: Money, *, limit: int = 50) -> list[Transaction]:
        """Requests whose payable amount this is and which are not settled, latest first."""

    def by_message(self, message_ids: Sequence[str]) -> dict[str, list[str]]:
        """By Message-ID: the requests that notices were about; one that no notice has is not named."""

    def create(self, new: NewTransaction, now: datetime) -> Transaction: ...

    def apply(self, transition: Transition, now: datetime) -> None:
        """Raises StaleVersion if the row is no longer at `expected_version`."""

    def restore(self, before: Transaction, expected_version: int, now: datetime) -> None:
        """Put every value of a transaction back; its version goes on. Raises StaleVersion."""

    def remove(self, number: str, expected_version: int) -> None:
        """Forget a request that was created by mistake, and that nothing refers to. Raises StaleVersion."""

    def upsert(self, transactions: Sequence[Transaction], now: datetime) -> tuple[int, int, int]:
        """From an import: returns (created, changed, unchanged)."""

    def find(
        self,
        *,
        state: State | None = None,
        payment_state: PaymentState | None = None,
        patron_id: str = "",
        text: str = "",
        limit: int = 100,
        after: str = "",
    ) -> list[Transaction]: ...

    def all_in(self, states: Sequence[State], *, most: int) -> list[Transaction]:
        """All requests in any of these states; none where there are more than `most`."""

    def lingering(
        self, state: State, before: datetime, *, after: Transaction | None = None, limit: int = 500
    ) -> list[Transaction]:
        """Requests that came into `state` before that moment, longest first; `after` pages on."""

    def due_between(self, start: date, end: date, limit: int) -> list[Transaction]:
        """Loans out (received, on_loan, overdue) with a due date in [start, end)."""


class Patrons(Protocol):
    def get(self, patron_id: str) -> Patron | None: ...
    def get_many(self, patron_ids: Sequence[str]) -> list[Patron]: ...
    def by_email(self, addresses: Sequence[str]) -> list[Patron]: ...
    def by_login(self, login: str) -> list[Patron]: ...
    def by_name(self, name: str) -> list[Patron]: ...
    def upsert(self, patrons: Sequence[Patron], now: datetime) -> tuple[int, int, int]: ...
    def find(self, *, text: str = "", limit: int = 100, after: str = "") -> list[Patron]: ...


class Outbox(Protocol):
    def add(
        self, requests: Sequence[NoticeRequest], now: datetime, *, state: OutboxState = OutboxState.WAITING
    ) -> list[int]:
        """Ids of the rows created; a row that exists (subject, kind, revision) is left alone."""

    def keep_parts(self, copy: str, parts: Sequence[str]) -> None:
        """Of which blobs the copy of a sent mail is put together."""

    def hold_back(self, requests: Sequence[NoticeRequest], now: datetime, why: str) -> list[int]:
        """Add notices that may have been sent before: a person looks before they go. Ids of the new ones."""

    def hold(self, requests: Sequence[NoticeRequest], now: datetime) -> list[int]:
        """Add drafts; one that is there and was not let go is written anew. Ids of the new ones."""

    def claim(
        self, limit: int, now: datetime, lease_seconds: float, owner: str, *, lease_now: datetime | None = None
    ) -> list[OutboxEntry]:
        """Most urgent first, then oldest; leases that ran out are claimed again. What was begun never is."""

    def lease_time(self, steady: datetime) -> datetime:
        """What leases are measured by: the database's clock, or `steady` where the database has none of its own."""

    def begin(self, entry_ids: Sequence[int], owner: str, message_id: str) -> bool:
        """From now on these may leave, as one mail. False, and none begun, where the owner has not all of them."""

    def unbegin(self, entry_ids: Sequence[int], owner: str) -> None:
        """They did not leave: still the owner's, as before they were begun."""

    def standing(self, entry_ids: Sequence[int], owner: str) -> Mapping[int, OutboxState]:
        """The states of those rows that nobody else has taken since this owner claimed them."""

    def doubt(self, lease_now: datetime) -> list[OutboxEntry]:
        """What was begun and is overdue comes to be in doubt; returns these rows."""

    def own_id(self, entry: OutboxEntry) -> str:
        """The Message-ID of a row when it goes by itself, or leads."""

    def mark(
        self,
        entry_id: int,
        state: OutboxState,
        *,
        now: datetime,
        reply: str = "",
        message_id: str = "",
        not_before: datetime | None = None,
        attempts: int | None = None,
        copy: str = "",
    ) -> None: ...

    def postpone(self, entry_ids: Sequence[int], until: datetime) -> None:
        """Those of them that wait are not claimed before then."""

    def reserve(self, entry_id: int, until: datetime, owner: str, *, seen: datetime) -> bool:
        """Claim this waiting row until then; False if another process was faster since it was read.

        seen: its `not_before` when it was read
        """

    def get(self, entry_id: int) -> OutboxEntry | None: ...
    def find(self, *, state: OutboxState | None = None, number: str = "", limit: int = 100) -> list[OutboxEntry]: ...
    def failed_since(self, since: datetime) -> list[OutboxEntry]:
        """Failed notices whose last failing was then or later, oldest first."""

    def of_message(self, message_id: str) -> OutboxEntry | None: ...
    def parts_of(self, message_id: str) -> list[OutboxEntry]:
        """All rows that went in the mail of that Message-ID, the leading one first."""

    def opened(self, entry_ids: Sequence[int], at: datetime) -> None:
        """The recipient's mail program said that these were shown; the first time counts."""

    def of_mail(self, mail_id: int) -> list[OutboxEntry]:
        """All rows that a mail caused, drafts included, oldest first."""

    def of_mails(self, mail_ids: Sequence[int]) -> list[OutboxEntry]:
        """The same of several mails."""

    def of_subject(self, subject: str) -> list[OutboxEntry]:
        """All rows of that subject, oldest first."""

    def waiting_to(self, recipients: Sequence[str]) -> list[OutboxEntry]:
        """All rows that wait for these recipients, oldest first."""

    def owners(self) -> list[str]:
        """Who holds leases at present."""

    def free(self, owner: str, now: datetime) -> int:
        """End the leases of an owner that is known to be dead; returns how many. What it had begun is for `doubt`."""

    def about(self, numbers: Sequence[str]) -> list[OutboxEntry]:
        """All rows about these transactions, oldest first."""

    def count_since(self, recipient: str, kinds: Sequence[NoticeKind], since: datetime) -> int:
        """How many notices of these kinds were written to the address since then; drafts do not count."""

    def count_strangers(self, kinds: Sequence[NoticeKind], since: datetime) -> int:
        """How many notices of these kinds went to nobody known since then, or are still to go."""

    def sent_to(self, recipients: Sequence[str], since: datetime, until: datetime = ...) -> Mapping[str, int]:
        """How many mails went out since then, by recipient; who got none is not named."""

    def kinds_since(self, since: datetime) -> Mapping[NoticeKind, int]:
        """How many notices of each kind went out since then."""

    def sent_since(self, since: datetime, *, recipient: str = "", until: datetime = ...) -> int: ...
    def thread(self, number: str) -> list[str]:
        """Message-IDs already sent about the transaction, oldest first (for References)."""


class Journal(Protocol):
    def add(self, entries: Sequence[JournalEntry]) -> None: ...
    def of_transaction(self, number: str) -> list[JournalEntry]: ...
    def of_mail(self, mail_id: int) -> list[JournalEntry]: ...
    def count(self, actor: str, what: str, since: datetime) -> int:
        """How many lines of that sort somebody caused since then."""


class Decisions(Protocol):
    def add(self, mail_id: int, decision: Decision, now: datetime) -> int: ...
    def add_many(self, decisions: Sequence[tuple[int, Decision]], now: datetime) -> None:
        """Decisions of a batch, each with its mail's id."""

    def of_mail(self, mail_id: int) -> list[Mapping[str, object]]: ...


class Documents(Protocol):
    def add(self, document: Document, mail_id: int | None, now: datetime) -> None: ...
    def withdraw(self, number: str, mail_id: int) -> None:
        """Undo `add` for what a mail brought to a transaction."""

    def of_transaction(self, number: str) -> list[Document]: ...
    def of_transactions(self, numbers: Sequence[str]) -> list[Document]:
        """Oldest first."""


class UnitOfWork(Protocol):
    """One database transaction, seen as repositories."""

    @property
    def mailboxes(self) -> Mailboxes: ...
    @property
    def mails(self) -> Mails: ...
    @property
    def transactions(self) -> Transactions: ...
    @property
    def patrons(self) -> Patrons: ...
    @property
    def registrations(self) -> Registrations: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def sent_copies(self) -> SentCopies: ...
    @property
    def heard(self) -> HeardBook: ...
    @property
    def addresses(self) -> Addresses: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def evidence(self) -> Evidence: ...
    @property
    def statements(self) -> Statements: ...
    @property
    def invoices(self) -> Invoices: ...
    @property
    def census(self) -> Census: ...
    @property
    def events(self) -> Events: ...
    @property
    def traffic(self) -> Traffic: ...
    @property
    def ignored(self) -> IgnoredSenders: ...
    @property
    def speakers(self) -> Speakers: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def marks(self) -> Marks: ...
    @property
    def viewers(self) -> Viewers: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def api_answers(self) -> ApiAnswers: ...
    @property
    def api_tokens(self) -> ApiTokens: ...
    @property
    def failed_logins(self) -> FailedLogins: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def statistics(self) -> Statistics: ...
    @property
    def yearly(self) -> Yearly: ...
    @property
    def kept(self) -> KeptThings: ...
    @property
    def heartbeats(self) -> Heartbeats: ...
    @property
    def template_versions(self) -> TemplateVersions: ...
    @property
    def learned(self) -> LearnedModels: ...
    @property
    def search(self) -> Search: ...
    @property
    def filed(self) -> Filed: ...
    @property
    def restorations(self) -> Restorations: ...
    @property
    def references(self) -> References: ...
    @property
    def erasures(self) -> Erasures: ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what happened inside if it raises, and keep the rest of the transaction."""


class Store(Protocol):
    def holding(self, why: str) -> Store:
        """The same store, but that notices written through it go nowhere by themselves; they say why."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Commits when the block ends, rolls back when it raises. Locked, lost connection: Temporary."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent read-only view."""

    def due(self, now: datetime) -> Due:
        """Whether there may be a mail or a notice to claim, or one in doubt: a look that costs and locks nothing, by
        one clock for all waits. Raises Temporary or Permanent.
        """

    def scrub(self) -> bool:
        """Take what was deleted off the disk; False where others are at work: the next time does it."""

    def close(self) -> None: ...
