"""What the lists of the console are asked for: a filter for each, and the page that answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from maild.domain.accounting.invoice import InvoiceState
from maild.domain.incoming.cause import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import RegistrationStep

T = TypeVar("T")
NOBODY = "-"  # as an assignee: what is nobody's yet
COUNTED = 1000  # nobody reads more pages than that: a count says one more, and the page '1,000+'


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some items of a list in their order. `before` and `after` are places in it: where the page before this one and
    the one after it are to be asked for; '' where there is none.
    """

    items: tuple[T, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def whole(self) -> bool:
        """Whether it has all there is: then nothing need be counted."""
        return not (self.before or self.after)


class Shown(StrEnum):
    """Which part of the queue."""

    OPEN = "open"
    HANDLED = "handled"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """Items of the queue. Of each field '' or () means any.

    assignee  a name, or NOBODY
    sender    an address, or the beginning of one; senders: any of these
    text      full text: over mail, proofs, numbers, names, titles
    proof     its mail brings a payment proof; drafted: answers to it are drafted, and wait
    created_from ≤ created < created_to
    """

    shown: Shown = Shown.OPEN
    causes: tuple[Cause, ...] = ()
    kinds: tuple[str, ...] = ()
    assignee: str = ""
    sender: str = ""
    senders: tuple[str, ...] = ()
    text: str = ""
    proof: bool = False
    drafted: bool = False
    created_from: datetime | None = None
    created_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The items beside one of a list (None at an end), its place counted from 1, and how many there are."""

    previous: int | None
    next: int | None
    position: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionFilter:
    """Requests. `text`: parts of number and title, or of what the patron is found by.

    providers: any of these spellings
    opened_from ≤ opened < opened_to; due_before: with a due date before then
    """

    states: tuple[State, ...] = ()
    payment_states: tuple[PaymentState, ...] = ()
    providers: tuple[str, ...] = ()
    service: Service | None = None
    patron_id: str = ""
    rush: bool | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    due_before: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronFilter:
    """Patrons. `text`: parts of id, name, login, addresses, department; all that stand between blanks must be there."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFilter:
    """Notices. `text`: the beginning of a number or of an address."""

    states: tuple[OutboxState, ...] = ()
    kinds: tuple[NoticeKind, ...] = ()
    recipient: str = ""
    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFilter:
    """Stored mails. `sender`: the beginning of an address; `text`: what the subject contains; `rule`: that took it."""

    statuses: tuple[MailStatus, ...] = ()
    sender: str = ""
    text: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """Lines of history, with start ≤ at < end."""

    actor: str = ""
    what: str = ""
    number: str = ""
    mail_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFilter:
    """Applications. `text`: what name, login or e-mail contain."""

    states: tuple[RegistrationState, ...] = ()
    step: RegistrationStep | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """Invoices. `text`: the beginning of an invoice's number, or what its title contains."""

    states: tuple[InvoiceState, ...] = ()
    patron_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """Claims of payment: open ones, or all."""

    open_only: bool = True
    patron_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilter:
    """Lines of statements: those whose money has no owner yet, or all; booked from `since` on.

    text: what payer, purpose, account or serials contain
    """

    open_only: bool = True
    since: date | None = None
    text: str = ""
