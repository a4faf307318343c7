"""What a form says in general, of how it goes on and of who keeps it, tells nothing of one payment; what speaks does."""

from __future__ import annotations

import cv2
import numpy as np

from maild.domain.accounting.receipt import Stamp
from maild.receipts.picture.formstamp import _is_small_print
from maild.receipts.picture.frames import shapes
from maild.receipts.picture.inks import Colour
from maild.receipts.picture.seals import Seal
from maild.receipts.sheet import Box, Origin, Region, Sheet
from maild.receipts.words.stamps import shipped
from tests.cases import each
from tests.unit.receipts.test_frames import told


@each(
    "more",
    [
        "本联退收款部门作入账依据",
        "说明:财务部门办结盖章后,本联退收款部门作入账依据。",
        "说明:1.本单一式两份,划出方、计划财务处各执一份;2.未经计划财务处盖章的划转单无效;3.校内划转不得跨年度办理。",
        "第三联交收款单位留作存查",
        "本单一式三联,付款方、收款方、财务处各存一联",
        "付款单位(章)  财务处(章)",
        "付款单位(  财务部门",
        "注:本凭单限校内单位之间结算使用,经财务部门盖章后生效,涂改无效。",
        "单据状态  财务已接收",
        "备注  含加急1篇",
        "备注  加急费",
        "校内转账单 Internal Fund Transfer Form",
        "负责人意见  陈建",
        "单位意见  负责人意见  同意",
    ],
)
def test_small_print_boxes_and_earlier_states_say_nothing(more: str) -> None:
    assert told(more) == ()


@each(
    "more",
    [
        "付款单位  生命科学学院",
        "本单退收款部门重填",
        "本联已退收款部门作依据",
        "此联退付款部门更正后再报",
        "退收款部门",
        "单据状态  已提交",
        "单据状态  财务已接收待审核",
        "单据状态  已受理未转账",
        "单据状态  待财务审核",
        "单据状态  已退回",
        "单据状态  财务已接收单据不全",
        "本单作废,另开一份",
        "负责人意见  不同意",
        "负责人意见  缓办",
        "财务意见  退回",
        "备注  加急费签证",
        "备注  考试报名加急费",
        "校内转账单 Internal Refund Form",
        "校内转账单 Internal Fund Transfer Form (sample)",
    ],
)
def test_what_speaks_against_it_still_does(more: str) -> None:
    assert told(more)


@each(
    "lines",
    [
        ["浙江大学计划财务处", "业务章", "收单"],
        ["浙江大学财务处", "转账专用章", "已接收"],
        ["浙江大学财务处", "签收", "2026.11.20"],
    ],
)
def test_a_stamp_that_a_form_was_taken_in_is_none_that_it_was_booked(lines: list[str]) -> None:
    assert shipped().verdict(lines) is not Stamp.FINANCE


@each(
    "lines",
    [
        ["浙江大学计划财务处", "收款专用章"],
        ["浙江大学会计核中心", "结算专用章"],
        ["浙江大学计划前务9", "收讫"],
    ],
)
def test_the_offices_name_with_a_letter_lost(lines: list[str]) -> None:
    words = shipped()
    assert words.verdict(lines) is Stamp.FINANCE
    assert words.verdict([*lines, "退单"]) is Stamp.REFUSED
    assert words.verdict([*lines, "待审核"]) is not Stamp.FINANCE
    assert words.verdict(["浙江大学出版社", *lines[1:]]) is not Stamp.FINANCE


def test_a_piece_of_a_printed_sentence_is_no_stamp() -> None:
    """涂改无效 in a form's red small print; pressed larger, or beside the line, it is one."""
    sheet = Sheet(
        width=900,
        height=300,
        origin=Origin.OCR,
        boxes=(Box(left=40, top=100, right=500, bottom=124, text="注:经财务部门盖章后生效,涂改无效。"),),
    )

    def print_(left: float, top: float, high: float, said: str, *, framed: bool = False) -> bool:
        at = Region(left=left, top=top, right=left + 90, bottom=top + high)
        return _is_small_print(Seal(region=at, colour=Colour.RED, framed=framed, lines=(said,)), sheet)

    assert print_(400, 101, 23, "涂改无效")
    assert not print_(400, 101, 23, "作废")
    assert not print_(400, 92, 40, "涂改无效")
    assert not print_(400, 140, 23, "涂改无效")
    assert not print_(400, 101, 23, "涂改无效", framed=True)


def test_an_oval_that_a_pen_or_print_touches_is_found() -> None:
    """Its ellipse is that of the part of the outline that is its own."""
    mask = np.zeros((500, 800), np.uint8)
    cv2.ellipse(mask, ((330.0, 150.0), (240.0, 330.0), 76.0), 1, 7)
    cv2.putText(mask, "1234", (240, 165), cv2.FONT_HERSHEY_SIMPLEX, 2, 1, 5)
    for a, b in (((40, 120), (170, 160)), ((60, 200), (178, 175)), ((50, 120), (70, 230)), ((470, 60), (505, 20))):
        cv2.line(mask, a, b, 1, 5)
    found = max(shapes(mask, 60, tables=False), key=lambda shape: shape.box[2])
    assert found.round
    assert found.framed
    middle = np.array(found.ellipse[0]) + found.box[:2]
    assert np.hypot(*(middle - (330, 150))) < 8
    assert abs(max(found.ellipse[1]) - 330) < 24
