"""Which sums a patron's words have, beside days, pages and numbers of other things. No I/O."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.domain.money import Money
from maild.office.answers.sums import other_sums, sums_of
from tests.unit.office.answers.asking import COPY, asked


@pytest.mark.parametrize(
    ("text", "told", "other"),
    [
        ("27块6没问题的,请继续办理", True, set()),
        ("人民币27.60元整,2026年11月24日", True, set()),
        ("27元6角可以,11月30日前付", True, set()),
        ("贰拾柒元陆角整,我司予以确认", True, set()),
        ("my share of CNY 27.60 is fine, 24 November 2026", True, set()),
        ("2026-11-24: 27块6", True, set()),
        ("27.6元一共,可以", True, set()),
        ("45元八折可以", False, {45.0}),
        ("20元一起付", False, {20.0}),
        ("27元5页我要", False, {27.0, -1.0}),
        ("二十八块可以", False, {28.0}),
        ("叁拾元整予以确认", False, {30.0}),
        ("27块8没问题", False, {27.8}),
        ("27.6元一节,本人无异议", True, set()),
        ("二十七块六可以", True, set()),
        ("二十七块六节课", False, {27.0}),
        ("一千二百元可以", False, {1200.0}),
        ("27.60元可以,我明天到玉泉513交", True, set()),  # a room
        ("27.60同意,卡尾号8891付", True, set()),
        ("27.60元同意,去图书馆300元以内都行", True, {300.0}),
        ("同意,补贴后付30", False, {30.0}),
        ("27.60同意\n李珺 11.24", True, set()),  # who, and when
        ("27.60同意\n自付 11.24", True, {11.24}),
    ],
)
def test_a_sum_is_told_from_a_day(text: str, told: bool, other: set[float]) -> None:
    case = replace(COPY, payable=Money.of("27.60"))
    reading = asked(text=text)
    assert (bool(sums_of(reading, case)), set(other_sums(reading, case))) == (told, other)


def test_what_the_office_bears_is_no_other_sum_beside_the_share() -> None:
    """'220 in all, 80 of it borne by the school, so 140 by me'; the 80 alone is another sum."""
    case = replace(COPY, total=Money.of("220"), payable=Money.of("140"))
    assert other_sums(asked(text="总价贰佰贰拾元,学校补贴捌拾元,余壹佰肆拾元由我承担"), case) == set()
    assert other_sums(asked(text="80元可以"), case) == {80.0}
    assert other_sums(asked(text="140元,另外60元再说"), case) == {60.0}
