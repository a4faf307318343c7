"""rules/ignoring.toml → IgnoringPolicy: what speaks for advertising, what for a matter of ours: weights and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated

from maild.classify.rules.tabled import EachOf
from maild.office.ignoring.circulars import CIRCULARS, Circulars
from maild.tables.table import Elsewhere, Every, From, Limits, Some, Table

_Points = Annotated[int, Limits(0, 100)]


class Sign(StrEnum):
    """What speaks for a mail that is sent to many; each counts once, however often it occurs."""

    LIST = "list"
    UNSUBSCRIBE = "unsubscribe"
    PRECEDENCE = "precedence"
    SERVICE = "service"
    GENERATED = "generated"
    SENDER = "sender"
    FOOTER = "footer"
    PROMOTION = "promotion"
    TRACKING = "tracking"
    FOREIGN = "foreign"
    LAYOUT = "layout"
    ADDRESSED = "addressed"


# What has not been measured on enough ordinary mail to help ignoring it: it speaks for the low heap alone.
FOR_THE_HEAP = frozenset({Sign.TRACKING, Sign.FOREIGN, Sign.LAYOUT, Sign.ADDRESSED})


class Letter(StrEnum):
    """What speaks for a letter."""

    WRITTEN = "written"
    BUSINESS = "business"
    FILES = "files"
    ANSWERS = "answers"
    NUMBERED = "numbered"
    ASKING = "asking"


class Words(StrEnum):
    """The lists of phrases, as the head of the file explains them."""

    MAILERS = "mailers"
    SENDERS = "senders"
    MESSAGE_IDS = "message_ids"
    FOOTER = "footer"
    TRACKING = "tracking"
    LAYOUT = "layout"
    PROMOTION = "promotion"
    BUSINESS = "business"
    ASKING = "asking"
    PERSONAL = "personal"
    NUMBERED = "numbered"
    CODES = "codes"
    FAILURE = "failure"
    FAILURE_SENDERS = "failure_senders"
    AWAY = "away"
    URGENT = "urgent"
    PLEA = "plea"
    CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderNames:
    """Names of headers in lower case: whole ones, and beginnings."""

    names: frozenset[str]
    beginnings: tuple[str, ...]

    def hit(self, name: str) -> bool:
        """Whether the header (lower case) is one of them."""
        return name in self.names or name.startswith(self.beginnings)

    @classmethod
    def of(cls, names: tuple[str, ...]) -> HeaderNames:
        """Of names as the file has them: 'list-*' is a beginning."""
        lower = [name.lower() for name in names]
        return cls(
            names=frozenset(name for name in lower if not name.endswith("*")),
            beginnings=tuple(name.rstrip("*") for name in lower if name.endswith("*")),
        )


_Names = Annotated[HeaderNames, Some, From(HeaderNames.of, tuple[str, ...])]


class Headers(StrEnum):
    """The lists of headers' names."""

    LIST = "list"
    UNSUBSCRIBE = "unsubscribe"
    SERVICE = "service"
    DISCUSSION = "discussion"


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoringPolicy:
    """ignore: points, and signs: different signs, that ignoring needs.

    likely     how likely (per cent) a mail's words must be advertising's for the low heap, with nothing for a letter
    unlikely   the same, where a machine or a list sent it as well
    letter     how much each thing that speaks for a letter counts
    away_rest  characters of an automatic reply that may be left unexplained
    circulars  what libraries' circulars may say (rules/circulars.toml)
    reported   whether staff get the report that lists circulars: unless they do, only notes of closing are put away
    """

    ignore: _Points
    signs: _Points
    likely: _Points
    unlikely: _Points
    away_rest: _Points
    weights: Annotated[Mapping[Sign, _Points], Every]
    letter: Annotated[Mapping[Letter, _Points], Every]
    headers: Annotated[Mapping[Headers, _Names], Every]
    words: Annotated[Mapping[Words, EachOf], Every]
    circulars: Annotated[Circulars, Elsewhere]
    reported: Annotated[bool, Elsewhere] = True

    @classmethod
    def usual(cls) -> IgnoringPolicy:
        """As shipped."""
        return shipped()

    def found(self, words: Words, text: str) -> str:
        """The first place where a phrase of the list occurs in folded text, or ''."""
        return next((hit.group().strip() for p in self.words[words] if (hit := p.search(text))), "")

    def count(self, words: Words, text: str) -> int:
        """How many different phrases of the list occur."""
        return sum(1 for p in self.words[words] if p.search(text))

    def without(self, words: Words, text: str) -> str:
        """The text without any phrase of the list."""
        for pattern in self.words[words]:
            text = pattern.sub(" ", text)
        return text


IGNORING: Table[IgnoringPolicy] = Table(
    "ignoring.toml", IgnoringPolicy, "the head of rules/ignoring.toml says what each line means"
)


def load_ignoring(rules_folder: str) -> IgnoringPolicy:
    """The office's own file, else the shipped one. Raises RuleError naming file, line and key."""
    return IGNORING.load(rules_folder, circulars=CIRCULARS.load(rules_folder))


@cache
def shipped() -> IgnoringPolicy:
    """As shipped."""
    return load_ignoring("")
