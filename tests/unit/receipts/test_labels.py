"""Labels and values by place: rows, columns, blocks, wraps, skew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.receipts.examples import sheet_of
from maild.receipts.layouts import Label
from maild.receipts.page.labels.spotting import spot
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import fold, make_page
from maild.receipts.sheet import Box, Origin, Sheet
from tests.receipts.shipped import shipped

LAYOUTS = shipped()


def labels(text: str) -> list[tuple[str, str]]:
    """(label, what follows it up to the next) of a box."""
    found = spot(fold(text), LAYOUTS.lexicon, LAYOUTS.spotting)
    ends = [start for _, start, _, _ in found[1:]] + [len(fold(text))] * bool(found)
    return [(str(m.label), fold(text)[end:stop].strip()) for (m, _, end, _), stop in zip(found, ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("收款人户名：浙江大学", [("payee", "浙江大学")]),
        ("付款人:张三 收款人:浙江大学", [("payer", "张三"), ("payee", "浙江大学")]),
        ("交易日期2026-11-24", [("paid", "2026-11-24")]),
        ("金额（大写）人民币叁拾元整", [("words", "叁拾元整")]),
        ("金额 ￥30.00", [("amount", "¥30.00")]),
        ("村款人账号：6217", [("account", "6217")]),
        ("收款入账号：6217", [("payee_account", "6217")]),
        ("我行业务流水号：12345678", [("serial", "12345678")]),
        ("入账户名：浙江大学", [("payee", "浙江大学")]),
        ("优惠金额：5.00", [("sum_other", "5.00")]),
        ("起购金额", [("sum_other", "")]),
        ("学号：3210100001", [("other", "3210100001")]),
        ("出具日期：2026-11-24", [("printed", "2026-11-24")]),
        ("收款人信息", []),
        ("说明书第三页", []),
        ("时间就是金钱", []),
    ],
)
def test_labels_in_a_box(text: str, wanted: list[tuple[str, str]]) -> None:
    """Several in one box, a misread character, words that only begin like a label, labels that no list has."""
    assert labels(text) == wanted


def value(sheet: Sheet, label: Label) -> str:
    """The first value of the first such label."""
    ties = Ties(make_page(sheet), LAYOUTS.lexicon, LAYOUTS.spotting)
    found = next(ties.values(ties.of(label)[0]), None)
    return ties.wrapped(found).text if found else ""


def test_a_value_to_the_right_below_and_wrapped() -> None:
    """The three places where values stand."""
    assert value(sheet_of("交易单号          4200001234"), Label.SERIAL) == "4200001234"
    assert value(sheet_of("收款方\n浙江大学\n金额\n35.00"), Label.PAYEE) == "浙江大学"
    assert value(sheet_of("交易单号      42000012342026112412\n              34567890"), Label.SERIAL) == (
        "4200001234202611241234567890"
    )


def test_a_value_under_a_column_heading() -> None:
    """A heading's right neighbour is a heading too: the value stands below."""
    sheet = sheet_of("收款人户名    收款人账号            金额\n浙江大学      1202024609908808891   35.00")
    assert value(sheet, Label.PAYEE) == "浙江大学"
    assert value(sheet, Label.AMOUNT) == "35.00"


def test_an_empty_value_is_not_taken_from_the_next_row() -> None:
    """What belongs to another label stays with it."""
    sheet = sheet_of("附言：\n用途：文献传递")
    ties = Ties(make_page(sheet), LAYOUTS.lexicon, LAYOUTS.spotting)
    assert list(ties.values(ties.of(Label.PURPOSE)[0])) == []


@pytest.mark.parametrize("slope", [-0.05, -0.02, 0.03, 0.04])
def test_rows_hold_on_a_page_that_is_not_level(slope: float) -> None:
    """Rows that fall by half a line from one end to the other are still rows."""
    lines = [f"付款人 {n}           张三{n}            收款人账号            1202024609908808891" for n in range(8)]
    sheet = replace(sheet_of("\n".join(lines)), origin=Origin.OCR)
    boxes = tuple(replace(b, top=b.top + slope * b.left, bottom=b.bottom + slope * b.left) for b in sheet.boxes)
    page = make_page(replace(sheet, boxes=boxes))
    assert [len(row) for row in page.rows] == [4] * 8


def test_a_label_set_wide_is_put_together() -> None:
    """金 … 额 in two boxes."""
    assert value(sheet_of("金    额      ￥35.00"), Label.AMOUNT) == "¥35.00"


def test_folding_keeps_the_places_of_characters() -> None:
    """Blanks between Chinese characters go, edges stay with their characters."""
    box = Box(left=0, right=80, top=0, bottom=10, text="金 额：５", edges=(0, 20, 40, 60, 70))
    (cell,) = make_page(Sheet(width=100, height=20, origin=Origin.OCR, boxes=(box,))).cells
    assert cell.text == "金额:5"
    assert cell.edges == (0, 40, 60, 70, 80)
