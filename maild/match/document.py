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
from maild.match.texts import SAY

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
        return Compared(verdict=Verdict.SILENT, reason=SAY("too_little_text"))
    if why := _proof(asked, texts):
        return Compared(verdict=Verdict.SAME, reason=why, share=1.0)
    share = max((_found(part, text) for part in asked.parts for text in texts), default=0.0)
    if asked.parts and share >= THERE:
        return Compared(verdict=Verdict.SAME, reason=SAY("title_stands"), share=share)
    return _doubtful(asked, read, texts, share)


def too_short(title: str, literature: str, pages: int) -> str:
    """Why a file of so many pages cannot be all that was asked for, or ''. Two printed pages may be one of the file."""
    asked = asked_for(title, literature).pages
    wanted = asked[1] - asked[0] + 1 if asked else 0
    if not asked or pages * 2 >= wanted:
        return ""
    return SAY("pages_differ", first=asked[0], last=asked[1], count=pages)


def _doubtful(asked: Asked, read: Sequence[str], texts: Sequence[str], share: float) -> Compared:
    """The title is not there: is that enough to say that it is another document?"""

    def told(verdict: Verdict, reason: str) -> Compared:
        return Compared(verdict=verdict, reason=reason, share=share)

    if other := _other_doi(asked, read):
        return told(Verdict.OTHER, SAY("doi_differs", doi=asked.doi, other=other))
    if not asked.parts:
        return told(Verdict.SILENT, SAY("title_tells_nothing"))
    if share >= ABSENT:
        return told(Verdict.SILENT, SAY("title_in_part"))
    if asked.translated:
        return told(Verdict.SILENT, SAY("title_translated"))
    head = " ".join(read[0].split())[:80]
    chinese, is_chinese = asked.han >= _HAN, han_share("".join(read)) >= _HAN
    if chinese is not is_chinese:
        tongue = SAY("not_in_chinese") if chinese else SAY("document_in_chinese")
        return told(Verdict.OTHER, SAY("nothing_of_title", tongue=tongue, text=head))
    return told(Verdict.OTHER, SAY("title_missing", text=head))


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
        return SAY("doi_stands")
    if number := next((n for n in asked.numbers if any(squeezed(n) in text for text in texts[:2])), ""):
        return SAY("number_stands", number=number)
    if asked.pages and asked.volume and asked.pages[0] >= 10:
        both = squeezed(f"{asked.pages[0]}{asked.pages[1]}")
        if len(both) >= _TELLING_PAGES and any(both in text and squeezed(asked.volume) in text for text in texts):
            return SAY("volume_and_pages")
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
