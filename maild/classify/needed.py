"""What a pattern cannot do without: words of which every text that it fits holds at least one.

One look for the words of all patterns tells which of them may be found at all. RE2 has the same (FilteredRE2), but
compiles every pattern for it, of which most are never asked (decision 0163).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

MOST = 500  # words of a pattern
PRODUCT = 16  # alternatives that are written out where pieces follow each other
BRIEF = 8  # characters of a class that is written out
LEAST = 2  # bytes of a word: one Chinese character, or two letters
ENOUGH = 4  # bytes from which on fewer words are better than longer ones
MEMORY = 64 << 20
_SENTINEL = "maild-sentinel"
_TOKENS = re.compile(
    r"\\[pP](?:\{[^}]*\}|.)|\\x(?:\{[^}]*\}|..)|\\."
    r"|\[\^?\]?(?:\[:\^?\w+:\]|\\[pP]\{[^}]*\}|\\.|[^\]\\])*\]"
    r"|\(\?(?:P?<\w+>|[imsU-]*[:)])|[()|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[.^$]|[^\\\[()|*+?{.^$]+|.",
    re.DOTALL,
)
_MAY_BE_MISSING = re.compile(r"[*?]|\{0+[,}]")
_NO_TEXT = frozenset({"^", "$", r"\b", r"\B", r"\A", r"\z"})
_CONTROLS = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\f": "\f", r"\v": "\v", r"\a": "\a"}
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_EMPTY = frozenset({""})
_NONE: frozenset[str] = frozenset()


class Index:
    """Which of many patterns of RE2's, compiled without case, may be found in a text."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Their ids are their places."""
        by_word, always = defaultdict(set), set()
        for number, pattern in enumerate(patterns):
            words = needed(pattern)
            for word in words:
                by_word[word].add(number)
            if not words:
                always.add(number)
        self._always = frozenset(always)
        self._ids = [frozenset(ids) for ids in by_word.values()]
        self._whole = self._always.union(*self._ids)
        self._words = _search([*by_word, _SENTINEL])
        # RE2 answers "nothing" when the words outgrow its memory; one that is there tells that apart.
        self._looks = len(by_word) in self._words(_SENTINEL.encode())

    def may(self, raw: bytes) -> frozenset[int]:
        """Ids of all patterns that may be found in the text in UTF-8: what is missing is not there."""
        if not self._looks:
            return self._whole
        return self._always.union(*(self._ids[word] for word in self._words(raw) if word < len(self._ids)))


def _search(words: Sequence[str]) -> Callable[[bytes], Sequence[int]]:
    """What tells which of the words, by their places, stand in a text, whatever the case; of too many it tells none."""
    import re2

    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, MEMORY
    together = re2.Set.SearchSet(options)
    for word in words:
        together.Add(re2.escape(word))
    try:
        together.Compile()
    except re2.error:
        return lambda raw: ()
    return lambda raw: together.Match(raw) or ()


def needed(pattern: str) -> frozenset[str]:
    """Of what a pattern fits, whatever the case, nothing is without one of these words; none: nothing can be said.

    Their letters of ASCII are small ones.
    """
    try:
        return _without_longer(_Reader(pattern).whole().words)
    except (_Unread, RecursionError):
        return _NONE


