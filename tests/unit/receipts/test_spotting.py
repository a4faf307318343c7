"""Words that explain what was seen of a stamp, though other letters were read there."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from maild.domain.accounting.receipt import Stamp
from maild.receipts.words.spotting import FAR, Seen, Spelt, Told, distances
from maild.receipts.words.stamps import shipped
from tests.cases import each

LETTERS = "财务处教计划转讫退业章"
SPELT = Spelt(
    offices=("财务处", "计划财务处"), others=("教务处",), moved=("转讫",), seals=("业务章",), against=("退讫",)
)


def seen(*columns: dict[str, float]) -> Seen:
    """Columns with the chances of some letters; '' is the blank, and what is left belongs to a letter unknown."""
    chances = np.full((len(columns), len(LETTERS) + 2), 1e-9, np.float32)
    for row, column in enumerate(columns):
        for letter, chance in column.items():
            chances[row, 1 + LETTERS.index(letter) if letter else 0] = chance
        chances[row, -1] = max(1e-9, 1 - sum(column.values()))
    return Seen.of(LETTERS, chances, range(1, len(LETTERS) + 1))


def read(text: str) -> Seen:
    return seen(*({letter: 1.0} for letter in text))


def test_what_was_read_costs_nothing() -> None:
    """A word is found wherever it stands, whatever is around it."""
    assert distances(read("划财务处退"), ["财务处", "处退", "划"]) == pytest.approx([0, 0, 0], abs=1e-3)


def test_a_letter_that_was_likely_costs_little() -> None:
    """Read 则务处 (of a letter unknown), 财 was next: that is 财务处 and not 教务处."""
    line = seen({"财": 0.2, "教": 0.0001}, {"务": 0.9}, {"处": 0.9})
    finance, other = distances(line, ["财务处", "教务处"])
    assert finance == pytest.approx(np.log(0.7999 / 0.2), abs=0.2)
    assert other > 8


def test_a_word_is_told_only_apart_from_others() -> None:
    """What is as like another office's name as finance's is nobody's."""
    assert SPELT.told(seen({"财": 0.2}, {"务": 0.9}, {"处": 0.9})).office
    assert not SPELT.told(seen({"财": 0.2, "教": 0.05}, {"务": 0.9}, {"处": 0.9})).office
    assert not SPELT.told(seen({}, {"务": 0.9}, {"处": 0.9})).office
    assert SPELT.told(read("转讫")) == Told(moved=True)
    assert SPELT.told(seen({"转": 0.3, "退": 0.3}, {"讫": 0.9})).against
    assert SPELT.told(read("退讫")) == Told(against=True)


def test_letters_twice_have_a_blank_between_them() -> None:
    """One letter, seen for long, is not two."""
    assert distances(read("财财财"), ["财财"])[0] > 10
    assert distances(seen({"财": 1.0}, {"": 1.0}, {"财": 1.0}), ["财财"])[0] == pytest.approx(0, abs=1e-3)


def test_what_is_not_watched_for_is_not_told() -> None:
    """An office's own word with a letter that no model knows; a line without columns; no words at all."""
    assert distances(read("财务处"), ["财〇处"]) == [FAR]
    assert distances(Seen(LETTERS, np.zeros((0, len(LETTERS) + 1), np.float32)), ["财务处"]) == [FAR]
    assert distances(read("财务处"), []) == []


@each("seed", range(20))
def test_any_noise_tells_nothing(seed: int) -> None:
    """Columns that may be anything are no word."""
    chance = np.random.default_rng(seed).dirichlet(np.full(len(LETTERS) + 1, 0.05), 30)
    line = seen(*({letter: float(row[n]) for n, letter in enumerate(LETTERS)} for row in chance))
    told = SPELT.told(line)
    assert not (told.office and (told.moved or told.seal))


@pytest.mark.parametrize(
    ("lines", "told", "stamp"),
    [
        (["大学则务处", "2026.11.20"], Told(office=True, moved=True), Stamp.FINANCE),
        (["大学财务处", "转亮"], Told(moved=True), Stamp.FINANCE),
        (["甥财2处", "业务专用章"], Told(office=True), Stamp.FINANCE),
        (["大学则务处", "业务专甲"], Told(office=True, seal=True), Stamp.FINANCE),
        (["大学则务处"], Told(office=True), Stamp.UNREAD),
        (["转亮"], Told(moved=True), Stamp.UNREAD),
        (["则务处", "转讫"], Told(office=True, moved=True, against=True), Stamp.UNREAD),
        (["大学财务处", "未转"], Told(office=True, moved=True), Stamp.REFUSED),
        (["大学则务处", "退单"], Told(office=True, moved=True), Stamp.REFUSED),
        (["大学则务处", "已受理"], Told(office=True, moved=True), Stamp.UNREAD),
        (["大学则务处", "待审核"], Told(office=True, moved=True), Stamp.UNREAD),
        (["大学则务处", "尚未"], Told(office=True, moved=True), Stamp.UNREAD),
        (["浙江大学化学系", "则务"], Told(office=True, seal=True), Stamp.OTHER),
        (["后勤服务中心"], Told(office=True, moved=True), Stamp.OTHER),
        (["中国工商银行"], Told(office=True, moved=True), Stamp.OTHER),
    ],
)
def test_the_law_of_what_is_told(lines: list[str], told: Told, stamp: Stamp) -> None:
    """It fills in what could not be read; what was read and speaks against it counts as before."""
    assert shipped().verdict(lines, told) is stamp


def test_words_of_others_are_none_of_ours() -> None:
    """Each of the shipped words is told where it is read, and none that stands against it."""
    spelt = shipped().spelt
    letters = spelt.letters
    random = Random(1)
    for word in random.sample((*spelt.others, *spelt.against), 40):
        chances = np.full((len(word), len(letters) + 1), 1e-9, np.float32)
        for row, letter in enumerate(word):
            chances[row, 1 + letters.index(letter)] = 1
        told = spelt.told(Seen.of(letters, chances, range(1, len(letters) + 1)))
        assert (told.office, told.moved, told.seal) == (False, False, False), word
