"""Patterns of rules: compiled once on RE2, and searched for together, so that cost does not grow by rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from maild.classify.needed import Index
from maild.classify.vocabulary.searched import NOWHERE, Searched, encoded

Pattern = Any  # Searched, or google-re2's own; the library has no types

PLACEHOLDER = "{transaction_number}"
_MEMORY = 64 << 20
_SEPARATORS = re.compile(r"(?<!\\)(?:\\\\)*\\W")
_PIECES = re.compile(
    r"\\[pP](?:\{[^}]*\}|.)|\\.|\[\]?(?:\\.|[^\]\\])*\]|[()]|\{\d+(?:,\d*)?\}|[^\\\[(){]+|.", re.DOTALL
)
# Steps of RE2 that a character in any case takes at most, and a class of Unicode; its memory holds a million.
CHARACTER, CLASS, STEPS = 12, 1500, 400_000
_REPEATED = re.compile(r"\{(?:\d+,)?(\d+),?\}")
LONGEST_LABEL = 80
_TEXTS = 16


class BadPattern(ValueError):
    """Not an RE2 pattern; the message says why."""


def fold(pattern: str) -> str:
    """The pattern as it must be to match folded text: '：' is written ':', '（' as '\\('."""
    if pattern.isascii() or unicodedata.is_normalized("NFKC", pattern):
        return pattern
    return "".join(_fold_character(c) for c in pattern)


@cache
def _fold_character(character: str) -> str:
    import re2

    folded = unicodedata.normalize("NFKC", character)
    return character if folded == character else str(re2.escape(folded))


def without_groups(pattern: str) -> str:
    """The pattern with its capturing groups made plain, so that it can stand inside another."""
    followed = zip(_walked(pattern), f"{pattern[1:]} ", strict=False)
    return "".join("(?:" if plain and one == "(" and after != "?" else one for (one, plain), after in followed)


def _walked(pattern: str) -> Iterator[tuple[str, bool]]:
    """Each character, and whether it stands for itself as syntax: neither escaped nor within a class."""
    escaped, in_class = False, False
    for index, character in enumerate(pattern):
        yield character, not escaped and not in_class
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif in_class:
            in_class = character != "]" or pattern[index - 1] == "["
        elif character == "[":
            in_class = True


@cache
def compile_pattern(pattern: str) -> Pattern:
    """A pattern for folded text: any case. It is compiled where it is first searched for. Raises BadPattern."""
    check_pattern(pattern)
    return Searched(fold(pattern), is_tied, _compiled)


@cache
def _compiled(folded: str) -> Any:
    """google-re2's own. Raises BadPattern."""
    import re2

    try:
        return re2.compile(folded, options=_options())
    except re2.error as error:
        text = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        raise BadPattern(text) from error


@cache
def check_pattern(pattern: str) -> None:
    """Parse it, in a small part of the time that compiling takes: most are only ever part of a longer one.

    One that may be too large for RE2 is compiled, which alone tells. Raises BadPattern.
    """
    import re2

    _refuse_separators(pattern)
    try:
        re2.Set.SearchSet(_syntax()).Add(fold(pattern))
    except re2.error:
        _compiled(fold(pattern))  # which says why
    if _may_be_large(pattern):
        _compiled(fold(pattern))


def _may_be_large(pattern: str) -> bool:
    """Whether it may have more steps than RE2 takes."""
    if "){" not in pattern:  # no repetition is within another: a look that costs less shows most to be small
        most = max(map(int, _REPEATED.findall(pattern)), default=1)
        if (CHARACTER * len(pattern) + CLASS * (pattern.count("\\p") + pattern.count("\\P"))) * most <= STEPS:
            return False
    return steps(pattern) > STEPS


def steps(pattern: str) -> int:
    """At least as many as RE2's program of it has: counted high, in a small part of the time that compiling takes."""
    groups, last = [0], 0
    for piece in _PIECES.findall(pattern):
        if piece == "(":
            groups.append(0)
            continue
        if piece == ")" and len(groups) > 1:
            last = groups.pop()
        elif piece[0] == "{" and len(piece) > 1:
            last *= int(piece[1:-1].rpartition(",")[2] or piece[1:-2]) - 1
        elif piece[0] == "[" or piece[:2] in ("\\p", "\\P"):
            last = CHARACTER * len(piece) + CLASS * ("\\p" in piece.lower())
        else:
            last = CHARACTER
            groups[-1] += CHARACTER * (len(piece) - 1)
        groups[-1] += last
    return sum(groups)


