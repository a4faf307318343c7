"""A line of steps that gives days only: done where each was taken and the last of them pays, else open."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.cases import each
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
PAGE = """
东海师范学院 · 网上报账系统                                        欢迎您，罗青
报销单详情
单据编号：    BX202611003417          业务类型：   其他费用报销
单位名称：    东海师范学院            填报日期：   2026-11-05
收款人名称：  浙江大学                收款账号：   1202024609908808891
支付金额：    41.50元                 用途：       图书馆文献传递费
支付状态：    {state}                {paid}
大写：肆拾壹元伍角整
办理进度
{steps}
"""
ABREAST = """  提交              审批              财务审核          出纳支付
  2026-11-05        2026-11-06        2026-11-09        2026-11-10"""
COLUMN = """提交 2026-11-05
部门审批 2026-11-06
财务审核 2026-11-09
银行付款 2026-11-10"""


def read(steps: str, *, state: str = "支付成功", paid: str = "支付时间：   2026-11-10 09:41:08") -> Receipt:
    page = PAGE.format(state=state, paid=paid, steps=steps)
    return extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize(
    "steps",
    [
        ABREAST, COLUMN,
        "  填报              部门审批          财务复核          出纳付款\n  2026年11月5日     2026年11月6日     2026年11月9日     2026年11月10日",
        "  提交              审批              财务审核          出纳支付\n  11月5日           11月6日           11月9日           11月10日",
        "银行付款 2026-11-10\n财务审核 2026-11-09\n部门审批 2026-11-06\n提交 2026-11-05",
        "提交 2026-11-05    审批 2026-11-05    财务审核 2026-11-10    出纳支付 2026-11-10",
        "  提交              审批              出纳支付          银行入账\n  2026-11-05        2026-11-06        2026-11-10        2026-11-10",
    ],
)  # fmt: skip
def test_steps_that_were_all_taken_say_nothing_against_a_payment(steps: str) -> None:
    """Abreast, one below another, from the last to the first, in one box."""
    receipt = read(steps)
    assert receipt.warnings == ()
    assert receipt.sure
    assert receipt.amount is not None
    assert receipt.amount.amount == Decimal("41.50")
    assert receipt.date is not None
    assert receipt.date.isoformat() == "2026-11-10"


OPEN = [
    # a step without a day
    "  提交              审批              财务审核          出纳支付\n  2026-11-05        2026-11-06        2026-11-09",
    "  提交              审批              财务审核          出纳支付\n  2026-11-05        2026-11-06                          2026-11-10",
    "提交 2026-11-05\n部门审批 2026-11-06\n财务审核\n出纳支付 2026-11-10",
    "提交 2026-11-05\n部门审批 2026-11-06\n财务审核 2026-11-09\n出纳支付 2026-11-10\n财务复核",
    "提交 2026-11-05    审批 2026-11-05    财务审核 2026-11-10    出纳支付",
    # the last step is no payment
    "  提交              审批              财务审核          会计复核\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "  提交              审批              出纳支付          财务复核\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "提交 2026-11-05\n部门审批 2026-11-06\n财务审核 2026-11-09\n归档 2026-11-10",
    "提交 2026-11-05\n部门审批 2026-11-06\n财务审核 2026-11-09\n流程办结 2026-11-10",
    "  提交              审批              财务审核          付款审批\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "  提交              审批              财务审核          支付复核\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "  提交              审批              财务审核          付款指令提交\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    # refused, sent back, in hand
    "  提交              审批              财务退回          出纳支付\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "提交 2026-11-05\n审批驳回 2026-11-06\n财务审核 2026-11-09\n出纳支付 2026-11-10",
    "提交 2026-11-05\n撤销申请 2026-11-06\n财务审核 2026-11-09\n出纳支付 2026-11-10",
    "  提交              审批              财务审核中        出纳支付\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "  提交              审批              财务审核          待出纳支付\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "  提交              审批              财务审核          支付退票\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    "  提交              审批              出纳支付          银行退票\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
    # days that cannot be those of steps taken
    "  提交              审批              财务审核          出纳支付\n  2026-11-05        2026-11-06        2026-11-09        2026-11-20",
    "  提交              审批              财务审核          出纳支付\n  2026-11-05        2026-11-12        2026-11-09        2026-11-10",
    "  提交              审批              财务审核          出纳支付\n  2026-11-05        2026-11-06        预计11-09         预计11-10",
    # a step that nobody knows
    "  提交              请示校长          财务审核          出纳支付\n  2026-11-05        2026-11-06        2026-11-09        2026-11-10",
]  # fmt: skip


@each("steps", OPEN)
def test_a_line_that_is_open_is_for_a_person(steps: str) -> None:
    """Whatever the label of the state says."""
    assert not read(steps).sure


@pytest.mark.parametrize(
    ("state", "paid"),
    [("", "支付时间：   2026-11-10 09:41:08"), ("财务审核通过", "支付时间：   2026-11-10 09:41:08"),
     ("银行退票", "支付时间：   2026-11-10 09:41:08"), ("支付成功", "支付时间："), ("支付成功", "申请时间：   2026-11-10"),
     ("待支付", "支付时间：   2026-11-10 09:41:08")],
)  # fmt: skip
def test_steps_are_no_word_that_a_payment_was_made(state: str, paid: str) -> None:
    """That they were taken clears the way; the state and the day of the payment have to be there."""
    assert not read(ABREAST, state=state, paid=paid).sure
