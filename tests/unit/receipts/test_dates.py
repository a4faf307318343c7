"""Days and times, and which of several is the payment's."""

from __future__ import annotations

from datetime import date

import pytest

from maild.receipts.examples import sheet_of
from maild.receipts.layouts import Layouts
from maild.receipts.loading import load
from maild.receipts.page.dates import find_day, when
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import make_page


@pytest.fixture(scope="module")
def layouts() -> Layouts:
    """The shipped layouts."""
    return load()


@pytest.mark.parametrize(
    ("text", "time"),
    [("2026-11-24 10:23:45", "10:23:45"), ("2026-11-2410:23:45", "10:23:45"), ("2026年11月24日10:23:45", "10:23:45"),
     ("2026-11-24-10.23.45.123456", "10:23:45"), ("20261124", ""), ("20261124 09:08:07", "09:08:07"),
     ("2026/11/24 15:20", "15:20:00"), ("2026年11 月 24 日", ""), ("2O26-11-24", ""), ("24 Nov 2026", ""),
     ("November 24, 2026 10:23", "10:23:00"), ("二〇二六年十一月二十四日", ""), ("2026.11.24", "")],
)  # fmt: skip
def test_a_day_in_any_writing(text: str, time: str) -> None:
    """All of them the 24th of November."""
    assert find_day(text) == (date(2026, 11, 24), time)


@pytest.mark.parametrize("text", ["2026-13-24", "2026-02-30", "1202024609908808891", "13:30", "2026", "3026-11-2x"])
def test_what_is_no_day(text: str) -> None:
    """Days that do not exist are not made to."""
    assert find_day(text) is None


@pytest.mark.parametrize(
    ("sheet", "day", "time"),
    [("交易时间：2026-11-24 10:00:00    记账日期：2026-11-25    打印日期：2026-11-28", date(2026, 11, 24), "10:00:00"),
     ("记账日期：2026-11-25    打印日期：2026-11-28", date(2026, 11, 25), ""),
     ("打印时间：2026-11-28 10:00:00", None, ""),
     ("支付日期  2026-11-24    支付时间  10:23:45", date(2026, 11, 24), "10:23:45"),
     ("2026年11月24日\n打印日期：2026年11月28日", date(2026, 11, 24), ""),
     ("办结日期：2026-11-24    导出时点：2026-11-30", date(2026, 11, 24), "")],
)  # fmt: skip
def test_paid_before_booked_and_never_printed(layouts: Layouts, sheet: str, day: date | None, time: str) -> None:
    """The payment's own label, else a day without one, else booking."""
    page = make_page(sheet_of(sheet))
    found = when(page, Ties(page, layouts.lexicon, layouts.spotting))
    assert ((found.day, found.time) if found else (None, "")) == (day, time)
