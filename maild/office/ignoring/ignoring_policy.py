"""rules/ignoring.toml → IgnoringPolicy: what speaks for advertising, what for a matter of ours: weights and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from maild.classify.rules.patterns import BadPattern, Pattern, compile_pattern
from maild.office.ignoring.circulars import FILE, Circulars
from maild.tables import Source, office_table

NAME = "ignoring.toml"
_HELP = "the head of rules/ignoring.toml says what each line means"
_MOST = 100


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


NUMBERS = ("ignore", "signs", "likely", "unlikely", "away_rest")
HEADERS = ("list", "unsubscribe", "service", "discussion")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderNames:
    """Names of headers in lower case: whole ones, and beginnings."""

    names: frozenset[str]
    beginnings: tuple[str, ...]

    def hit(self, name: str) -> bool:
        """Whether the header (lower case) is one of them."""
        return name in self.names or name.startswith(self.beginnings)


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

    ignore: int
    signs: int
    likely: int
    unlikely: int
    away_rest: int
    weights: Mapping[Sign, int]
    letter: Mapping[Letter, int]
    headers: Mapping[str, HeaderNames]
    words: Mapping[Words, tuple[Pattern, ...]]
    circulars: Circulars
    reported: bool = True

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


def load_ignoring(rules_folder: str) -> IgnoringPolicy:
    """The office's own file, else the shipped one. Raises RuleError with file and line for what is wrong."""
    return read_ignoring(office_table(NAME, rules_folder), Circulars.of(office_table(FILE, rules_folder)))


@cache
def shipped() -> IgnoringPolicy:
    """As shipped."""
    return load_ignoring("")


def read_ignoring(source: Source, circulars: Circulars) -> IgnoringPolicy:
    """One file. Raises RuleError with file and key."""
    unknown = sorted(set(source.data) - {*NUMBERS, "weights", "letter", "headers", "words"})
    if unknown:
        raise source.error(unknown[0], "is not known", _HELP)
    weights, names = _table(source, "weights", Sign), _table(source, "headers", HEADERS)
    words, letter = _table(source, "words", Words), _table(source, "letter", Letter)
    numbers: dict[str, Any] = {name: _number(source, name, source.data.get(name)) for name in NUMBERS}
    return IgnoringPolicy(
        **numbers,
        weights=MappingProxyType({sign: _number(source, f"weights.{sign}", weights[sign]) for sign in Sign}),
        letter=MappingProxyType({what: _number(source, f"letter.{what}", letter[what]) for what in Letter}),
        headers=MappingProxyType({name: _names(_texts(source, f"headers.{name}", names[name])) for name in HEADERS}),
        words=MappingProxyType({name: _patterns(source, f"words.{name}", words[name]) for name in Words}),
        circulars=circulars,
    )


def _table(source: Source, name: str, keys: Any) -> Mapping[str, Any]:
    """A table that has exactly these keys."""
    table = source.data.get(name)
    if not isinstance(table, dict):
        raise source.error(name, "must be a table", _HELP)
    wrong = sorted({str(key) for key in keys} ^ set(table))
    if wrong:
        raise source.error(f"{name}.{wrong[0]}", "is not known" if wrong[0] in table else "is missing", _HELP)
    return table


def _number(source: Source, where: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise source.error(where, f"a whole number from 0 to {_MOST} is needed", _HELP)
    return value


def _texts(source: Source, where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text for text in value):
        raise source.error(where, "must be a list of texts", _HELP)
    return tuple(value)


def _names(names: tuple[str, ...]) -> HeaderNames:
    lower = [name.lower() for name in names]
    return HeaderNames(
        names=frozenset(name for name in lower if not name.endswith("*")),
        beginnings=tuple(name.rstrip("*") for name in lower if name.endswith("*")),
    )


def _patterns(source: Source, where: str, value: object) -> tuple[Pattern, ...]:
    try:
        return tuple(compile_pattern(text) for text in _texts(source, where, value))
    except BadPattern as error:
        raise source.error(where, str(error), _HELP) from error
