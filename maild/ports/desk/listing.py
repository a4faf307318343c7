"""What the console sees of the store's lists: a page at a time, cheap however long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from maild.domain.desk.listing import (
    COUNTED,
    ClaimFilter,
    InvoiceFilter,
    JournalFilter,
    MailFilter,
    Neighbours,
    OutboxFilter,
    Page,
    PatronFilter,
    RegistrationFilter,
    ReviewFilter,
    StatementFilter,
    TransactionFilter,
)
from maild.domain.outgoing.notice import OutboxEntry, OutboxState
from maild.domain.records.journal import JournalEntry, MailRecord, ReviewItem
from maild.domain.requests.patron import Transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maild.domain.accounting.invoice import Invoice
    from maild.domain.accounting.ledger import Claim
    from maild.domain.accounting.statement import StatementLine
    from maild.domain.incoming.decision import Cause
    from maild.domain.requests.patron import Patron, Registration

F_contra = TypeVar("F_contra", contravariant=True)
T = TypeVar("T")


class Listing(Protocol[F_contra, T]):
    """One list, in an order of its own."""

    def page(
        self, asked: F_contra, *, limit: int = 50, after: str = "", before: str = "", backwards: bool = False
    ) -> Page[T]:
        """Up to `limit` items after or before a place (from an earlier page), or from the beginning.

        Places hold while rows are added and changed: nothing is skipped or told twice. `backwards`: the other way
        round. Raises Permanent for a place that is none.
        """

    def count(self, asked: F_contra, *, most: int = COUNTED) -> int:
        """How many there are, counted up to `most` + 1."""


class QueueListing(Listing[ReviewFilter, ReviewItem], Protocol):
    """The review queue, oldest first: who waits longest is served first."""

    def counts(self, asked: ReviewFilter) -> Mapping[Cause, int]:
        """How many there are of each cause, whatever causes are asked for. What is handled is counted up to
        COUNTED + 1 of each cause. Where text is looked for, or what is handled under a further filter, all causes
        together are: then the numbers only tell which causes there are.
        """

    def kinds(self, asked: ReviewFilter) -> Mapping[str, int]:
        """How many there are of each kind of mail, whatever kinds are asked for; the most first."""

    def assignees(self) -> Mapping[str, int]:
        """How many open items everybody has; '' is nobody."""

    def neighbours(self, item_id: int, asked: ReviewFilter, *, backwards: bool = False) -> Neighbours:
        """What stands beside an item (which need not be in the list any more). Where text is looked for, or what is
        handled, place and number are counted up to COUNTED + 1.
        """

    def latest(self) -> tuple[int, int, int]:
        """Changes whenever the queue may have changed: the newest item, line of history and decision. Very cheap.

        PostgreSQL gives numbers out before the commit: what became visible late may leave it as it was, so look anew
        now and then whatever it says.
        """


class TransactionListing(Listing[TransactionFilter, Transaction], Protocol):
    """Requests, latest opened first."""

    def providers(self) -> Sequence[str]:
        """Every spelling of a provider's name that a request has."""


class OutboxListing(Listing[OutboxFilter, OutboxEntry], Protocol):
    """Notices, newest first."""

    def counts(self) -> Mapping[OutboxState, int]:
        """How many there are in each state, counted up to COUNTED + 1 of each."""


class JournalListing(Listing[JournalFilter, JournalEntry], Protocol):
    """History, newest first."""

    def actors(self) -> Sequence[str]:
        """Everybody who ever did something, by name."""

    def whats(self) -> Sequence[str]:
        """Every word that a line has for what happened."""


class Listings(Protocol):
    """Every list of the console."""

    @property
    def queue(self) -> QueueListing: ...
    @property
    def transactions(self) -> TransactionListing: ...

    @property
    def patrons(self) -> Listing[PatronFilter, Patron]:
        """By id."""

    @property
    def outbox(self) -> OutboxListing: ...
    @property
    def mails(self) -> Listing[MailFilter, MailRecord]:
        """Newest first."""

    @property
    def journal(self) -> JournalListing: ...
    @property
    def registrations(self) -> Listing[RegistrationFilter, Registration]:
        """Newest first."""

    @property
    def invoices(self) -> Listing[InvoiceFilter, Invoice]:
        """Newest first."""

    @property
    def claims(self) -> Listing[ClaimFilter, Claim]:
        """Oldest first."""

    @property
    def statements(self) -> Listing[StatementFilter, StatementLine]:
        """Latest booked first."""
