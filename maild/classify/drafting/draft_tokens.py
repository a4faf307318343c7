"""What in a mail may be a field of a rule: numbers, dates, amounts, titles, addresses, and what labels stand before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maild.classify.drafting.draft_fields import Place
from maild.classify.rules.view import View
from maild.classify.vocabulary.patterns import compile_pattern

MOST = 200  # of one mail
LONGEST_PAIR = 120  # characters of a label's value that is offered as one
MOST_TEXT = 20_000  # characters that are looked at
MOST_CLAUSES, LONGEST_CLAUSE = 80, 120
_VALUES = re.compile(
    r"https?://[^\s<>\"，。；、]+|(?a:(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+)"
    r"|(?<=《)[^《》\n]{1,300}(?=》)|(?<=「)[^「」\n]{1,300}(?=」)|(?<=“)[^“”\n]{1,300}(?=”)|(?<=\")[^\"\n]{2,300}(?=\")"
    r"|\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?(?: ?\d{1,2}:\d{2}(?::\d{2})?)?|\d{1,2} ?月 ?\d{1,2} ?[日号]"
    r"|\d{1,2}(?:st|nd|rd|th)?[ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ ,-]+\d{4}"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|(?:[¥$€£] ?|(?:CNY|RMB|USD|EUR|GBP) ?)\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)? ?(?:元|圆|CNY|RMB|USD|EUR|GBP)"
    r"|[A-Za-z0-9](?=[A-Za-z_/-]{0,64}\d)[A-Za-z0-9_/-]++|\d[\d,]*(?:\.\d+)?",
)
_CLAUSE = re.compile(r"[^,;。!?\n、]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A value that can be pointed at. start, end: where it stands in the text or subject, -1 where it does not.

    pair, label: index into the mail's pairs, and their label; field: what it is called elsewhere, '' if unknown
    """

    words: str
    place: Place
    start: int = -1
    end: int = -1
    pair: int = -1
    label: str = ""
    field: str = ""


def tokens(view: View, number: str) -> tuple[Token, ...]:
    """Values of a mail in their order, none within another: the subject's, then the text's, then the others'.

    number: the office's pattern of transaction numbers
    """
    found = [*_valued(view.subject, Place.SUBJECT, number, ())]
    pairs = list(_paired(view))
    taken = [(token.start, token.end) for token in pairs if token.start >= 0]
    inside = [*_valued(view.text[:MOST_TEXT], Place.TEXT, number, taken), *(t for t in pairs if t.start >= 0)]
    found += sorted(inside, key=lambda token: token.start)
    return tuple([*found, *(token for token in pairs if token.start < 0)][:MOST])


def _paired(view: View) -> Iterator[Token]:
    """Values with a label, each at the first place where it stands alone."""
    text, taken = view.text[:MOST_TEXT], set[int]()
    for index, pair in enumerate(view.pairs):
        words, at = pair.value.strip(), -1
        if not words or "\n" in words:
            continue
        if len(words) <= LONGEST_PAIR:
            label = text.find(pair.label)
            at = _alone(text, words, label if label >= 0 else 0)
        at = -1 if at in taken else at
        taken.add(at)
        kind = view.lexicon.label_kind(pair.label) or ""
        yield Token(
            words=words,
            place=Place.PAIR,
            pair=index,
            label=pair.label,
            field=kind,
            start=at,
            end=at + len(words) if at >= 0 else -1,
        )


def _alone(text: str, words: str, start: int) -> int:
    """Where the words stand and are no part of a longer word or number; -1 for nowhere."""
    hit = re.compile(rf"(?<![A-Za-z0-9]){re.escape(words)}(?![A-Za-z0-9])").search(text, start)
    return hit.start() if hit else -1


def _valued(text: str, place: Place, number: str, taken: Sequence[tuple[int, int]]) -> Iterator[Token]:
    ranges = list(taken)
    numbers = [hit.span() for hit in compile_pattern(f"(?:{number})").finditer(text)] if number else []
    for start, end in numbers:
        if not _within(start, end, ranges):
            ranges.append((start, end))
            yield Token(words=text[start:end], place=place, start=start, end=end, field="transaction")
    for hit in _VALUES.finditer(text):
        if not _within(*hit.span(), ranges):
            yield Token(words=hit[0], place=place, start=hit.start(), end=hit.end())


def _within(start: int, end: int, ranges: list[tuple[int, int]]) -> bool:
    return any(start < right and left < end for left, right in ranges)


def clauses(view: View) -> tuple[tuple[Place, int, int, str], ...]:
    """(place, start, end, words) of what may be chosen to stand in every such mail: the subject, then clauses."""
    found: list[tuple[Place, int, int, str]] = []
    if view.subject.strip():
        found.append((Place.SUBJECT, 0, len(view.subject), view.subject))
    for hit in _CLAUSE.finditer(view.text[:MOST_TEXT]):
        words = hit[0].strip()
        if 2 <= len(words) <= LONGEST_CLAUSE and re.search(r"[A-Za-z]{2}|[\u3400-\u9fff]{2}", words):
            start = hit.start() + hit[0].index(words)
            found.append((Place.TEXT, start, start + len(words), words))
    return tuple(found[:MOST_CLAUSES])
