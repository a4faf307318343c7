"""Words for full-text search, Chinese included: how a text is cut up, what a query means, where it stands in a text.

Text is folded first: width and look-alike forms (NFKC), case, and whatever `simplify` makes alike (traditional and
simplified characters). Runs of characters of scripts without spaces become overlapping pairs, and their last
character alone: so any two of them that stand side by side are one word of the index, and one alone is the beginning
of some word. White space between two such characters is a line's end or a reader's gap, and does not count. Anything
else is cut into words of letters and digits, which a query may leave unfinished.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from maild.domain.records.journal import ReviewItem
from maild.domain.text import normalise

Simplify = Callable[[str], str]
MOST_WORDS = 8000  # of one text: PostgreSQL counts places in a text up to 16,383
MOST_LETTERS = 40  # of one word
MOST_TERMS = 8  # of a query: further ones are not looked for
MOST_QUERY = 200  # characters of a query
BREAK = "\n\u00b6\n"  # between two texts that are indexed as one: no word reaches over it

_PAIRED = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = rf"[^\W_{_PAIRED}]"
# Compiled where they are first used, which most commands are not: sets of so many characters take 2 ms each.
_RUN = cache(partial(re.compile, rf"[{_PAIRED}]+|{_LETTER}+"))
_GAP = cache(partial(re.compile, rf"(?<=[{_PAIRED}])\s+(?=[{_PAIRED}])"))
_IS_PAIRED = cache(partial(re.compile, rf"[{_PAIRED}]"))
_NUMBER = cache(partial(re.compile, rf"{_LETTER}+(?:[-./ ]{_LETTER}+)+"))
_STARTS = rf"(?<!{_LETTER})"
_SPACE, _NOTHING_SAID = r"\s*", r"[\W_]*"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side; of the last one only the beginning, where `open`."""

    words: tuple[str, ...]
    open: bool


Term = tuple[Phrase, ...]  # any of them
Query = tuple[Term, ...]  # all of them; none: nothing that could be looked for


def item_text(item: ReviewItem) -> str:
    """What an item of the queue is found by: what it says itself, and its `text`; where it has none, why it waits."""
    numbers = [str(candidate.get("transaction", "")) for candidate in item.candidates]
    said = [item.sender, item.subject, *item.transactions, *numbers, item.note, item.key, item.text]
    return BREAK.join(filter(None, said if item.text else [*said, *item.reasons]))


def fold(text: str, simplify: Simplify = str) -> str:
    """What is compared: width, case and variants do not count."""
    return simplify(normalise(text).casefold())


def words(text: str, simplify: Simplify = str) -> list[str]:
    """The words of a text for the index, in their order."""
    found: list[str] = []
    for run in _RUN().findall(_GAP().sub("", fold(text, simplify))):
        found += _words(run)
        if len(found) >= MOST_WORDS:
            break
    return found[:MOST_WORDS]


def query(text: str, simplify: Simplify = str) -> Query:
    """What a query asks for: every term of it. Terms stand between white space."""
    return tuple(tuple(map(_phrase, ways)) for ways in _terms(text, simplify))


def marks(text: str, asked: str, simplify: Simplify = str) -> list[tuple[int, int]]:
    """Where in `text` the terms of a query stand: [start, end) of each place, in order, none within another."""
    folded, places = _mapped(text, simplify)
    patterns = [_pattern(runs) for ways in _terms(asked, simplify) for runs in ways]
    spans = sorted(found.span() for pattern in patterns for found in pattern.finditer(folded))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        first, last = places[start][0], places[end - 1][1]
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _terms(text: str, simplify: Simplify) -> Iterator[list[list[str]]]:
    """Each term of a query: the ways it may be written, each as runs of characters of one sort."""
    for said in fold(text[:MOST_QUERY], simplify).split()[:MOST_TERMS]:
        runs = _RUN().findall(said)
        if len(runs) > 1 and _NUMBER().fullmatch(said):
            yield [runs, ["".join(runs)]]  # '0001-0002' may be written without
        elif runs:
            yield [runs]


def _phrase(runs: list[str]) -> Phrase:
    """The words of the runs. What the last one goes on with is not known: a pair is whole, the rest a beginning."""
    before = [word for run in runs[:-1] for word in _words(run)]
    *more, last = _words(runs[-1])
    return Phrase((*before, *more), False) if more else Phrase((*before, last), True)


def _words(run: str) -> list[str]:
    """One word, or overlapping pairs and the last character alone."""
    if _IS_PAIRED().match(run):
        return [run[place : place + 2] for place in range(len(run))]
    return [run[:MOST_LETTERS]]


def _pattern(runs: list[str]) -> re.Pattern[str]:
    """Finds the runs side by side in folded text."""
    parts = [
        _SPACE.join(map(re.escape, run)) if _IS_PAIRED().match(run) else _STARTS + re.escape(run[:MOST_LETTERS])
        for run in runs
    ]
    return re.compile(_NOTHING_SAID.join(parts))


def _mapped(text: str, simplify: Simplify) -> tuple[str, list[tuple[int, int]]]:
    """The text folded, and for each of its characters the [start, end) it was made from."""
    if text.isascii():
        return text.casefold(), [(place, place + 1) for place in range(len(text))]
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue  # belongs to the character before it
        piece = text[start:end]
        made = piece if piece.isspace() else fold(piece, simplify)
        folded.append(made)
        places += [(start, end)] * len(made)
        start = end
    return "".join(folded), places
