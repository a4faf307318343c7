"""A line below rows that counts them, held against what they tell: '合计 2 条，满足 1 条'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from maild.classify.reading.row_words import MOST_TALLY, RowWords, folded
from maild.domain.incoming.ruling import Kind

# Lists of words/rows.toml that call what is counted → what a row tells that is one of them.
_CALLED: Mapping[str, frozenset[Kind]] = MappingProxyType(
    {
        "counted_supplied": frozenset({Kind.SHIPPED, Kind.DELIVERED, Kind.LOAN_ARRIVED}),
        "counted_refused": frozenset({Kind.UNFILLED, Kind.CANCELLED}),
        "counted_at_work": frozenset({Kind.REQUEST_ACCEPTED, Kind.REQUEST_SUBMITTED}),
        "counted_passed_on": frozenset({Kind.REQUEST_FORWARDED}),
    }
)
_PARTS = re.compile(r"[,;。、()/|]|(?<=\D)\.(?=\D|$)")
_COUNT = re.compile(r"(?<![\d.])\d{1,3}(?![\d.])")
_WORDS = [*"一二三四五六七八九十", *["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]]
_IN_WORDS = re.compile(
    r"[一二两三四五六七八九](?=[条件篇笔单项个份本册])|\b(?:one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)
_EDGES = " :-–—=*#"


def counts_right(line: str, told: Sequence[Kind | None], words: RowWords) -> bool:
    """Whether a line does nothing but count rows, and counts them as they tell: one kind or None for each."""
    said = _figured(folded(line))
    if len(said) > MOST_TALLY or not any(map(str.isdigit, said)):
        return False
    parts = [*_counts(said, words)]
    return bool(parts) and all(_is_right(part, told, words) for part in parts)


def _figured(said: str) -> str:
    """With small counts in figures: '共两笔', 'one sent, one unfilled'."""
    return _IN_WORDS.sub(lambda hit: f"{2 if hit[0] == '两' else _WORDS.index(hit[0].lower()) % 10 + 1} ", said)


def _counts(said: str, words: RowWords) -> Iterator[str]:
    """What is counted, each with its figure: a line's parts, and two that a colon or a blank holds together."""
    for part in _PARTS.split(said):
        if part.strip(_EDGES) and not words.whole("costs_nothing", part):
            yield from (part.split(":") if len(_COUNT.findall(part)) > 1 else (part,))


def _is_right(part: str, told: Sequence[Kind | None], words: RowWords) -> bool:
    figures = _COUNT.findall(part)
    if len(figures) != 1:
        return False
    name = words.without("counter", _COUNT.sub(" ", part)).strip(_EDGES)
    if words.is_one("counted_all", name):
        return int(figures[0]) == len(told)
    kinds = next((kinds for called, kinds in _CALLED.items() if words.is_one(called, name)), None)
    return kinds is not None and int(figures[0]) == sum(kind in kinds for kind in told)
