"""Shapes of subjects: the same for what one template makes, few, and different for different templates."""

from __future__ import annotations

import pytest

from maild.domain.incoming.shape import LONGEST, shape_of


@pytest.mark.parametrize(
    ("subjects", "shape"),
    [
        (
            (
                "【CALIS馆际互借】文献已寄送：2026112400017",
                "【CALIS馆际互借】文献已寄送：ZJU-2026-0099",
                "回复：【CALIS馆际互借】文献已寄送: 1",
            ),
            "【CALIS馆际互借】文献已寄送: #",
        ),
        (
            ("Your ILL Request: 123456 - Shipped", "RE: Fwd: Your ILL Request: B-77/9  - Shipped"),
            "Your ILL Request: # - Shipped",
        ),
        (("文献《湖泊沉积物中的硅藻》已送达", "文献《红楼梦（第2版）》已送达", "文献「甲」已送达"), "文献…已送达"),
        (("订单20261124001于2026年11月24日 09:12:33更新", "订单9于2026-11-24更新"), "订单#于#更新"),
        (("读者：张三 的申请已受理", "读者：欧阳娜娜 的申请已受理"), "读者: … 的申请已受理"),
        (("Request for Ada Lovelace", "Request for Jean-Luc Picard"), "Request for …"),
        (
            (
                "Document ready: Deep learning for the classification of lake sediments",
                "Document ready: A history of the Silk Road and of its many branches",
            ),
            "Document ready: …",
        ),
        (("费用 ¥35.00 待确认", "费用 CNY12.5 待确认"), "费用 # 待确认"),
        (("", "   ", "Re:"), ""),
    ],
)
def test_one_template_has_one_shape(subjects: tuple[str, ...], shape: str) -> None:
    """Numbers, dates, titles, names and reply marks do not count."""
    shapes = {shape_of(subject) for subject in subjects}
    assert shapes == {shape}


def test_what_was_read_is_left_out() -> None:
    """A title without quotation marks or a patron's name is known from the mail's own fields."""
    one = shape_of("Article ready Lake sediments and diatoms (Lin Yi)", ["Lake sediments and diatoms", "Lin Yi"])
    two = shape_of("Article ready A tale of cities (Wang Er)", ["A tale of cities\nsecond", "Wang Er"])
    assert one == two == "Article ready … (…)"


def test_statuses_stay_apart() -> None:
    """What tells one kind of mail from another is no filling."""
    subjects = [
        "Your ILL Request: 1 - Shipped",
        "Your ILL Request: 1 - Cancelled",
        "CALIS馆际互借:申请已受理",
        "CALIS馆际互借:申请未满足",
        "RapidILL: article delivered",
        "RapidILL: request cancelled",
    ]
    assert len({shape_of(subject) for subject in subjects}) == len(subjects)


def test_hostile_subjects_are_bounded() -> None:
    """Whatever the length and marks, the shape is short and made in no time."""
    for nasty in ("《" * 5000, "a1-" * 5000, "for " * 5000, "X" * 100_000, ("Aa " * 3000) + "\ud800\x00", "：" * 4000):
        assert len(shape_of(nasty)) <= LONGEST + 1
