"""Stamps that touch, are photographed from aside, break a name over two lines; and forms that only a stamp makes valid."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Stamp
from maild.receipts import SAY
from maild.receipts.extract import extract
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.seals import read_seals, verdict
from maild.receipts.sheet import Box, Origin, Sheet
from maild.receipts.words.stamps import shipped
from tests.cases import each
from tests.receipts import fonts
from tests.receipts.drawing import Drawing
from tests.receipts.raster import raster
from tests.receipts.shipped import shipped as shipped_layouts

SCALE = 3.0
UNIT = ("浙江大学光华法学院",)
FINANCES = (("dated", "浙江大学计划财务处", "2026.11.20", "转讫"), ("box", "浙江大学财务处", "2026.11.20", "已转账"))


def pressed(*stamps: tuple[str, ...], apart: float, seed: int, aside: float = 0.0) -> Pixels:
    """Stamps of 110 points side by side, so far from one middle to the next; aside: how far a corner is drawn in."""
    random = Random(seed)
    page = Drawing(420, 260, fonts.style("open", random), random, paper="#f6f4ee")
    for n, (kind, *lines) in enumerate(stamps):
        page.stamp(120 + n * apart, 130 + random.uniform(-15, 15), 110, *lines, kind=kind, turn=random.uniform(-9, 9))
    picture = cv2.cvtColor(np.asarray(raster(page, SCALE)), cv2.COLOR_RGB2BGR)
    high, wide = picture.shape[:2]
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    moved = corners + np.array([(0, 0), (0, 0), (-aside * wide, 0), (0, -aside * high)], np.float32)
    seen = cv2.warpPerspective(
        picture, cv2.getPerspectiveTransform(corners, moved), (wide, high), borderValue=(238, 244, 246)
    )
    return np.clip(cv2.GaussianBlur(seen, (0, 0), 0.8), 0, 255).astype(np.uint8)


def said(picture: Pixels) -> Stamp:
    return verdict(read_seals(picture, shipped(), least=60), alone=False)


@pytest.mark.long
@each("finance", FINANCES)
def test_the_finance_offices_stamp_that_touches_a_units_is_read(finance: tuple[str, ...]) -> None:
    """Rings and frames are told apart; the unit's seal by itself, and a void one that touches it, stay what they are."""
    found = [said(pressed(("round", *UNIT), finance, apart=96, seed=seed)) for seed in range(4)]
    assert found.count(Stamp.FINANCE) >= 3, found
    assert said(pressed(("round", *UNIT), ("round", "浙江大学化学系"), apart=96, seed=5)) is not Stamp.FINANCE
    assert said(pressed(("round", *UNIT), ("box", "作废", "2026.11.20"), apart=96, seed=6)) is not Stamp.FINANCE
    for apart in (62, 90):  # in bare letters, over its rim or beside it
        found = [said(pressed(finance, ("bare", "作废"), apart=apart, seed=seed)) for seed in range(4)]
        assert Stamp.FINANCE not in found, found


@each("other", [("box", "待审核"), ("bare", "未办"), ("box", "未到账", "2026.11.21")])
def test_a_stamp_that_leaves_it_open_holds_what_another_says(other: tuple[str, ...]) -> None:
    assert said(pressed(FINANCES[1], other, apart=150, seed=3)) is Stamp.UNREAD


def test_a_stamp_seen_from_aside_is_squared() -> None:
    found = [said(pressed(FINANCES[1], apart=0, seed=seed, aside=0.12)) for seed in range(4)]
    assert found.count(Stamp.FINANCE) >= 3, found


@pytest.mark.parametrize(
    ("lines", "stamp"),
    [
        (["浙江大学会", "计核算中心", "已入账"], Stamp.FINANCE),
        (["浙江大学引务处", "2026.09.16", "转讫"], Stamp.FINANCE),
        (["浙江大学计划财多处", "己转账"], Stamp.FINANCE),
        (["浙江大学计财处", "账专用章"], Stamp.FINANCE),
        (["浙江大学计划财务处", "转账办讫", "2026年11月04日经办07"], Stamp.FINANCE),
        (["浙江大学计划财务处", "转讫", "待经办"], Stamp.UNREAD),
        (["浙江大学计划财务处", "转讫", "经办"], Stamp.UNREAD),
        (["浙江大学服务处", "转讫"], Stamp.OTHER),
        (["浙江大学医务处", "已转账"], Stamp.OTHER),
        (["浙江大学商务部", "付讫"], Stamp.OTHER),
        (["浙江大学资产管理处", "转讫"], Stamp.UNREAD),
        (["浙江大学事务管理处", "转讫"], Stamp.OTHER),
        (["浙江大学计生处", "转讫"], Stamp.OTHER),
        (["浙江大学引务处", "业务专用章"], Stamp.UNREAD),
        (["浙江大学计划财多处", "作废"], Stamp.REFUSED),
    ],
)
def test_a_name_of_the_office_over_two_lines_or_with_a_letter_misread(lines: list[str], stamp: Stamp) -> None:
    """One letter may be another beside a word of booking, unless it makes another office's name."""
    assert shipped().verdict(lines) is stamp


FORM = """浙江大学校内经费划转审批单
付款单位  化学系  部门代码  131200  项目代码  131200-A30117
收款单位  图书馆  部门代码  188610  项目代码  669105
转账说明  文献检索费
金额(大写)  叁拾陆元整  金额(小写)  ¥36.00
填写日期  2026-11-03
经办人  林若溪
{more}"""


def told(more: str, over: str = "") -> tuple[str, ...]:
    """What keeps a form from being sure, beside its stamp, which is looked for elsewhere. over: written above its sum."""
    boxes = []
    for n, line in enumerate(FORM.format(more=more).splitlines()):
        left = 40.0
        for word in line.split("  "):
            at = 40.0 + 60 * n
            boxes.append(
                Box(text=word, left=left, top=at, right=left + 20 * len(word), bottom=at + 24, confidence=0.99)
            )
            if over and "¥" in word:
                boxes.append(
                    Box(text=over, left=left + 90, top=at - 30, right=left + 190, bottom=at - 8, confidence=0.99)
                )
            left += 20 * len(word) + 60
    sheet = Sheet(width=1200, height=700, origin=Origin.OCR, boxes=tuple(boxes))
    (found,) = extract(sheet, layouts=shipped_layouts(), office=Office())
    return found.warnings


@pytest.mark.long
@each(
    "more",
    [
        "第二联交收款单位",
        "现金缴费无效;财务处盖转讫章后交图书馆取件",
        "附件1:校内转账单",
        "(valid only if stamped)",
        "项目核算用纸",
    ],
)
def test_on_a_form_the_stamp_says_what_no_heading_has_to(more: str) -> None:
    assert told(more) == ()


@pytest.mark.long
@each(
    "more",
    [
        "样张",
        "此单作废",
        "待财务审核",
        "财务退回补充材料",
        "本单未办理转账",
        "暂缓转账",
        "退回财务处重新盖章后再办",
        "财务章未盖后补",
        "no stamp",
    ],
)
def test_what_speaks_against_a_form_still_does(more: str) -> None:
    assert [one for one in told(more) if one != SAY("nothing_says_paid")]


def test_a_sum_that_was_struck_and_written_anew_above_it_is_for_a_person() -> None:
    assert told("第二联", over="36.00") == ()
    assert told("第二联", over="63.00") == (SAY("second_sum"),)
