"""The pool of patterns: one look finds what looking for each pattern finds."""

from __future__ import annotations

import random

import pytest

from maild.classify.rules.load import load
from maild.classify.vocabulary.patterns import PatternPool, compile_pattern
from maild.config import Settings
from maild.parse import parse_mail
from maild.resources import data_folder

ROOMS = ("calis", "patron", "machine", "general")


@pytest.fixture(scope="module")
def pool() -> PatternPool:
    """Every pattern of the shipped rules."""
    return load(None, Settings().matching.transaction_number)._pool


def one_by_one(pool: PatternPool, text: str) -> frozenset[int]:
    """What is found without any shortcut."""
    return frozenset(i for pattern, i in pool._ids.items() if compile_pattern(pattern).search(text))


def test_one_look_finds_what_each_pattern_finds(pool: PatternPool) -> None:
    """On mails of every kind, and on pieces of them put together at random: not a hit more or less."""
    files = [path for room in ROOMS for path in sorted((data_folder("rules") / "examples" / room).glob("*.eml"))[::5]]
    mails = [parse_mail(path.read_bytes()) for path in files]
    texts = [f"{mail.subject}\n{mail.text}" for mail in mails]
    chance = random.Random(17)
    words = [piece for text in texts for piece in text.split()]
    texts += [" ".join(chance.choices(words, k=40)) for _ in range(20)]
    found = [pool.hits(text) for text in texts]
    assert found == [one_by_one(pool, text) for text in texts]
    assert sum(map(len, found)) > len(texts)


def test_an_empty_pool_finds_nothing() -> None:
    """No pattern, no hit, and no failure."""
    empty = PatternPool()
    empty.seal()
    assert empty.hits("任何 text") == frozenset()


def test_case_and_folding_are_as_for_each_pattern() -> None:
    """Letters of any case, also those that fold from outside ASCII, and what is written full-width in the pattern."""
    pool = PatternPool()
    ids = [pool.add(pattern) for pattern in ("kelvin", "straße", "单号：\\d+", "^$", "(?:费用|fee)s?")]
    pool.seal()
    texts = ("273 Kelvin", "273 \u212aELVIN", "STRASSE STRAßE", "单号:17", "", "FEES", "K e l v i n")
    assert [pool.hits(text) for text in texts] == [one_by_one(pool, text) for text in texts]
    assert pool.hits("\u212aelvin") == {ids[0]}
