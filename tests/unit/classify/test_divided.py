"""A list that is asked pattern by pattern finds what all its patterns joined to one find."""

from __future__ import annotations

import random

import pytest

from maild.classify.reading.news.divided import Divided
from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.patterns import BadPattern, compile_pattern
from tests.unit.classify.test_needed import TEXTS, made
from tests.unit.classify.test_searched import told


def places(hits: object) -> list[tuple[int, int, str]]:
    """Of groups there may be others: a pattern has its own only."""
    return [(start, end, words) for words, _, start, end, *_ in told(hits)]  # type: ignore[misc]


def test_hits_are_those_of_one_pattern() -> None:
    """Of lists and texts by chance: the first, all, and of the whole text; empty ones among them."""
    chance, found = random.Random(21), 0
    for _ in range(400):
        patterns = tuple(made(chance, 1) for _ in range(chance.randint(0, 5)))
        try:
            one, list_ = compile_pattern(joined(patterns)), Divided(patterns)
        except BadPattern:
            continue
        for _ in range(10):
            text = "".join(chance.choices(TEXTS, k=chance.randint(0, 9)))
            hits = places(one.whole.finditer(text))
            found += len(hits)
            assert places(list_.finditer(text)) == hits, (patterns, text)
            first, whole = list_.search(text), list_.fullmatch(text)
            assert places([first] if first else []) == hits[:1]
            assert (whole is not None) is (one.whole.fullmatch(text) is not None)
            assert list_.may_be_in(text) or not hits
    assert found > 1000


def test_of_patterns_that_begin_together_the_longer_one_counts_first() -> None:
    """As they stand when they are joined; and what is met by it does not count."""
    list_ = Divided(("已寄", "已寄出", "出[^。]{0,20}了"))
    assert places(list_.finditer("已寄出,拿出来了,已寄")) == [(0, 3, "已寄出"), (5, 8, "出来了"), (9, 11, "已寄")]


def test_a_broken_pattern_is_told_as_ever() -> None:
    """Before anything is asked."""
    with pytest.raises(BadPattern):
        Divided(("已寄(",))
