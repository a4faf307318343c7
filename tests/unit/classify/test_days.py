"""Every day that a line says."""

from __future__ import annotations

from datetime import date

import pytest

from maild.classify.vocabulary.days import days_in, every_day_in

TODAY = date(2027, 1, 4)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("发送时间：2026-11-23 16:41", {date(2026, 11, 23)}),
        ("Date: 23.11.2026 14:09", {date(2026, 11, 23)}),
        ("Link active through 12/23/2026", {date(2026, 12, 23)}),
        ("Posted 5/6/2026", {date(2026, 5, 6), date(2026, 6, 5)}),
        ("20261123 via Odyssey", {date(2026, 11, 23)}),
        ("Nov 23, 2026 and 24 Nov 2026", {date(2026, 11, 23), date(2026, 11, 24)}),
        ("发出：12月30日", {date(2026, 12, 30)}),
        ("发出：1月6日", {date(2027, 1, 6)}),
        ("Posted Dec 20", {date(2026, 12, 20)}),
        ("Posted 12 ſep 2026", set()),
        ("2026-13-45", {None}),
        ("31/31/2026", {None}),
        ("2月30日", {None}),
        ("事务号：2026112400017", set()),
        ("Pages 12-20, vol. 3/4", set()),
    ],
)
def test_days_are_found(words: str, days: set[date | None]) -> None:
    """A day without its year is the nearest; one that may be read in two ways is both; one of no calendar is None."""
    assert days_in(words, TODAY) == days


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("printed 2026-11-20, due on 28 November", {date(2026, 11, 20), date(2026, 11, 28)}),
        ("due on the 28th of Nov.", {date(2026, 11, 28)}),
        ("28 Nov. 2026", {date(2026, 11, 28)}),
        ("打印日期:2026-11-20 将于11月28日到期", {date(2026, 11, 20), date(2026, 11, 28)}),
        ("将于11/28到期", {date(2026, 11, 28)}),
        ("应于本月28日归还", {date(2026, 11, 28)}),
        ("第3/4期,共11/12页码", set()),
        ("31/31", set()),
    ],
)
def test_days_without_a_year_stand_beside_one_with_it(words: str, days: set[date]) -> None:
    assert every_day_in(words, date(2026, 11, 24)) == days
