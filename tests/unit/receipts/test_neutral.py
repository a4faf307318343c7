"""Lines judged by their words: what is neutral is so by its words, what tells of a payment's fate is not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

import pytest

from maild.receipts.prose.loose import _NEUTRAL
from maild.receipts.words.neutral import SIDES, judge_of
from maild.resources import data_folder
from tests.unit.receipts.test_loose_lines import LAYOUTS, PAGES, SLIP, sure

LINES = tomllib.loads((data_folder("rules") / "receipts" / "lines.toml").read_text("utf-8"))
FOLDS = 4


def _all(side: str) -> list[str]:
    return [line for lines in LINES[side].values() for line in lines]


def _scores(lines: Iterable[str], kept: tuple[list[str], list[str]]) -> list[float]:
    judge = judge_of(*kept, LAYOUTS.lexicon)
    return [judge.score(line) for line in lines]


def _passing(scores: list[float]) -> float:
    return sum(score >= _NEUTRAL for score in scores) / len(scores)


def test_lines_left_out_are_judged_by_the_others() -> None:
    """Of Chinese lines that the judge has not seen, a quarter or more of the neutral are known, of the telling few."""
    neutral, telling = ([line for line in _all(side) if not line.isascii()] for side in SIDES)
    known: list[float] = []
    taken: list[float] = []
    for fold in range(FOLDS):
        kept = (
            [x for n, x in enumerate(neutral) if n % FOLDS != fold],
            [x for n, x in enumerate(telling) if n % FOLDS != fold],
        )
        known += _scores(neutral[fold::FOLDS], kept)
        taken += _scores(telling[fold::FOLDS], kept)
    assert _passing(known) > 0.25
    assert _passing(taken) < 0.03


def test_classes_that_no_line_speaks_of_are_seldom_neutral() -> None:
    """Each list of events is judged without itself."""
    scores: list[float] = []
    for left_out, lines in LINES["telling"].items():
        kept = [line for name, others in LINES["telling"].items() if name != left_out for line in others]
        scores += _scores(lines, (_all("neutral"), kept))
    assert _passing(scores) < 0.08


def test_no_line_is_on_both_sides() -> None:
    """The same words cannot be neutral and tell of something, but for a few that a screen has in both senses."""
    assert len(set(_all("neutral")) & set(_all("telling"))) <= 8


@pytest.mark.parametrize("line", ["Came home to sender", "仿单", "付款人收回", "Credit went home", "教学回单", "老单"])
def test_an_event_in_words_that_headings_have_is_for_a_person(line: str) -> None:
    """Nothing is left of it beside what headings and small print are made of."""
    assert not sure(PAGES["slip"], line)


@pytest.mark.parametrize(
    "line", ["温馨提示：该笔资金仍在付款行", "说明：本笔款项由客户领走", "Note: this payment sits with the bank"]
)
def test_small_print_of_this_payment_is_for_a_person(line: str) -> None:
    """It begins as small print does."""
    assert not sure(PAGES["slip"], line)


@pytest.mark.parametrize(
    "line",
    ["设为常用收款人", "每日10点开抢，先到先得", "您有一张免息券待使用", "验证方式：登录本行官网，输入回单号码查验", "账单助手小贴士",
     "Rate your experience", "Make another transfer", "Keep this receipt for your records."],
)  # fmt: skip
def test_what_screens_say_beside_a_payment_stops_nothing(line: str) -> None:
    """Offers, links, hints, small print, in words that no list has."""
    assert sure(PAGES["screen"], line)


@pytest.mark.parametrize("remark", ["押金", "授权码", "优惠券"])
def test_a_charge_beside_a_remarks_label_is_a_remark(remark: str) -> None:
    """Though its word is a label elsewhere."""
    page = SLIP.replace("用途：文献传递费", "备注          {remark}")
    assert sure(page.replace("{remark}", "文献传递费"))
    assert not sure(page.replace("{remark}", remark))
