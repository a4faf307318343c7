"""A decision: everything a mail causes, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.cause import Cause as Cause  # noqa: PLC0414 (half of the house finds it here)
from maild.domain.incoming.letter import Letter
from maild.domain.incoming.matching import Candidate
from maild.domain.incoming.matter import Matter
from maild.domain.incoming.peer import SupplierNews
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import AuthReport
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.outgoing.reach import AddressBounce, News
from maild.domain.requests.lifecycle import Event, PaymentEvent, PaymentState, RegistrationState, State
from maild.domain.requests.patron import Delivery, Document, Honorific, Language, RegistrationStep, Transaction
from maild.texts import one_line


def in_a_line(reasons: Iterable[str]) -> str:
    """The reasons of a decision as its mail's own row has them, each once."""
    return one_line(dict.fromkeys(reasons))


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

    @classmethod
    def paying(cls, case: Transaction, event: PaymentEvent, after: PaymentState) -> Transition:
        """Its payment moves, nothing else."""
        return cls(number=case.number, expected_version=case.version).paid(case.payment_state, event, after)

    def paid(self, before: PaymentState, event: PaymentEvent, after: PaymentState) -> Transition:
        """The same, and its payment moves."""
        return replace(self, payment_event=event, payment_before=before, payment_after=after)


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


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that staff may let go: it is held beside the item of the queue that it belongs to."""

    notice: NoticeRequest


def drafts(notices: Iterable[NoticeRequest]) -> tuple[Draft, ...]:
    """These notices, for staff to let go."""
    return tuple(map(Draft, notices))


# What a decision changes: requests that move or are new, steps of registering, files that were supplied, addresses to
# be avoided and what else is heard of addresses, entries of the books, proofs that were seen, invoices (one with an id
# is changed), notices that are needless now, items that a librarian's own mail settles, how a patron is written to,
# the librarian's letters to libraries, whose answers are heard, what a provider said of each request it names, notices
# that are to be sent, and drafts of them.
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
    | SupplierNews
    | Draft
    | NoticeRequest
)
Kept = TypeVar("Kept", bound=Effect)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a mail was taken for, and what it is about.

    transactions  numbers of the requests that it is about; candidates: what staff are shown beside it
    matters       what it is made of, and what became of each
    """

    kind: Kind = Kind.UNKNOWN
    rule: str = ""
    event: Event | None = None
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    transactions: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    matters: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who wrote a mail, as far as that is proven, and when.

    provider   id of the provider whose mail it is; '' for all others
    patron_id  who sent the proofs among the effects
    auth       how the sender was judged; dated: when the mail was signed
    """

    provider: str = ""
    patron_id: str = ""
    auth: AuthReport | None = None
    dated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything a mail causes, ready to be recorded in one transaction. An act of staff is one, too, about no mail.

    effects  what it changes, each by its type; a keeper writes each type down, and takes it back where an act of staff
             is undone (maild.office.recording)
    """

    action: Action
    cause: Cause = Cause.NONE
    about: About = About()
    writer: Writer = Writer()
    effects: tuple[Effect, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[NoticeRequest, ...]:
        """What is told."""
        return self.of(NoticeRequest)

    @property
    def drafts(self) -> tuple[NoticeRequest, ...]:
        """What staff may let go."""
        return tuple(draft.notice for draft in self.of(Draft))

    def of(self, kind: type[Kept]) -> tuple[Kept, ...]:
        """Its effects of one type, in their order."""
        return tuple(one for one in self.effects if isinstance(one, kind))

    def having(self, kind: type[Kept], effects: Iterable[Kept]) -> Decision:
        """The same with these in the place of all of their type."""
        others = (one for one in self.effects if not isinstance(one, kind))
        return replace(self, effects=(*others, *effects))

    def telling(self, notices: Iterable[NoticeRequest]) -> Decision:
        """The same with these notices, and no others."""
        return self.having(NoticeRequest, notices)

    def drafting(self, notices: Iterable[NoticeRequest]) -> Decision:
        """The same with these drafts, and no others."""
        return self.having(Draft, drafts(notices))

    def naming(self, transactions: Iterable[str], candidates: Sequence[Candidate] | None = None) -> Decision:
        """The same about these requests; candidates: shown beside it, where they are others than before."""
        shown = self.about.candidates if candidates is None else tuple(candidates)
        return replace(self, about=replace(self.about, transactions=tuple(transactions), candidates=shown))

    def from_patron(self, patron_id: str) -> Decision:
        """The same, of a mail that this patron is proven to have written."""
        return replace(self, writer=replace(self.writer, patron_id=patron_id))
