"""The short way to RE2 finds what google-re2's own methods find."""

from __future__ import annotations

import random
from time import process_time

import pytest
import re2

from maild.classify.rules.patterns import Pattern, compile_pattern, longest

PATTERNS = (
    "续借|续",
    "(已)?(寄送|寄出)",
    r"\b(?:re|the)\b",
    "",
    "^|$",
    r"(\d{2})(-)?(\d)?",
    "(?m:^请.{0,3}$)",
    "[\U0001f600é]+",
)
PIECES = ("请续借", "已寄送", "寄出", "the", " re: ", "20-1", "199", "\n", "é", "\U0001f600", "", "图书馆", "K\u212a")


def told(hits: object) -> list[object]:
    """All that is asked of hits."""
    return [(h.group(), h.span(), h.start(), h.end(), h.groups(), h[0], h.re.groups) for h in hits]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", PATTERNS)
@pytest.mark.parametrize("made", [compile_pattern, longest])
def test_hits_are_those_of_the_library(made: Pattern, text: str) -> None:
    """Places, words and groups, of the first hit, of all, at the start and of the whole; empty hits among them."""
    pattern = made(text)
    own: re2._Regexp = pattern.whole
    chance = random.Random(text)
    for _ in range(150):
        said = "".join(chance.choices(PIECES, k=chance.randint(0, 9)))
        assert told(pattern.finditer(said)) == told(own.finditer(said)), said
        for way in ("search", "match", "fullmatch"):
            ours, theirs = getattr(pattern, way)(said), getattr(own, way)(said)
            assert told([ours] if ours else []) == told([theirs] if theirs else []), (way, said)
        assert pattern.sub("<>", said) == own.sub("<>", said)
        assert pattern.occurs(said) is (own.search(said) is not None)


def test_a_group_that_is_no_part_of_the_hit() -> None:
    """It has no words and no place."""
    hit = compile_pattern("(甲)|(乙)").search("丙乙")
    assert hit
    assert (hit.group(1), hit.start(1), hit.end(1), hit.span(2)) == (None, -1, -1, (1, 2))


def test_places_of_many_hits_are_counted_once() -> None:
    """In whatever order they are asked for, and in time that grows with the text: a megabyte of labels is no attack."""
    text = "号：甲 乙" * 30_000
    began = process_time()
    hits = list(compile_pattern("甲|乙").finditer(text))
    assert [(hit.start(), hit.end()) for hit in hits] == [
        (n * 5 + at, n * 5 + at + 1) for n in range(30_000) for at in (2, 4)
    ]
    assert process_time() - began < 2
    assert [hits[n].start() for n in (40_000, 3, 59_999)] == [100_002, 9, 149_999]
