"""What kind of mail it is, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from maild.domain.requests.lifecycle import Event


class Kind(StrEnum):
    """The kinds of mail: a contract with the outside (`explain --json`)."""

    # from providers
    REGISTRATION_PENDING = "registration_pending"
    REGISTRATION_APPROVED = "registration_approved"
    REGISTRATION_REJECTED = "registration_rejected"
    REQUEST_SUBMITTED = "request_submitted"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_FORWARDED = "request_forwarded"
    FEE_QUOTED = "fee_quoted"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    UNFILLED = "unfilled"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    LOAN_ARRIVED = "loan_arrived"
    LOAN_DUE = "loan_due"
    LOAN_OVERDUE = "loan_overdue"
    LOAN_RETURNED = "loan_returned"
    PROVIDER_OTHER = "provider_other"
    # from patrons
    PAYMENT_PROOF = "payment_proof"
    STATUS_QUERY = "status_query"
    NOT_RECEIVED = "not_received"
    INVOICE_REQUEST = "invoice_request"
    DEPOSIT = "deposit"
    FEE_QUESTION = "fee_question"
    PICKUP_QUESTION = "pickup_question"
    PERMISSION_PROBLEM = "permission_problem"
    CANCEL_REQUEST = "cancel_request"
    RENEW_REQUEST = "renew_request"
    REFUND_REQUEST = "refund_request"
    REGISTRATION_QUESTION = "registration_question"
    ADDRESS_CHANGE = "address_change"
    THANKS = "thanks"
    PATRON_OTHER = "patron_other"
    # from machines and from nobody we know
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    BULK = "bulk"
    OWN = "own"
    UNKNOWN = "unknown"


# What people write, of whom it is told whether all of it was understood: what stands above under 'from patrons'.
PERSONS = frozenset([*Kind][[*Kind].index(Kind.PAYMENT_PROOF) : [*Kind].index(Kind.BOUNCE)])


class Party(StrEnum):
    """Who writes: decides which look-ups and which laws of trust apply."""

    PROVIDER = "provider"
    PATRON = "patron"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Field:
    """A value read from a mail. `source` says where: 'subject', 'text', 'label 事务号', 'css td.no' …"""

    value: str
    confidence: float = 1.0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One rule that fired: what kind of mail, what it says and why.

    trusted  the rule's demand on the sender was met; an untrusted ruling never acts by itself
    provider the provider's id in rules/providers.toml or rules/institutions, '' for patrons and machines
    institution only the directory of institutions knows the provider
    shown    only the name beside the address says that it is the library's
    """

    kind: Kind
    rule: str
    party: Party
    provider: str = ""
    event: Event | None = None
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    trusted: bool = True
    reasons: tuple[str, ...] = ()
    institution: bool = False
    shown: bool = False

    def value(self, name: str) -> str:
        """The field's value, or ''."""
        found = self.fields.get(name)
        return found.value if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFiles:
    """What a row says of the files of its mail.

    places  of those that are its own, from one: '附件2'
    called  what it calls its files, in its words, which is no title
    brings  its words may say that something came
    merged  names of files that say by their names that they are of several rows
    """

    places: tuple[int, ...] = ()
    called: tuple[str, ...] = ()
    brings: bool = False
    merged: tuple[str, ...] = ()


NO_FILES = RowFiles()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a provider's mail about several requests says of one of them, and where it says it.

    quoted: the line of our own letter that it answers, where the mail points at a list of ours
    """

    text: str
    ruling: Ruling
    quoted: str = ""
    files: RowFiles = NO_FILES


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """All rulings of a mail, the deciding one first; never empty.

    rows: of a provider's mail about several requests with outcomes of their own, one a request.

    rest: what a person wrote that no ruling accounts for, clause by clause; empty where all of it is understood.
    Only then may a question be answered without a person.

    unless: of a mail that its words alone call bulk: what it is where it is not.
    """

    rulings: tuple[Ruling, ...]
    rest: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    unless: Classification | None = None

    @property
    def main(self) -> Ruling:
        return self.rulings[0]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(dict.fromkeys(r.kind for r in self.rulings))
