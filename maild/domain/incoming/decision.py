"""A decision: everything a mail causes, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.money import Money
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.cause import Cause as Cause  # noqa: PLC0414 (half of the house finds it here)
from maild.domain.incoming.letter import Letter
from maild.domain.incoming.matching import Candidate
from maild.domain.incoming.matter import Matter
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import AuthReport
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.outgoing.reach import AddressBounce, News
from maild.domain.requests.lifecycle import Event, PaymentEvent, PaymentState, RegistrationState, State
from maild.domain.requests.patron import Delivery, Document, Honorific, Language, RegistrationStep
from maild.domain.requests.peer import SupplierNews


class Action(StrEnum):
    APPLY = "apply"
    REVIEW = "review"
    IGNORE = "ignore"
    SHUNT = "shunt"
    DEFER = "defer"  # a proof could not be looked up now; the mail stays pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One transaction moved: only fields that change are set (None: unchanged).

    `expected_version` is the version the decision was made on: recording it on another one is refused.
    """

    number: str
    expected_version: int
    event: Event | None = None
    before: State | None = None
    after: State | None = None
    payment_event: PaymentEvent | None = None
    payment_before: PaymentState | None = None
    payment_after: PaymentState | None = None
    due: date | None = None
    total: Money | None = None
    subsidy: Money | None = None
    payable: Money | None = None
    provider: str | None = None
    rush: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransaction:
    """A request the provider tells us of for the first time."""

    number: str
    patron_id: str
    service: str = "copy"
    title: str = ""
    literature: str = ""
    provider: str = ""
    submitted: datetime | None = None
    rush: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationChange:
    """What is said of a step of registering, found again by e-mail or login.

    source: mail, import or staff; at: when it happened, where that is told; due: when the review must be done
    bound: a campus card was bound, which needs no review
    """

    email: str
    state: RegistrationState
    login: str = ""
    name: str = ""
    patron_id: str = ""
    reason: str = ""
    step: RegistrationStep = RegistrationStep.ACCOUNT
    source: str = "mail"
    patron_kind: str = ""
    department: str = ""
    phone: str = ""
    at: datetime | None = None
    due: datetime | None = None
    bound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A notice that has not left and is not needed any more."""

    entry_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A review item whose mail a person has answered. `open`: something is still to be done, only the note is kept."""

    item_id: int
    version: int
    actor: str
    note: str
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a patron wants to be written to; None: as before."""

    patron_id: str
    delivery: Delivery | None = None
    language: Language | None = None
    honorific: Honorific | None = None


# What a decision changes: requests that move or are new, steps of registering, files that were supplied, addresses to
# be avoided and what else is heard of addresses, entries of the books, proofs that were seen, invoices (one with an id
# is changed), notices that are needless now, items that a librarian's own mail settles, how a patron is written to,
# and the librarian's letters to libraries, whose answers are heard.
Effect = (
    Transition
    | NewTransaction
    | RegistrationChange
    | Document
    | AddressBounce
    | News
    | LedgerEntry
    | Receipt
    | Invoice
    | Withdrawn
    | Answered
    | Wish
    | Letter
)
Kept = TypeVar("Kept", bound=Effect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything a mail causes, ready to be recorded in one transaction.

    effects    what it changes, each by its type; a keeper writes each type down (maild.office.recording)
    patron_id  who sent the proofs among them, where that is known and proven
    notices    what is told; drafts: what staff may let go (they are held in the outbox)
    news       what a provider's mail says, in the words of ISO 18626, for each request it names
    provider   id of the provider whose mail it is, proven; '' for all others
    matters    what the mail is made of, and what became of each
    auth       how its sender was judged; dated: when the mail was signed, where that is proven
    """

    action: Action
    kind: Kind
    rule: str = ""
    event: Event | None = None
    cause: Cause = Cause.NONE
    transactions: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    notices: tuple[NoticeRequest, ...] = ()
    drafts: tuple[NoticeRequest, ...] = ()
    patron_id: str = ""
    candidates: tuple[Candidate, ...] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reasons: tuple[str, ...] = ()
    news: tuple[SupplierNews, ...] = ()
    provider: str = ""
    auth: AuthReport | None = None
    dated: datetime | None = None
    matters: tuple[Matter, ...] = ()

    def of(self, kind: type[Kept]) -> tuple[Kept, ...]:
        """Its effects of one type, in their order."""
        return tuple(one for one in self.effects if isinstance(one, kind))

    def having(self, kind: type[Kept], effects: Iterable[Kept]) -> Decision:
        """The same with these in the place of all of their type."""
        others = (one for one in self.effects if not isinstance(one, kind))
        return replace(self, effects=(*others, *effects))
