"""Several receipts in one picture: each is one claim of its own, and what cannot be told apart is for a person."""

from __future__ import annotations

import unicodedata
from itertools import zip_longest

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.receipts import SAY
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.sheet import Origin
from tests.cases import each
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()

BANK = """
              中国工商银行  网上银行电子回单
电子回单号码：0011-2233-4455-6677
付款人    户名    张小明                  收款人    户名    浙江大学
          账号    6222021202012345678              账号    1202024609908808891
金额      ¥120.50元          金额(大写)  人民币壹佰贰拾元伍角整
用途      图书馆文献传递费          交易流水号    12345678
时间戳    2026-11-24-10.23.45.123456
"""
OTHER_BANK = """
            宁波钱江银行  业务回单(付款)
日期：2026年09月03日        凭证号码：880045123
付款人名称：刘洋            收款人名称：浙江大学
付款人账号：6231001234567890      收款人账号：1202024609908808891
金额大写：人民币叁拾伍元整    小写：¥35.00
附言：文献传递费 2026090100012
"""
FORM = """
                 浙江大学校内转账单
                                        2026年6月17日
付款单位    化学系            收款单位    图书馆
部门代码    102030            部门代码    188610
项目代码    520401            项目代码    669105
金额(大写)  壹拾伍元整                ¥15.00
转帐说明    检索费 2026061100066
经费主管    王某      经办人    李某
"""
SCREEN = """
              转账成功
转账金额          ¥{sum}
收款人            浙江大学
收款账号          1202 **** **** 8891
付款账户          尾号 5678
转账时间          2026-11-{day} 10:23:45
交易流水号        77001122{day}
              返回首页
"""
FIRST, SECOND = SCREEN.format(sum="8.60", day="02"), SCREEN.format(sum="14.40", day="19")


