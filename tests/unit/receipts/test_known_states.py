"""What ordinary receipts say of themselves is known, whatever their layout; what only looks like it is not."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.sheet import Origin
from tests.cases import each
from tests.receipts import known_states as said
from tests.receipts import slips
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
SLIP = """
              {title}
日期：2026年11月24日        流水号：8801234567
付款人名称：刘洋            收款人名称：浙江大学
付款人账号：6231001234567890      收款人账号：1202024609908808891
付款人开户行：钱塘商业银行
金额大写：人民币叁拾伍元整    小写：¥35.00
用途：文献传递费
"""
COUNTER = """
              {title}
日期  2026年11月24日          柜员  00123     网点  0571
户名    浙江大学
账号    1202024609908808891
金额(大写)  伍拾捌元整        小写  ¥58.00
存款人    孙丽
现金      客户签名  孙丽
"""
SCREEN = slips.SCREEN.replace("{title}", "{state}").replace("{line}\n", "")
WALLET = """
              账单详情
              浙江大学
              -35.00
当前状态          {state}
支付时间          2026年11月24日 10:23:45
商品              文献传递费
商户全称          浙江大学
收单机构          财付通支付科技有限公司
支付方式          零钱
交易单号          4200001234202611241234567890
"""


def read(page: str, origin: Origin = Origin.TEXT) -> Receipt:
    """The receipt on a page drawn in letters."""
    return extract(sheet_of(page, origin), layouts=LAYOUTS, office=OFFICE)[0]


def state_known(receipt: Receipt) -> bool:
    """Whether the page was read, and nothing was said against its being final."""
    return bool(receipt.amount) and not any(
        w.startswith(("state not", "payment not", "nothing says")) for w in receipt.warnings
    )


@each("title", [*said.BANK_TITLES, *said.ENGLISH_TITLES, *said.MISREAD_TITLES])
def test_a_banks_slip_is_known_by_its_heading(title: str) -> None:
    """Nothing else on the page says that it was booked."""
    receipt = read(SLIP.format(title=title))
    assert state_known(receipt), receipt.warnings


@each("title", said.COUNTER_TITLES)
def test_a_counter_slip_is_known_by_its_heading(title: str) -> None:
    """Its heading alone, beside the parties and the sum."""
    receipt = read(COUNTER.format(title=title))
    assert state_known(receipt), receipt.warnings


@each(
    ("page", "state"),
    [(SCREEN, state) for state in said.SCREEN_STATES] + [(WALLET, state) for state in said.WALLET_STATES],
)
def test_a_screen_is_known_by_its_state(page: str, state: str) -> None:
    """As a headline, and as the value of a label."""
    receipt = read(page.format(state=state))
    assert state_known(receipt), receipt.warnings


@each("title", said.ODD_TITLES)
def test_a_heading_that_says_less_is_for_a_person(title: str) -> None:
    """On a bank's page and on one from a counter."""
    for page in (SLIP, COUNTER):
        receipt = read(page.format(title=title))
        assert not receipt.sure, receipt.warnings


@each("state", said.ODD_STATES)
def test_a_state_that_says_less_is_for_a_person(state: str) -> None:
    """As a headline, and as the value of a label."""
    for page in (SCREEN, WALLET):
        receipt = read(page.format(state=state))
        assert not receipt.sure, receipt.warnings


HEADLESS = SLIP.replace("{title}", "").lstrip("\n")
POSTED = """
              {title}
{day}：2026-11-24 10:23:45        {number}：8801234567
付款人名称：刘洋            收款人名称：浙江大学
付款人账号：6231001234567890      收款人账号：1202024609908808891
付款人开户行：钱塘商业银行
金额大写：人民币叁拾伍元整    小写：¥35.00
用途：文献传递费
银行电子回单查询平台
"""


@pytest.mark.parametrize(("seals", "known"), [(said.SEALS, True), (said.NO_SEALS, False)])
def test_a_banks_seal_says_that_it_was_booked(seals: tuple[str, ...], known: bool) -> None:
    """The words of a seal that only a booked payment bears, alone on their line; no place for one, no other seal."""
    assert not state_known(read(HEADLESS))
    for seal in seals:
        receipt = read(f"{HEADLESS}\n                              {seal}")
        assert state_known(receipt) is known, (seal, receipt.warnings)


@pytest.mark.parametrize("title", said.WEAK_TITLES)
def test_a_number_and_a_day_of_booking_speak_for_a_weak_heading(title: str) -> None:
    """Both, under the labels of a booking; an order's number, or the day of an instruction, is not enough."""
    for day, number, known in (("交易日期", "交易流水号", True), ("交易时间", "柜员流水号", True), ("提交时间", "交易流水号", False),
                               ("交易日期", "指令编号", False), ("委托日期", "订单号", False)):  # fmt: skip
        receipt = read(POSTED.format(title=title, day=day, number=number))
        assert state_known(receipt) is known, (day, number, receipt.warnings)
    for odd in ("转账登记信息", "付款意向明细", "汇款计划单"):
        assert not read(POSTED.format(title=odd, day="交易日期", number="交易流水号")).sure


def test_a_state_is_one_also_where_its_word_is_a_label_elsewhere() -> None:
    """欠费 stands at labels of sums; at the label of the state it is a state, which nobody knows to be final."""
    page = SCREEN.replace("{state}", "电子回单").replace("流水号", "状态              {state}\n流水号", 1)
    assert state_known(read(page.format(state="交易成功")))
    for state in ("欠费", "应缴金额", "备注"):
        assert not state_known(read(page.format(state=state))), state


def test_an_odd_headline_counts_beside_the_sum_and_under_a_slips_title() -> None:
    """In the sum's own row, and on a screen that is called a slip."""
    for heading, row in (("收支明细", "{state}        ¥35.00"), ("电子回单", "       {state}\n       ¥35.00")):
        page = SCREEN.replace("              {state}", f"              {heading}\n{row}").replace(
            "转账金额          ¥35.00\n", ""
        )
        assert state_known(read(page.format(state="转账成功"))), heading
        for state in ("转账登记成功", "账单已生成", "指令已送达", "交易挂起"):
            assert not state_known(read(page.format(state=state))), (heading, state)


@pytest.mark.parametrize(
    ("line", "sure"),
    [
        ("We have debited your account as follows:", True),
        ("Your account has been debited", True),
        ("We will debit your account", False),
        ("We have debited your account in error", False),
    ],
)
def test_an_advice_says_that_an_account_was_debited(line: str, sure: bool) -> None:
    """In a sentence of its own, on a bank's advice whose heading says less."""
    page = f"""
              CUSTOMER ADVICE
Date  24-Nov-2026        Our Ref  FT26328ABCDE
{line}
Payee name    Zhejiang University
Payee account    1202024609908808891
Amount    CNY 35.00
Details    document delivery
This is a computer generated advice and requires no signature.
"""
    assert read(page).sure is sure
