"""Patrons and their transactions: the aggregates that mails move."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State


class PatronKind(StrEnum):
    """本校 (subsidised) or 校外."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class Language(StrEnum):
    """A patron's language; UNKNOWN gets notices in both."""

    ZH = "zh-CN"
    EN = "en"
    UNKNOWN = ""


class Honorific(StrEnum):
    """How a patron is addressed; UNKNOWN says no more than is known (同学/老师)."""

    STUDENT = "student"  # 同学
    TEACHER = "teacher"  # 老师
    MR = "mr"  # 先生
    MS = "ms"  # 女士
    UNKNOWN = ""


class Delivery(StrEnum):
    """How often a patron wants to be written to: EACH notice at once, or what can wait once a DAY."""

    EACH = ""
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronAddress:
    """A mail address of a patron, with what is known of reaching it (kept by address: domain.reach.AddressState).

    bounced_until: notices avoid it till then; complained: when its owner marked our mail as spam. Aware, UTC.
    """

    address: str
    bounced_until: datetime | None = None
    bounce_reason: str = ""
    complained: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patron:
    """`emails` in order of preference, lower-cased; `version` counts changes (optimistic locking)."""

    patron_id: str
    name: str
    kind: PatronKind = PatronKind.INTERNAL
    department: str = ""
    login: str = ""
    emails: tuple[PatronAddress, ...] = ()
    phone: str = ""
    language: Language = Language.UNKNOWN
    honorific: Honorific = Honorific.UNKNOWN
    delivery: Delivery = Delivery.EACH
    version: int = 0

    def owns(self, address: str) -> bool:
        """Whether `address` (any case) is one of the patron's known addresses."""
        wanted = address.lower()
        return any(known.address == wanted for known in self.emails)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One request of one patron (事务). Amounts are the fees as quoted; None where not quoted yet.

    rush: 加急; since: when it came into its present state
    """

    number: str
    patron_id: str
    service: Service = Service.COPY
    literature: str = ""
    title: str = ""
    provider: str = ""
    state: State = State.SUBMITTED
    submitted: datetime | None = None
    due: date | None = None
    total: Money | None = None
    subsidy: Money | None = None
    payable: Money | None = None
    payment_state: PaymentState = PaymentState.NONE
    rush: bool = False
    since: datetime | None = None
    updated: datetime | None = None
    version: int = 0


class RegistrationStep(StrEnum):
    """The two steps of registering: who it is (campus card bound, or external reader confirmed), then the account."""

    IDENTITY = "identity"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """An application for one step of registering, reviewed by staff within one working day.

    source: mail, import or staff; due: when the review must be done; told: how often staff were told that it is late
    reason: codes of rules/registrations/review.toml and free text, a line each
    round: counts the applications of one person for a step from 0; who was refused may apply again
    """

    id: int = 0
    patron_id: str = ""
    email: str = ""
    login: str = ""
    name: str = ""
    state: RegistrationState = RegistrationState.PENDING
    submitted: datetime | None = None
    decided: datetime | None = None
    reason: str = ""
    step: RegistrationStep = RegistrationStep.ACCOUNT
    source: str = "mail"
    patron_kind: str = ""
    department: str = ""
    phone: str = ""
    due: datetime | None = None
    told: int = 0
    round: int = 0

    @property
    def stamp(self) -> str:
        """What tells whether it has changed since somebody looked at it: of all that a librarian sees."""
        seen = (
            self.id,
            self.state,
            self.email,
            self.login,
            self.name,
            self.reason,
            self.patron_kind,
            self.department,
            self.phone,
        )
        return hashlib.sha256("\0".join(map(str, seen)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A supplied document: a stored blob (sha256), or a link with its password and expiry.

    terms: how long the link works, as its supplier says it ('7 days', 'five views'), where that is no day.
    """

    number: str
    sha256: str = ""
    filename: str = ""
    media_type: str = ""
    size: int = 0
    pages: int | None = None
    url: str = ""
    password: str = ""
    expires: date | None = None
    terms: str = ""
