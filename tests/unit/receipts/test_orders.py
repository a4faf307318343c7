"""What another institution orders to be paid is no payment until a stamp says so; a sum written over a struck one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import cv2
import numpy as np
import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.receipts import SAY
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.picture import formstamp
from maild.receipts.picture.inks import Colour
from maild.receipts.picture.seals import Seal
from maild.receipts.picture.strokes import struck
from maild.receipts.sheet import Box, Origin, Region, Sheet
from maild.receipts.words.stamps import shipped
from tests.cases import each
from tests.receipts.shipped import shipped as layouts

ORDERED = SAY("unstamped_order")
ORDER = """
                 东海理工大学转账支付单
单号：2026110147            2026年11月18日
支付部门          外语学院            经费卡号      SK26-1207
收款单位全称      浙江大学            收款账号      1202024609908808891
开户银行          工行杭州市浙大分理处
款项用途          图书馆文献传递费
金额(大写)        捌拾陆元整          小写          ¥86.00
项目负责人        陈志                部门负责人    张敏
财务审核          陈晨                出纳          徐敏
"""


def held(monkeypatch: pytest.MonkeyPatch, lines: Sequence[str], *stamps: Sequence[str], **change: object) -> bool:
    """Whether a paper with these lines and stamps waits for a stamp that it was paid."""
    words, at = shipped(), Region(left=0, top=0, right=9, bottom=9)
    seals = [Seal(region=at, colour=Colour.RED, framed=True, lines=tuple(s), stamp=words.verdict(s)) for s in stamps]
    monkeypatch.setattr(formstamp, "_seals", lambda *_: seals)
    boxes = tuple(Box(left=0, top=9 * n, right=9, bottom=9 * n + 8, text=line) for n, line in enumerate(lines))
    sheet = Sheet(boxes=boxes, width=99, height=99, origin=Origin.OCR)
    receipt = replace(Receipt(kind=ReceiptKind.COUNTER_SLIP, payee="浙江大学", sure=True), **change)
    return ORDERED in formstamp.unstamped(receipt, sheet, lambda: np.zeros((9, 9, 3), np.uint8), words)


@each(
    "lines",
    [
        ["东海理工大学转账支付单"],
        ["东海师范学院付款审批单"],
        ["经费支付申请表"],
        ["用款申请"],
        ["请款单(第二联)"],
        ["科研经费拨款单"],
        ["费用报销单"],
        ["对外付款审批表"],
        ["汇款审批单"],
        ["暂借款单", "借款审批单"],
        ["劳务费领款单"],
        ["付款通知单"],
        ["结算单", "项目负责人:陈志", "财务审核"],
        ["转账凭单", "分管领导", "审批人:"],
        ["结算凭证", "经费负责人", "财务处审核"],
    ],
)
def test_an_order_to_pay_waits_for_its_stamp(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    """By its title, or by places for two of those who have to agree, whatever its title is."""
    assert held(monkeypatch, lines)
    assert held(monkeypatch, lines, serials=("20261101",))
    assert not held(monkeypatch, lines, ["东海理工大学财务处", "转讫"])


@each(
    "lines",
    [
        ["中国工商银行业务回单"],
        ["付款回单", "复核", "记账", "授权"],
        ["转账凭条", "柜员", "经办人:孙丽"],
        ["付款通知书"],
        ["单位主管", "会计", "复核", "记账"],
        ["付款单位:化学系", "付款单号:2026"],
        ["现金缴款单", "收款人:浙江大学"],
    ],
)
def test_a_banks_paper_is_no_order(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    assert not held(monkeypatch, lines)


@each(
    "case",
    [
        ([["东海师范学院计财处", "2026.10.21", "银行付讫"]], False),
        ([["东海医科大学", "财务专用章"], ["已转账"]], False),
        ([["中国工商银行", "业务清讫"]], False),
        ([["东海师范学院财务部", "已付讫"]], False),
        ([["东海医科大学", "财务专用章"]], True),
        ([["东海医科大学药学院"]], True),
        ([["东海理工大学财务处", "已审核"]], True),
        ([["东海理工大学财务处", "收件"], ["转讫"]], True),
        ([["东海理工大学财务处", "转讫"], ["待付"]], True),
        ([["东海理工大学财务处", "转讫"], ["退单"]], True),
        ([["转讫"]], True),
        ([["东海理工大学财务处", "未付讫"]], True),
        ([], True),
    ],
)
def test_what_a_stamp_on_an_order_has_to_say(
    monkeypatch: pytest.MonkeyPatch, case: tuple[list[list[str]], bool]
) -> None:
    """Whose it is and that the money was moved; a seal alone may be that of who agreed."""
    stamps, waits = case
    assert held(monkeypatch, ["东海理工大学转账支付单"], *stamps) is waits


def test_a_banks_own_number_shows_that_it_was_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["付款单", "银行流水号:0012345678"]
    assert not held(monkeypatch, lines, serials=("0012345678",))
    assert held(monkeypatch, lines)
    assert held(monkeypatch, ["付款单", "流水号:202611-0032"], serials=("2026110032",))
    assert not held(monkeypatch, ["付款单"], kind=ReceiptKind.BANK_APP)


def told(over: str = "", words: str = "", *, figures: str = "¥86.00") -> tuple[str, ...]:
    """What an order says against itself. over, words: written above its sum and its words."""
    sheet = sheet_of(ORDER.replace("¥86.00", figures), Origin.OCR)
    more = []
    for mark, text in (("¥", over), ("捌拾陆", words)):
        (at,) = [box for box in sheet.boxes if mark in box.text]
        high, away, up = at.bottom - at.top, 0 if text == words else 20, 1.1 if text == words else 0.8
        if text:
            more.append(
                replace(at, text=text, left=at.left + away, right=at.left + away + 90, top=at.top - up * high,
                        bottom=at.bottom - up * high)
            )  # fmt: skip
    (receipt,) = extract(replace(sheet, boxes=(*sheet.boxes, *more)), layouts=layouts(), office=Office())
    return receipt.warnings


COUNTER = """
中国邮政储蓄银行     个人跨行汇款凭单    第二联 客户留存
日期 2026-10-08               凭单号330104271008071
汇款人      袁立新              收款人      浙江大学
汇款账号    6217993300015158    收款账号    1202024609908808891
金额(大写)  {struck}  壹佰捌拾元整        (小写)      ¥180.00
手续费      2.00                交易流水    {number}
用途/附言   图书馆文献传递费    交易结果    {said}
客户声明:以上信息经本人核对无误。  客户签名  袁立新   柜员 {teller}
"""


@each(("struck", "number", "said", "teller", "sure"), [
    ("", "202610080298815", "交易成功", "3301042703", True),
    ("壹拾捌工", "202610080298815", "交易成功", "3301042703", False),  # struck in the same box, and written anew beside it
    ("", "", "", "", False),  # filled in by the customer: nothing stands at its state, and no number
])  # fmt: skip
def test_a_counters_slip(struck: str, number: str, said: str, teller: str, *, sure: bool) -> None:
    sheet = sheet_of(COUNTER.format(struck=struck, number=number, said=said, teller=teller), Origin.OCR)
    (receipt,) = extract(sheet, layouts=layouts(), office=Office())
    assert (receipt.kind, receipt.sure) == (ReceiptKind.COUNTER_SLIP, sure), receipt.warnings


def test_what_was_struck_on_an_order_is_left_where_the_label_leads() -> None:
    assert told() == ()
    assert SAY("second_words") in told(words="陆搭捌元整")
    assert SAY("second_words") in told(words="陆拾捌元整")
    assert told(over="86.00", figures="¥68.00")
    assert told(over="63.00")


def test_a_sum_beside_the_one_that_was_struck_is_for_a_person() -> None:
    """The stroke is through what was written first; what is further away, or no sum, says nothing of this one."""
    random = np.random.default_rng(Random(2).randrange(99))
    picture = np.clip(random.normal(225, 3, (300, 600, 3)), 0, 255).astype(np.uint8)
    cv2.putText(picture, "68.00", (200, 160), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (90, 40, 30), 2)
    cv2.line(picture, (190, 149), (315, 147), (90, 40, 30), 3)
    old = Box(left=200, top=134, right=302, bottom=162, text="68.00")

    def said(new: Box, text: str = "68.00") -> tuple[str, ...]:
        sheet = Sheet(width=600, height=300, origin=Origin.OCR, boxes=(replace(old, text=text), new))
        return struck(picture, [(new.left, new.top, new.right, new.bottom)], sheet)

    over = Box(left=290, top=108, right=380, bottom=132, text="86.00")
    assert said(over) == (SAY("struck_through"),)
    assert said(replace(over, left=200, right=290)) == (SAY("struck_through"),)
    assert said(replace(over, left=400, right=490)) == ()
    assert said(over, text="188610") == ()