def width(text: str) -> int:
    """Columns a text takes, as sheet_of counts them."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def beside(*sheets: str) -> str:
    """Sheets in letters side by side."""
    lines = [sheet.strip("\n").split("\n") for sheet in sheets]
    room = [max(map(width, one)) + 6 for one in lines]
    return "\n".join(
        "".join(t + " " * (r - width(t)) for t, r in zip(row, room, strict=True))
        for row in zip_longest(*lines, fillvalue="")
    )


def read(text: str, origin: Origin = Origin.TEXT) -> list[Receipt]:
    """All receipts of a sheet in letters."""
    return extract(sheet_of(text, origin), None, layouts=LAYOUTS, office=OFFICE)


def said(receipts: list[Receipt]) -> list[tuple[str, str, str]]:
    """(sum, day, first number) of each."""
    return [(str(r.amount.amount) if r.amount else "", str(r.date or ""), (*r.serials, "")[0]) for r in receipts]


ICBC = ("120.50", "2026-11-24", "0011223344556677")
QIANJIANG = ("35.00", "2026-09-03", "880045123")
CAMPUS = ("15.00", "2026-06-17", "")
ONE, TWO = ("8.60", "2026-11-02", "7700112202"), ("14.40", "2026-11-19", "7700112219")


@pytest.mark.parametrize(("sheet", "wanted"), [
    (beside(BANK, OTHER_BANK), [ICBC, QIANJIANG]),
    (beside(OTHER_BANK, FORM), [QIANJIANG, CAMPUS]),
    (beside(FIRST, SECOND), [ONE, TWO]),
    (beside(FIRST, SECOND, OTHER_BANK), [ONE, TWO, QIANJIANG]),
    (BANK + OTHER_BANK, [ICBC, QIANJIANG]),
    (FORM + BANK + OTHER_BANK, [CAMPUS, ICBC, QIANJIANG]),
    (FIRST + SECOND, [ONE, TWO]),
    (beside(BANK, FORM) + "\n\n" + beside(OTHER_BANK, FIRST), [ICBC, CAMPUS, QIANJIANG, ONE]),
], ids=["banks beside", "bank beside form", "screens beside", "three beside", "banks stacked", "three stacked",
        "screens stacked", "grid"])  # fmt: skip
def test_each_is_read_by_itself(sheet: str, wanted: list[tuple[str, str, str]]) -> None:
    """However they lie: every sum with its own day and number, none lost."""
    found = read(sheet)
    assert sorted(said(found)) == sorted(wanted)
    assert [r.part for r in found] == list(range(1, len(wanted) + 1))
    assert not any(SAY("two_receipts") in r.warnings for r in found)


@each("sheet", [BANK, OTHER_BANK, FORM, FIRST, *(e.sheet for lay in LAYOUTS.layouts for e in lay.examples)])
def test_one_is_not_cut(sheet: str) -> None:
    """Two parties side by side, a total below items, a time and a day: one receipt, and nothing doubtful about it."""
    (receipt,) = read(sheet)
    assert SAY("two_receipts") not in receipt.warnings


def test_one_to_somebody_else_makes_both_wait() -> None:
    """Two payments to us are two claims; beside one to another house a person says which is meant."""
    to_us = read(BANK + OTHER_BANK)
    mixed = read(
        BANK + OTHER_BANK.replace("浙江大学", "浙江工业大学").replace("1202024609908808891", "1202006209014421853")
    )
    assert [r.sure for r in to_us] == [True, True]
    assert [r.sure for r in mixed] == [False, False]
    assert all(SAY("two_receipts") in r.warnings for r in mixed)


def test_copies_of_one_payment() -> None:
    """The office's copy and the payer's on one sheet are one claim."""
    assert said(read(OTHER_BANK + "\n" + OTHER_BANK)) == [QIANJIANG]


@pytest.mark.parametrize(
    "sheet",
    [
        # the second slip covers the first's right half: what is left of both cannot be cut
        "某某银行 电子回单\n收款人名称：浙江大学    付款人名称：刘洋\n金额大写：叁拾伍元整    ¥35.00\n凭证号码：880045123    日期：2026-09-03\n"
        "金额大写：伍拾元整\n凭证号码：990011223",
        "某某银行 电子回单\n收款人名称：浙江大学\n收款人账号：1202024609908808891\n交易时间：2026-09-03 10:00:00\n交易时间：2026-09-07 11:00:00\n"
        "金额：35.00\n流水号：88990011",
    ],
)
def test_what_cannot_be_cut_is_for_a_person(sheet: str) -> None:
    """What a receipt says once and this page twice, with two values: never sure, and the reason is told."""
    (receipt,) = read(sheet)
    assert not receipt.sure
    assert SAY("two_receipts") in receipt.warnings


def test_a_part_that_cannot_be_read_makes_the_others_wait() -> None:
    """Of two, one is vetoed: the sum of the other is claimed, but by a person's leave."""
    found = read(beside(OTHER_BANK, BANK.replace("电子回单\n", "电子回单 样张\n")))
    assert said(found) == [QIANJIANG]
    assert SAY("two_receipts") in found[0].warnings
    assert not found[0].sure


LIST = """
最近交易
罗森便利店                -12.50
11-01 08:10
转账-王五                 -300.00
10-28 12:00
美团                      {last}
10-20 19:02
"""


@pytest.mark.parametrize("heading", ["最近交易", "2026年11月", "Recent transactions", ""])
def test_a_list_below_a_payment(heading: str) -> None:
    """A long screenshot: the payment is read, the others below it are not."""
    (receipt,) = read(FIRST + LIST.format(last="-44.00").replace("最近交易\n", heading + "\n"))
    assert said([receipt]) == [ONE]
    assert receipt.sure


def test_a_list_that_tells_of_money_back() -> None:
    """What the list says against the payment is not cut away with it."""
    (receipt,) = read(
        FIRST
        + LIST.format(last="-44.00").replace("转账-王五                 -300.00", "转账退回                  +8.60")
    )
    assert said([receipt]) == [ONE]
    assert not receipt.sure


def test_a_list_alone() -> None:
    """No payment above it: no receipt."""
    (receipt,) = read("账户明细\n" + LIST.format(last="-44.00"))
    assert not receipt.sure
    assert receipt.kind is ReceiptKind.NOT_A_RECEIPT


def test_items_with_a_total_are_no_list() -> None:
    """Their sum is what was paid, with its day and number below."""
    (receipt,) = read(
        "图书馆缴费\n缴费成功\n缴费项目          金额\n文献传递费        30.00\n馆际互借邮费      12.00\n检索费            8.00\n"
        "合计              50.00\n缴费时间          2026-11-24 10:23:45\n缴费单号          LIB2026112400123"
    )
    assert said([receipt]) == [("50.00", "2026-11-24", "LIB2026112400123")]