def _refuse_separators(pattern: str) -> None:
    if "\\W" in pattern and _SEPARATORS.search(pattern):
        raise BadPattern(r"\W takes Chinese characters for separators on RE2; write [^\pL\pN]")


@cache
def longest(pattern: str) -> Searched:
    """For folded text, any case; of several hits at a place the longest counts, not the first alternative.

    It is compiled where it is first searched for. Raises BadPattern.
    """
    check_pattern(pattern)
    return Searched(pattern, is_tied, _compiled_longest)


@cache
def _compiled_longest(pattern: str) -> Any:
    import re2

    return re2.compile(pattern, options=_options(longest=True))


@cache
def _options(longest: bool = False) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    options.longest_match = longest
    return options


@cache
def _syntax() -> Any:
    """For looking whether it is a pattern: whose case counts is a third faster to parse, and right or wrong alike."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return options


def relaxed(pattern: str) -> str:
    """The pattern without '^' and '$': it occurs wherever the pattern does, and where that need not."""
    if "^" not in pattern and "$" not in pattern:
        return pattern
    return "".join(one for one, plain in _walked(pattern) if not (plain and one in "^$"))


def is_tied(pattern: str) -> bool:
    """Whether '^' or '$' stand in it for the ends of a text."""
    return relaxed(pattern) != pattern


@lru_cache(maxsize=16384)
def label_matches(pattern: Pattern, label: str) -> bool:
    """Whether the pattern fits the whole label; remembered, since the same labels come again and again."""
    return len(label) <= LONGEST_LABEL and pattern.fullmatch(label) is not None


class PatternPool:
    """All patterns of a rule set. `hits(text)` says which of them occur in the text.

    One look for the words that the patterns cannot do without leaves the few that are searched for; one common
    automaton of all patterns makes a new state for nearly every Chinese character, and took 82 % of reading
    (decisions 0060, 0163).
    """

    def __init__(self) -> None:
        self._patterns: list[Searched] = []
        self._ids: dict[str, int] = {}
        self._index = Index(())
        self._remembered = lru_cache(_TEXTS)(self._look)

    def add(self, pattern: str) -> int:
        """The pattern's id; equal patterns share one. Raises BadPattern."""
        if pattern not in self._ids:
            self._ids[pattern] = len(self._ids)
            self._patterns.append(compile_pattern(pattern))
        return self._ids[pattern]

    def seal(self) -> None:
        """Note the words of all; no pattern can be added after."""
        self._index = Index(pattern.pattern for pattern in self._patterns)

    def look(self, text: str) -> Hits:
        """Which patterns occur in `text`; remembered, since each party's view of a mail asks about the same text."""
        return self._remembered(text)

    def hits(self, text: str) -> frozenset[int]:
        """Ids of the patterns that occur in `text`."""
        looked = self.look(text)
        return frozenset(index for index in looked.may if index in looked)

    def _look(self, text: str) -> Hits:
        return Hits(text, self._index.may(encoded(text)), self._patterns)


class Hits:
    """Which patterns of a pool occur in a text: one look tells which may; those are searched for where it is asked."""

    __slots__ = ("_known", "_patterns", "_raw", "may")

    def __init__(self, text: str, may: frozenset[int], patterns: Sequence[Searched]) -> None:
        """may: ids of all that can occur, which are their places among the patterns."""
        self.may = may
        self._raw = encoded(text)
        self._patterns = patterns
        self._known: dict[int, bool] = {}

    def __contains__(self, index: int) -> bool:
        if index not in self.may:
            return False
        if index not in self._known:
            self._known[index] = self._patterns[index].spans(self._raw)[0] != NOWHERE
        return self._known[index]

    def meets(self, ids: frozenset[int]) -> bool:
        """Whether one of them occurs."""
        return not ids.isdisjoint(self.may) and any(index in self for index in ids & self.may)
