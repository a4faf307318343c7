"""The short way to RE2 finds what google-re2's own methods find."""

from __future__ import annotations

import random
from time import process_time

import pytest
import re2

from maild.classify.rules.suppliers import tree_of
from maild.classify.vocabulary.patterns import Pattern, compile_pattern, fold, longest, steps
from maild.tables import read_toml

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


def test_what_is_put_in_its_place_stands_there_as_it_is() -> None:
    """RE2's own way takes each byte of a character for one: no sentence would end at such a '。'."""
    assert compile_pattern("续借|续").sub("。", "请续借，谢谢") == "请。，谢谢"
    assert compile_pattern("续借|续").sub(r"\1", "请续") == r"请\1"
    assert compile_pattern("续借|续").sub(lambda hit: f"《{hit.group()}》", "请续") == "请《续》"


COUNTED = (
    "a{3}", "(?:a{2,5}){3,}", r"[\pL]{1,40}", r"(?:\pL{1,30}){1,30}", "x{2,}", "a{b}", r"\pL" * 300, "(?:ab|cd){1000}",
    "[^文]{1,1000}", ".{1,900}", "[一-龥]{1,20}", "[[:alpha:]]{3}", r"\w{900}", "[^]a]{3}", "ſ{5}", r"[^\W]{100}",
    r"((a|\[)[\])]{5})+", r"\{2}", "(?:续|借{2}){0,3}", "k\u212a", r"\P{Han}{3}",
)  # fmt: skip


def test_steps_are_never_counted_too_low() -> None:
    """What is counted small is not compiled where it is loaded: RE2 must take all of it."""
    listed = [read_toml(path).data for path in tree_of(None).word_files()]
    words = [one for lists in listed for patterns in lists.values() for one in patterns if not one.startswith("@")]
    assert len(words) > 3000
    options = re2.Options()
    options.case_sensitive = False
    for pattern in (*COUNTED, *words[::7]):
        assert re2._re2.RE2(fold(pattern).encode(), options).ProgramSize() <= steps(pattern), pattern
