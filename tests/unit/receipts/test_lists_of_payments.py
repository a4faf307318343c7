"""Lists that name us with a state and are no payments; an office's paperwork, orders and applications; whose turn it was."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.rows import fold
from maild.receipts.words.states import plain
from tests.cases import each
from tests.receipts.shipped import shipped
from tests.receipts.slips import SLIP, WHOLE

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()

LIST = """
        越商银行 企业网上银行
        {title}
编号          {day}              收款单位      收款账号               金额(元)      用途          {head}
YS261113      2026-11-13 11:26      浙江大学      1202024609908808891      188.40      文献传递费      {state}
共 1 条记录
"""
# fmt: off
MADE = [
    ("转账汇款查询", "状态", "交易成功"), ("转账记录", "交易状态", "转账成功"), ("付款明细", "付款状态", "已付款"), ("交易明细", "状态", "处理成功"),
    ("对公转账 > 付款记录", "银行状态", "付款成功"), ("付款指令查询", "指令状态", "交易成功"), ("当前位置：交易查询>付款指令查询", "指令状态", "付款成功"),
    ("越商银行付款明细清单", "状态", "交易成功"), ("", "状态", "交易成功"),
]
NOT_MADE = [
    ("批量付款导入结果", "状态", "成功"), ("批量付款文件校验", "状态", "成功"), ("文件上传结果", "结果", "成功"), ("付款模板", "状态", "正常"),
    ("常用收款人", "状态", "正常"), ("收款人登记", "状态", "成功"), ("付款指令查询", "指令状态", "有效"), ("付款申请列表", "状态", "完成"),
    ("待办事项", "状态", "正常"), ("我的申请", "处理状态", "完成"), ("限额变更", "状态", "成功"), ("", "状态", "成功"), ("", "状态", "处理成功"),
    ("批量付款导入结果", "状态", "处理成功"), ("付款申请列表", "状态", "付款成功"), ("付款指令录入", "指令状态", "交易成功"), ("当前位置：授权中心>待处理指令", "指令状态", "交易成功"), ("收款人名册", "状态", "已付款"),
    ("转账记录", "状态", "成功"), ("转账记录", "状态", "正常"), ("转账记录", "状态", "有效"), ("转账记录", "状态", "完成"), ("交易明细", "校验状态", "处理成功"),
    ("转账记录 待办", "状态", "交易成功"), ("付款申请 > 付款明细", "状态", "付款成功"), ("转账记录", "状态", ""),
    ("付款清单", "状态", "处理成功"), ("待付款明细", "状态", "交易成功"), ("批量转账明细", "状态", "交易成功"), ("转账记录", "任务状态", "交易成功"),
]
PAPERWORK = [
    "财务处理完成", "财务科处理成功", "出纳处理完成", "财务已结算", "财务处已受理", "出纳已清算", "会计处理完成", "会计已结算", "校内处理完成", "内部结算完成", "银企处理成功",
    "单位处理成功", "对公处理成功", "网银处理成功", "校内记账完成", "单位记账成功", "We have sent your payment order", "The bank has sent your remittance order", "We have made your payment order",
]
PAID = ["出纳已付款", "财务处付款成功", "校内转账已完成", "内部转账成功", "银企支付成功", "对公付款成功", "We have sent your payment"]
HEADINGS = ["Transfer application receipt", "Payment application advice", "Settlement form receipt", "财政授权支付凭证", "财政直接支付凭证", "往来款凭证", "上缴凭证"]
# fmt: on


def read(page: str) -> list[Receipt]:
    return extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)


def sure(page: str, **parts: str) -> bool:
    return any(receipt.sure for receipt in read(page.format(**{**WHOLE, **parts})))


@pytest.mark.parametrize(("title", "head", "state"), MADE)
def test_a_list_of_payments_made(title: str, head: str, state: str) -> None:
    assert sure(LIST, title=title, day="交易日期", head=head, state=state)


@each(("title", "head", "state"), NOT_MADE)
def test_a_list_of_something_else(title: str, head: str, state: str) -> None:
    assert not sure(LIST, title=title, day="交易日期", head=head, state=state)


@pytest.mark.parametrize("day", ["提交日期", "创建时间"])
def test_the_day_somebody_asked_is_not_the_day_paid(day: str) -> None:
    (receipt,) = read(LIST.format(title="转账记录", day=day, head="状态", state="交易成功"))
    assert receipt.date is None


@pytest.mark.parametrize("said", PAPERWORK)
def test_what_an_office_processed_is_not_paid(said: str) -> None:
    assert not LAYOUTS.states.is_final(plain(fold(said)), bare=True)
    assert not sure(SLIP, state=f"交易状态：{said}")


@pytest.mark.parametrize("said", PAID)
def test_what_an_office_paid(said: str) -> None:
    assert LAYOUTS.states.is_final(plain(fold(said)), bare=True)


@pytest.mark.parametrize("said", ["已执行", "执行完成", "办讫"])
def test_carried_out_is_said_of_a_payment(said: str) -> None:
    for label in ("付款状态", "支付状态", "转账状态", "指令状态"):
        assert sure(SLIP, state=f"{label}：{said}")
    for label in ("任务状态", "单据状态", "处理状态", "执行状态"):
        assert not sure(SLIP, state=f"{label}：{said}")


@pytest.mark.parametrize("title", HEADINGS)
def test_an_application_is_a_payment_beside_its_state(title: str) -> None:
    assert not sure(SLIP, title=title, state="")
    assert sure(SLIP, title="电子回单", state="")


@pytest.mark.parametrize(
    "said",
    [
        "收付标志：收",
        "收付标志：收入",
        "借贷方向：贷",
        "DR/CR：CR",
        "Counterparty: Hai Trading Ltd",
        "对方户名：某某商贸有限公司",
    ],
)
def test_money_that_came_or_went_to_another(said: str) -> None:
    assert not sure(SLIP, line=said)


@pytest.mark.parametrize("said", ["收付标志：付", "借贷方向：借"])
def test_money_that_went(said: str) -> None:
    assert sure(SLIP, line=said)


@pytest.mark.parametrize("label", ["审批日期", "审核日期", "复核日期", "Issue date", "Date of issue"])
def test_a_day_before_the_payment(label: str) -> None:
    assert sure(SLIP, line=f"{label}：2026-11-23")
    assert sure(SLIP, line=f"{label}：2026-11-24")
    assert not sure(SLIP, line=f"{label}：2026-11-26")
    assert not sure(SLIP, line=f"{label}：2026-11-26      打印日期：2026-12-01")


def test_a_remark_that_says_more_than_doc_delivery() -> None:
    for purpose in ("doc delivery", "LIBRARY DOC DELIVERY FEE", "doc. delivery fee", "library document delivery"):
        assert sure(SLIP, purpose=f"用途：{purpose}")
    for purpose in ("doc delivery of dinner", "doc delivery and catering", "mydoc delivery", "dinner doc delivery"):
        assert not sure(SLIP, purpose=f"用途：{purpose}")


def test_behind_an_agreement_stands_a_name() -> None:
    assert sure(SLIP, line="审批意见：同意 王芳")
    for said in ("反馈财务", "同意 待办", "同意 缓办", "同意 下月", "同意 再议"):
        assert not sure(SLIP, line=f"审批意见：{said}")
