"""Menus, steps, buttons and names on a page that says that it is paid; and what is held there all the same."""

from __future__ import annotations

from datetime import date

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.extract import extract
from maild.receipts.sheet import Box, Origin, Sheet
from tests.receipts.shipped import shipped

ROWS = [
    ("收款户名", "浙江大学"), ("收款账号", "1202024609908808891"), ("付款卡号", "621462******3905"), ("转账金额", "29.00 元"),
    ("用途", "文献传递费"), ("交易时间", "2026-11-21 15:37:54"), ("凭证序号", "000481120033"),
]  # fmt: skip
BUTTONS = ("打印凭条", "继续交易", "退卡")


def page(
    *above: tuple[str, ...], state: str = "交易成功", below: tuple[str, ...] = BUTTONS, status: str = ""
) -> Receipt:
    """A screen: rows of words above the state, labels with values, a row of words below."""
    boxes: list[Box] = []

    def put(x: float, y: float, text: str, size: float = 30.0) -> None:
        wide = sum(size if char > "\u2e80" else size / 2 for char in text)
        boxes.append(Box(left=x, right=x + wide, top=y, bottom=y + size, text=text))

    y = 20.0
    for row in above:
        for number, word in enumerate(row):
            put(20 + number * 1100 / len(row), y, word)
        y += 60
    put(440, y + 20, state, 56)
    y += 140
    for label, value in [*ROWS, *([("交易状态", status)] if status else [])]:
        put(120, y, label)
        put(420, y, value)
        y += 60
    for number, word in enumerate(below):
        put(225 + number * 297, y + 60, word)
    sheet = Sheet(width=1200, height=y + 160, origin=Origin.TEXT, boxes=tuple(boxes))
    return extract(sheet, layouts=shipped(), office=Office())[0]


@pytest.mark.parametrize(
    "above",
    [(), (("首页", "我的报销", "待缴款项", "经费查询", "帮助中心"),), (("填报", "部门审核", "财务复核", "出纳支付", "银行回单"),),
     (("填单 → 部门审核 → 出纳付款",),), (("欢迎您，白芷",),), (("HARBOUR & EAST BANK",), ("(China) Limited · Hangzhou Branch",))],
)  # fmt: skip
def test_what_a_page_is_furnished_with_holds_no_payment(above: tuple[tuple[str, ...], ...]) -> None:
    """A menu, the names of its steps, who is logged in, a bank's English name; and buttons, 退卡 among them."""
    assert page(*above).warnings == ()


@pytest.mark.parametrize("status", ["—", "2026-11-21 15:37:54", "√"])
def test_a_status_that_says_nothing_says_no_payment(status: str) -> None:
    """A dash, a moment or a tick at the label of the state is no word that it is made: the buttons hold it."""
    assert not page(state="转账详情", status=status).sure
    assert "退卡" in " ".join(page(state="转账详情", status=status).warnings)


@pytest.mark.parametrize("state", ["", "交易处理中", "请核对转账信息", "转账详情"])
def test_buttons_hold_a_payment_that_no_word_says_is_made(state: str) -> None:
    """They are left out only where what remains says it."""
    assert not page(state=state or "转账").sure


@pytest.mark.parametrize(
    ("above", "below"),
    [((), ("打印凭条", "已退汇", "退卡")), ((), ("返回", "该款已原路返还", "完成")), ((), ("款项去向", "原路奉还")),
     ((("填报", "财务复核", "银行退票", "完成"),), BUTTONS), ((("HELD BY BANK",),), BUTTONS), ((("Waiting for bank",),), BUTTONS),
     ((("首页", "理财", "款项已由对方奉还", "查询", "设置"),), BUTTONS), ((("练习用凭证",),), BUTTONS)],
)  # fmt: skip
def test_what_tells_of_the_payment_is_held_among_them(
    above: tuple[tuple[str, ...], ...], below: tuple[str, ...]
) -> None:
    """A word for what went back is no button; two words where labels and values stand are such."""
    assert not page(*above, below=below).sure


def test_when_it_was_paid_goes_before_when_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """提交时间 and Instruction received name the day of the form; the payment was made then or later."""
    moved = [row for row in ROWS if row[0] != "交易时间"]
    for asked, paid in (("提交时间", "银行处理时间"), ("Instruction received", "Value date"), ("申请日期", "付款日期")):
        monkeypatch.setattr(
            "tests.unit.receipts.test_furniture.ROWS", [*moved, (asked, "2026-11-10 09:21"), (paid, "2026-11-13")]
        )
        found = page()
        assert (found.date, found.warnings) == (date(2026, 11, 13), ())
