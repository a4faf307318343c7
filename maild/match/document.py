"""Is a supplied document the one that was asked for? Pure: a request's words and a file's first pages in.

Titles are compared without spaces, hyphens, accents and kinds of letters: a PDF breaks them over lines, spaces them
out, joins them. A title counts as there where most of its telling words stand close together. What cannot be told is
SILENT and stops nothing; OTHER needs a page that was read well and says none of what was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from maild.match.bibliography import Asked, Part, asked_for, dois
from maild.match.folding import folded, han_share, is_han, readable, squeezed
from maild.match.supply_words import is_cover

THERE = 0.72  # of a title's weight, close together: it is the title
ABSENT = 0.55  # below: it is not
_TELLING_PAGES = 5  # figures of first and last page together: fewer stand in any text
_MOST = 9000  # squeezed characters of a page that are looked at
_ENOUGH = 12  # different words of some length (a Chinese character is half of one): fewer are no page of a document
_HAN = 0.15  # share of Chinese characters from which on a text is Chinese


class Verdict(StrEnum):
    SAME = "same"
    SILENT = "silent"  # it cannot be told
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """share: how much of the title stands close together in the file, 0 to 1."""

    verdict: Verdict
    reason: str
    share: float = 0.0


def compare(title: str, literature: str, pages: Sequence[str]) -> Compared:
    """Hold what a request says of its document against the text of the file's first pages ('' where one has none)."""
    asked = asked_for(title, literature)
    read = [page for page in pages if readable(page) and not is_cover(page)]
    texts = [text for text in map(squeezed, read) if text]
    if _telling(read) < _ENOUGH:
        return Compared(verdict=Verdict.SILENT, reason="too little text to be compared")
    if why := _proof(asked, texts):
        return Compared(verdict=Verdict.SAME, reason=why, share=1.0)
    share = max((_found(part, text) for part in asked.parts for text in texts), default=0.0)
    if asked.parts and share >= THERE:
        return Compared(verdict=Verdict.SAME, reason="the title stands there", share=share)
    return _doubtful(asked, read, texts, share)


def too_short(title: str, literature: str, pages: int) -> str:
    """Why a file of so many pages cannot be all that was asked for, or ''. Two printed pages may be one of the file."""
    asked = asked_for(title, literature).pages
    wanted = asked[1] - asked[0] + 1 if asked else 0
    if not asked or pages * 2 >= wanted:
        return ""
    return f"pages {asked[0]}-{asked[1]} were asked for, the file has {pages}"


def _doubtful(asked: Asked, read: Sequence[str], texts: Sequence[str], share: float) -> Compared:
    """The title is not there: is that enough to say that it is another document?"""

    def told(verdict: Verdict, reason: str) -> Compared:
        return Compared(verdict=verdict, reason=reason, share=share)

    if other := _other_doi(asked, read):
        return told(Verdict.OTHER, f"the request names the DOI {asked.doi}, the document {other}")
    if not asked.parts:
        return told(Verdict.SILENT, "the request has no title that tells")
    if share >= ABSENT:
        return told(Verdict.SILENT, "only some of the title stands there")
    if asked.translated:
        return told(Verdict.SILENT, "the title of the request is a translation")
    head = " ".join(read[0].split())[:80]
    chinese, is_chinese = asked.han >= _HAN, han_share("".join(read)) >= _HAN
    if chinese is not is_chinese:
        tongue = (
            "asked for in Chinese, the document is not" if chinese else "the document is in Chinese, the title is not"
        )
        return told(Verdict.OTHER, f"nothing of the title stands in the document ({tongue}), which begins: {head}")
    return told(Verdict.OTHER, f"the title does not stand in the document, which begins: {head}")


def needs_look(pages: Sequence[str]) -> bool:
    """Whether the text of a file's first pages is too little to tell what it is: then OCR may."""
    return _telling([page for page in pages if readable(page) and not is_cover(page)]) < _ENOUGH


def _telling(read: Sequence[str]) -> float:
    """How many different words the pages say."""
    text = folded(" ".join(read))
    words = {word for word in text.split() if len(word) >= 4 and word.isalpha() and not is_han(word[0])}
    return len(words) + len(set(filter(is_han, text))) / 2


def _proof(asked: Asked, texts: Sequence[str]) -> str:
    """What identifies a document whatever its title: its DOI, the number of a standard or patent, volume and pages."""
    if asked.doi and any(squeezed(asked.doi) in text for text in texts):
        return "the DOI stands there"
    if number := next((n for n in asked.numbers if any(squeezed(n) in text for text in texts[:2])), ""):
        return f"the number {number} stands there"
    if asked.pages and asked.volume and asked.pages[0] >= 10:
        both = squeezed(f"{asked.pages[0]}{asked.pages[1]}")
        if len(both) >= _TELLING_PAGES and any(both in text and squeezed(asked.volume) in text for text in texts):
            return "volume and pages stand there"
    return ""


def _other_doi(asked: Asked, read: Sequence[str]) -> str:
    """The one DOI of the first page, where another was asked for."""
    found = dois(read[0]) if asked.doi else []
    return found[0] if len(found) == 1 and squeezed(found[0]) != squeezed(asked.doi) else ""


def _found(part: Part, text: str) -> float:
    """The largest share of the part's weight that stands within a stretch of the text as long as a title may take."""
    text = text[:_MOST]
    hits = sorted(
        (place, index, word.weight * worth)
        for index, word in enumerate(part.words)
        for spelling, worth in word.spellings
        for place in _places(text, spelling)
    )
    span = part.length * 1.3 + 20
    best, begin, inside = 0.0, 0, dict[int, list[float]]()
    total = 0.0
    for place, index, worth in hits:
        stood = inside.setdefault(index, [])
        total += max(0.0, worth - max(stood, default=0.0))
        stood.append(worth)
        while hits[begin][0] < place - span:
            _, gone, _ = hits[begin]
            before = max(inside[gone])
            inside[gone].pop(0)
            total -= before - max(inside[gone], default=0.0)
            begin += 1
        best = max(best, total)
    return best / part.weight


def _places(text: str, spelling: str) -> list[int]:
    """Where it stands, the first 60 times."""
    places: list[int] = []
    at = text.find(spelling)
    while at >= 0 and len(places) < 60:
        places.append(at)
        at = text.find(spelling, at + 1)
    return places