def _without_longer(words: frozenset[str]) -> frozenset[str]:
    """Where a shorter word does not stand, none stands that holds it."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(shorter in word for shorter in kept):
            kept.append(word)
    return frozenset(kept)


def _worth(words: frozenset[str]) -> tuple[int, int]:
    """How much a look for these words is worth: (0, 0) for none."""
    least = min(map(len, map(str.encode, words)), default=0)
    return (min(least, ENOUGH), -len(words)) if least >= LEAST and len(words) <= MOST else (0, 0)


class _Part(NamedTuple):
    """A part of a pattern. exact: all it fits, where these are few; need: of what it fits nothing is without one."""

    exact: frozenset[str] | None = None
    need: frozenset[str] = _NONE

    @property
    def words(self) -> frozenset[str]:
        found = self.need if self.exact is None else self.exact
        return found if _worth(found) > (0, 0) else _NONE


_NOTHING, _ANYTHING = _Part(_EMPTY), _Part()


class _Unread(Exception):
    """Something that is not understood here."""


class _Reader:
    """Reads a pattern: what is not looked into may be anything."""

    def __init__(self, pattern: str) -> None:
        self._tokens = ["", *reversed(_TOKENS.findall(pattern))]  # the next one is the last, '' the end

    def whole(self) -> _Part:
        part = self._alternatives()
        if self._tokens[-1]:
            raise _Unread
        return part

    def _alternatives(self) -> _Part:
        parts = [self._sequence()]
        while self._tokens[-1] == "|":
            self._tokens.pop()
            parts.append(self._sequence())
        if len(parts) == 1:
            return parts[0]
        exact = [part.exact for part in parts if part.exact is not None]
        if len(exact) == len(parts) and len(together := _NONE.union(*exact)) <= MOST:
            return _Part(together)
        needs = [part.words for part in parts]
        return _Part(None, _NONE.union(*needs)) if all(needs) else _ANYTHING

    def _sequence(self) -> _Part:
        """Exact pieces are put together; what stands before and behind of others is weighed by itself."""
        run, is_exact = _EMPTY, True
        found: list[frozenset[str]] = []
        while self._tokens[-1] not in {"", "|", ")"}:
            exact, need = self._repeated()
            if exact is not None and (run is _EMPTY or len(run) * len(exact) <= PRODUCT):
                run = exact if run is _EMPTY else frozenset(map("".join, product(run, exact)))
                continue
            found += [run, need]
            run, is_exact = _EMPTY if exact is None else exact, False
        return _Part(run) if is_exact else _Part(None, max(*found, run, key=_worth))

    def _repeated(self) -> _Part:
        part = self._piece()
        while _repeats(times := self._tokens[-1]):
            self._tokens.pop()
            if times[0] == "?" and part.exact and len(part.exact) < PRODUCT:
                part = _Part(part.exact | _EMPTY)
            else:
                part = _ANYTHING if _MAY_BE_MISSING.match(times) else _Part(None, part.words)
        return part

    def _piece(self) -> _Part:
        token = self._tokens.pop()
        first = token[0]
        if first == "(":
            return self._group(token)
        if first == "[" and len(token) > 1:
            return _class(token[1:-1])
        if token in _NO_TEXT:
            return _NOTHING
        if first == "\\":
            return _escaped(token)
        if first == ".":
            return _ANYTHING
        if _repeats(token):
            raise _Unread
        if len(token) > 1 and _repeats(self._tokens[-1]):  # its last character alone is repeated
            self._tokens.append(token[-1])
            token = token[:-1]
        return _Part(frozenset({token.translate(_SMALL)}))

    def _group(self, token: str) -> _Part:
        if token[-1] == ")":  # flags for what follows; all they can do is to ask for a case, or for more or less
            return _NOTHING
        part = self._alternatives()
        if self._tokens.pop() != ")":
            raise _Unread
        return part


def _repeats(token: str) -> bool:
    return token[:1] in {"*", "+", "?"} or (token[:1] == "{" and len(token) > 1)


def _escaped(token: str) -> _Part:
    if token in _CONTROLS:
        return _Part(frozenset({_CONTROLS[token]}))
    meant = token[1:]
    if not meant or meant in {"Q", "E", "C"} or meant[0].isdigit():
        raise _Unread
    return _ANYTHING if meant[0].isalpha() else _Part(frozenset({meant}))


def _class(body: str) -> _Part:
    """A few characters stand for themselves."""
    if len(body) > BRIEF or body[0] == "^" or not set(body).isdisjoint("\\[-"):
        return _ANYTHING
    return _Part(frozenset(body.translate(_SMALL)))
