"""Sums, tallies of lists and houses in what libraries write in few words."""

from __future__ import annotations

import time

import pytest

from maild.classify.reading.news.left_open import sums
from maild.classify.reading.row_words import only_counted
from maild.match.titled import ends
from tests.unit.classify.classify_mails import around


@pytest.mark.parametrize(
    "line", ["共计" * 22 + "x", "总计" * 40 + "x", "-" * 400 + "x", "- " * 400 + "1x", "1 " * 400 + "x"]
)
def test_no_line_takes_long_to_be_told_from_a_tally(line: str) -> None:
    """Also where the words alone are taken out of it."""
    counts = around()
    assert not counts.closes("total")  # what it is told by is compiled at the first line
    began = time.process_time()
    assert not counts.closes(line)
    assert not only_counted(counts.words.without("tally", line))
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize("line", ["", "----", "合计", "共计 2026112400001", "2 renewed", "以上为初步结果"])
def test_what_counts_nothing(line: str) -> None:
    """Marks, words without a figure, a request's number, other words."""
    assert not around().closes(line)


@pytest.mark.parametrize(
    "line", ["以上。", "合计2单", "共计 2 单", "总计3项,成功3", "2 filled, 0 unfilled", "-- 2 items --"]
)
def test_tallies(line: str) -> None:
    """What only closes a list."""
    assert around().closes(line)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("费用1,234.00元", ["1234.00"]),
        ("¥1,235.50", ["1235.50"]),
        ("3页,12元", ["12"]),
        ("账户余额1,234.00元,扫描费12元", ["12"]),
        ("预付款还有300元", []),
        ("从账户扣收20元", ["20"]),
    ],
)
def test_sums(text: str, found: list[str]) -> None:
    """Thousands have a separator; what an account holds is no fee."""
    assert list(sums(text)) == found


def test_the_number_of_a_house_is_no_end() -> None:
    """In a street."""
    assert ends("浙大路866号") == ()
    assert ends("730号") == ("730",)
