"""What a rule is, once read: values only. How it is checked: conditions.py and fields.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify.vocabulary.patterns import Pattern
from maild.domain.incoming.ruling import Field, Kind, Party
from maild.domain.requests.lifecycle import Event

if TYPE_CHECKING:
    from maild.classify.rules.conditions import Condition
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

# What a kind means for the transaction, where a rule or a word list decides the kind.
EVENT_OF_KIND: Mapping[Kind, Event] = MappingProxyType(
    {
        Kind.REQUEST_SUBMITTED: Event.SUBMITTED,
        Kind.REQUEST_ACCEPTED: Event.ACCEPTED,
        Kind.REQUEST_FORWARDED: Event.FORWARDED,
        Kind.FEE_QUOTED: Event.FEE_QUOTED,
        Kind.SHIPPED: Event.SHIPPED,
        Kind.DELIVERED: Event.DELIVERED,
        Kind.UNFILLED: Event.UNFILLED,
        Kind.CANCELLED: Event.CANCELLED,
        Kind.CLOSED: Event.CLOSED,
        Kind.LOAN_ARRIVED: Event.ARRIVED,
        Kind.LOAN_DUE: Event.DUE,
        Kind.LOAN_OVERDUE: Event.OVERDUE,
        Kind.LOAN_RETURNED: Event.RETURNED,
    }
)

ANY_PROVIDER = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderResult:
    """What a reader understood. `kind` None: it has nothing to say, and the rule does not fire."""

    kind: Kind | None = None
    event: Event | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


Reader = Callable[["View", "Typing"], ReaderResult]


class Unauthenticated(StrEnum):
    """What a rule does where the sender is not proven."""

    REVIEW = "review"
    SKIP = "skip"
    ACCEPT = "accept"


class FieldType(StrEnum):
    TEXT = "text"
    TRANSACTION = "transaction"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    URL = "url"
    INTEGER = "integer"
    EMAIL = "email"
    STATE = "state"
    REASON = "reason"
    TERMS = "terms"  # of what is supplied: by when and how often it works, from where; told whole
    CODE = "code"  # a word of ASCII: passwords, pick-up codes
    LENGTH = "length"  # of time, as ISO 8601 duration
    LOGIN = "login"  # a login name, or the number of a card


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """How a field is found, tried in the order label, pattern, css, link.

    labels    (pattern on the whole label, pattern on a line that begins with it) for each label
    patterns  group 1 or the whole match, searched for in `where`
    css       the first element's text (or the address of a link, for type url)
    links     patterns on a link's text in the HTML; the value is its address
    values    value → pattern: those that are asked or told (as with `wants`), one a line
    """

    name: str
    labels: tuple[Pattern, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    css: tuple[str, ...] = ()
    links: tuple[Pattern, ...] = ()
    values: tuple[tuple[str, Pattern], ...] = ()
    where: str = "any"
    type: FieldType = FieldType.TEXT
    required: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A mail below rules/examples/ and the ruling that is expected of it."""

    mail: str
    kind: Kind
    kinds: tuple[Kind, ...] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    authenticated: bool = True
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFrom:
    """The kind is what a field's value says; `patterns` in the order of the word list."""

    field: str
    patterns: tuple[tuple[Kind, Pattern], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `kind` is None where kind_from or a reader decides it; `file` is for messages only.

    otherwise  it fires only where no rule before did, and what it says is a guess
    certain    what it looks at means one thing only, though no phrase of words/certain.toml be there
    about_attachments  the attachments are what the mail is about
    """

    name: str
    file: str
    title: str
    party: Party
    provider: str = ""
    kind: Kind | None = None
    event: Event | None = None
    synthetic: bool = False
    stop: bool = True
    otherwise: bool = False
    certain: bool = False
    about_attachments: bool = False
    unauthenticated: Unauthenticated = Unauthenticated.REVIEW
    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    kind_from: KindFrom | None = None
    reader: Reader | None = None
    kinds: tuple[Kind, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def order(self) -> int:
        """The number that its file's name begins with."""
        return int(self.name.partition("-")[0])
