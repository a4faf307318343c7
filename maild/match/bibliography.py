"""What a request says of its document: title, DOI, numbers. Pure: two strings in, what they tell out."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from maild.match.folding import alike, folded, han_share, is_han
from maild.match.supply_words import common, is_generic, says_translated

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>，。；]+", re.IGNORECASE)
# GB/T 7714-2015, ISO 690:2021, IEC 61131-3, CN 1234567 A, US 7,654,321 B2
_NUMBER = re.compile(
    r"(?<![A-Za-z])(?:GB(?:[/ ]?[TZJ])?|ISO(?:/IEC)?|IEC|ASTM|DIN|EN|BS|JIS|IEEE|ANSI|SAE|HJ|DB\d\d|JJG|(?:SY|NB|DL)/T)"
    r"[ -]?[A-Z]?\d{2,6}(?:[.:-]\d{1,4}){0,3}\b"
    r"|(?<![A-Za-z])(?:CN|US|EP|WO|JP|KR|DE)[ -]?\d[\d,/]{5,14}(?: ?[ABCU]\d?)?\b"
)
# Where the parts of a citation end: title, subtitle, journal. A full stop in a number or after an initial ends none.
_BETWEEN = re.compile(
    r"\[[JMDCNRPSAZ](?:/OL)?\]|[;；。:：|《》“”\"?？!！]|—{1,2}|--+|\s[-–—]\s|//|\s/\s|(?<=[^\W\d_]{3})\.(?=\s|$)|[\[\]]"
)
_RANGE = r"(?P<first>\d{1,6})\s*[-–—~～至]\s*(?P<last>\d{1,6})\b"
_PLACES = tuple(
    re.compile(pattern + _RANGE)
    for pattern in (
        r"(?P<volume>\d{1,4})\s*(?:[(（]\s*[\w.\-/ ]{1,12}[)）])?\s*[:：,，]\s*(?:[Pp]{1,2}\.?\s*)?",
        r"(?i)\bvol(?:ume)?\.?\s*(?P<volume>\d{1,4})\b.{0,40}?\b(?:pp?\.?|pages?)\s*",
        r"(?i)(?:\bpp?\.?|\bpages?|页码?[:：]?|第)\s*",
    )
)
_MOST_PAGES = 120  # of an article
_WORD = re.compile(r"[^\W_]+")
_LEAST = 9.0  # weight of a title that tells: two words, four characters
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Word:
    """A word (or two characters) to be found: spellings, each with how much of the weight it is worth."""

    weight: float
    spellings: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the request that may stand in the document as it is. length: without spaces."""

    words: tuple[Word, ...]
    length: int

    @property
    def weight(self) -> float:
        return sum(word.weight for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """parts: the whole title, and what may be its heart. han: the share of Chinese; numbers: of standards, patents.

    volume, pages: of a journal, first and last, where a citation says them
    """

    parts: tuple[Part, ...] = ()
    doi: str = ""
    numbers: tuple[str, ...] = ()
    han: float = 0.0
    translated: bool = False
    volume: str = ""
    pages: tuple[int, int] | None = None


def asked_for(title: str, literature: str = "") -> Asked:
    """Read a request's title, which may be a whole citation. `literature` counts where it is more than a kind."""
    said = f"{title} {literature}"
    found = dois(said)
    plain = _DOI.sub(" ", title).strip()
    volume, pages = _place(said)
    parts = () if is_generic(plain) else _parts(plain)
    return Asked(
        parts=parts,
        doi=found[0] if found else "",
        numbers=tuple(dict.fromkeys(_NUMBER.findall(said))),
        han=han_share(plain),
        translated=says_translated(said),
        volume=volume,
        pages=pages,
    )


def dois(text: str) -> list[str]:
    """The DOIs of a text, each once, without the mark that ends the sentence."""
    return list(dict.fromkeys(found.rstrip(".,;:)]}'").lower() for found in _DOI.findall(text)))


def _place(said: str) -> tuple[str, tuple[int, int] | None]:
    """(volume, (first page, last page)) as citations write them; 436-44 ends at 444."""
    for pattern in _PLACES:
        if found := pattern.search(said):
            first, last = found["first"], found["last"]
            whole = int(first[: len(first) - len(last)] + last) if len(last) < len(first) else int(last)
            if int(first) <= whole <= int(first) + _MOST_PAGES:
                return found.groupdict().get("volume") or "", (int(first), whole)
    return "", None


def _parts(title: str) -> tuple[Part, ...]:
    """The title as a whole, its weightiest piece, and pieces before that which are half as weighty: the title before
    its subtitle. What comes after is a journal, a year, a publisher."""
    whole = _part(title)
    if whole.weight < _LEAST:
        return ()
    pieces = [part for part in map(_part, _BETWEEN.split(title)) if part.words]
    best = max(range(len(pieces)), key=lambda place: pieces[place].weight, default=-1)
    kept = [
        p
        for place, p in enumerate(pieces)
        if place == best or (place < best and p.weight >= pieces[best].weight * _HALF)
    ]
    return (whole, *(p for p in kept if p.weight >= max(_LEAST, whole.weight * 0.3)))


def _part(text: str) -> Part:
    flat = folded(text)
    words: dict[str, Word] = {}
    length = 0
    for run in _WORD.findall(flat):
        length += len(run)
        for piece in _scripts(run):
            for name, word in _words(piece):
                words.setdefault(name, word)
    return Part(words=tuple(words.values()), length=length)


def _scripts(run: str) -> list[str]:
    """A run of letters, split where Chinese meets Latin."""
    pieces = [run[:1]]
    for before, after in pairwise(run):
        if is_han(before) is is_han(after):
            pieces[-1] += after
        else:
            pieces.append(after)
    return pieces


def _words(piece: str) -> list[tuple[str, Word]]:
    if is_han(piece[0]):
        piece = alike(piece)
        pairs = [piece[i : i + 2] for i in range(max(1, len(piece) - 1))]
        return [(pair, Word(3.0 if len(pair) == 2 else 1.0, ((pair, 1.0),))) for pair in pairs]
    if len(piece) < 2 or piece in common():
        return []
    return [(piece, Word(_weight(piece), tuple((alike(s), worth) for s, worth in _spellings(piece))))]


def _weight(word: str) -> float:
    if word.isdigit():
        return 2.0
    return 1.5 if len(word) < 4 else float(min(len(word), 10))


def _spellings(word: str) -> tuple[tuple[str, float], ...]:
    """The word; without its ending, for a plural or another spelling; its halves: one slip leaves one of them whole."""
    found = [(word, 1.0)]
    if len(word) >= 6 and word.isalpha():
        found.append((word[: max(5, math.ceil(len(word) * 0.8))], 0.95))
    if len(word) >= 8 and word.isalpha():
        found += [(word[: len(word) // 2], 0.65), (word[-(len(word) // 2) :], 0.65)]
    return tuple(dict(reversed(found)).items())
