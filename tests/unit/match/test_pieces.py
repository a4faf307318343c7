"""Requests named as people name them: by a piece of a title that no other of theirs has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.match.pieces import (
    MASK,
    foreign_titles,
    is_in_another_language,
    misnamed,
    named_by_clauses,
    titles_of,
    without,
)
from tests.unit.office.requests.test_wishes import COPY

ISLET = replace(COPY, number="2026111500106", title="Islet transplantation in type 1 diabetes")
LUTE = replace(COPY, number="2026111500207", title="The Hangzhou Lute: a novel")
AEROGEL = replace(COPY, number="2026111500101", title="纳米纤维素气凝胶的制备与应用")
REVIEW = replace(COPY, number="2026111500102", title="纳米纤维素气凝胶研究综述")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Co-author emailed me the islet paper. You can stop looking.", {ISLET.number}),
        ("the lute book has come", {LUTE.number}),
        ("制备与应用那篇不用了", {AEROGEL.number}),
        ("气凝胶那篇不用了", set()),
        ("the paper is not needed", set()),
        ("a review of the book", set()),
        ("取消英文那篇", set()),
    ],
)
def test_a_piece_names_the_only_one_that_has_it(text: str, named: set[str]) -> None:
    assert named_by_clauses(text, [ISLET, LUTE, AEROGEL, REVIEW]) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("尾号207那篇不用了", {LUTE.number}),
        ("后三位是106的请取消", {ISLET.number}),
        ("please cancel the one ending in 207", {LUTE.number}),
        ("the last three digits are 101", {AEROGEL.number}),
        ("尾号999那篇", set()),
        ("我手机尾号207", set()),
        ("银行卡尾号 106 扣了款", set()),
        ("快递单号尾号207", set()),
        ("my phone number ending 207", set()),
        ("207页那篇", set()),
    ],
)
def test_the_end_of_a_number_names_the_only_one_that_has_it(text: str, named: set[str]) -> None:
    """Where it is called that, and of no telephone, card or parcel."""
    assert named_by_clauses(text, [ISLET, LUTE, AEROGEL, REVIEW]) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("中文那篇不要了", {AEROGEL.number}),
        ("please drop the English one", {ISLET.number}),
        ("我看的是中文版", set()),
        ("the English department wrote", set()),
    ],
)
def test_a_language_names_the_only_title_in_it(text: str, named: set[str]) -> None:
    assert named_by_clauses(text, [ISLET, AEROGEL]) == named
    assert named_by_clauses(text, [AEROGEL]) == set() or named != {AEROGEL.number}, "alone it tells nothing apart"


def test_titles_are_masked_and_nothing_else() -> None:
    """As the learned models read a mail: the longest title first, in any case, a short one not."""
    short = replace(COPY, title="Sky")
    names = titles_of([AEROGEL, ISLET, short])
    assert names == (ISLET.title.lower(), AEROGEL.title)
    assert without("How is ISLET transplantation in type 1 diabetes? Sky", names) == f"how is {MASK}? sky"


def test_titles_and_languages_that_are_not_the_writer_s() -> None:
    """A title between 《 and 》 of which nothing is ours; 'the Chinese one' where the request is English."""
    assert foreign_titles("《纳米纤维素气凝胶的制备与应用》到了吗", [AEROGEL]) == []
    assert foreign_titles("《气凝胶的制备》到了吗", [AEROGEL]) == []
    assert foreign_titles("《文学理论导引》请续借", [AEROGEL]) == ["文学理论导引"]
    assert is_in_another_language("中文那篇不要了", ISLET)
    assert not is_in_another_language("中文那篇不要了", AEROGEL)
    assert not is_in_another_language("中文那篇和英文那篇都不要了", ISLET)


def test_a_latin_piece_begins_a_word_and_is_no_common_one() -> None:
    """'I understand' names no title that has 'under', 'distress' none with 'stress'."""
    creep = replace(COPY, title="Creep of martensitic steels under multiaxial stress")
    assert named_by_clauses("i understand that this is binding, and in distress", [creep, AEROGEL]) == set()
    assert named_by_clauses("what about the stresses in steel", [creep, AEROGEL]) == {creep.number}
    assert named_by_clauses("this paper arrived under another name", [creep, AEROGEL]) == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("请取消《纳米纤维素气凝胶研究综述》", ""),
        ("请取消《气凝胶研究》", ""),
        ("请取消《纳米气凝胶综述》", ""),
        ("《纳米纤维素气凝胶研究综述（上）》不用了", ""),
        ("请取消《纳米纤维素气凝胶研究述评》", "纳米纤维素气凝胶研究述评"),
        ("please cancel 《Islet transplantation》", ""),
        ("please cancel 《Islet transplants in type 2 diabetes》", "islet transplants in type 2 diabetes"),
        ("请取消那篇", ""),
    ],
)
def test_a_title_that_is_none_of_these(text: str, said: str) -> None:
    """A shorter or longer form of one is that one; with other words in it, it may be another work."""
    assert misnamed(text, [ISLET, REVIEW]) == said
