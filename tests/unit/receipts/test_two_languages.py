"""Pages in two languages, lists of payments with their states, messages in English, sums under their heads."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.prose.messages import read_message
from maild.receipts.rows import fold
from maild.receipts.words.states import plain
from tests.cases import each
from tests.receipts.shipped import shipped
from tests.receipts.slips import SCREEN, SLIP, WHOLE

LAYOUTS, OFFICE = shipped(), Office()


def read(page: str) -> list[Receipt]:
    return extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)


def sure(page: str, **parts: str) -> bool:
    return read(page.format(**{**WHOLE, **parts}))[0].sure


# fmt: off
SAID = [
    "校内转账已完成", "财务已记账", "出纳已付款", "S-成功", "0000-交易成功", "转账已记账，流程结束", "我行已按您的指示从贵账户扣款并完成下列付款",
    "we have debited your account and effected the following payment as instructed", "As instructed, we have made the following payment",
]
NOT_SAID = [
    "流程结束", "已归档", "流程已结束,未付款", "财务已驳", "出纳已付款失败", "系统：待付款", "系统：已受理", "银行：付款", "S-失败", "0000-受理成功",
    "我行已按您的指示暂缓从贵账户扣款并完成下列付款", "我行已根据您的委托登记下列汇款", "我行将按您的指示从贵账户扣款并完成下列付款", "我行已按您的指示从贵账户冻结下列款项",
    "we have debited your account and held the following payment as instructed", "as instructed, we have recorded the following payment",
    "we have made the following payment order available for approval", "已完成付款申请", "执行成功率", "付讫(作废)", "已执行冻结",
]
QUIET = [
    "闪云付·安全支付", "Powered by ShanYunPay", "操作员：董知行", "已保存到相册", "18 Lake Campus, 718 East Haizhou Road",
    "This is a computer-generated advice and requires no signature.", "审批意见：同意支付", "首页 | 待办 | 消息 | 退出",
    "说明：本凭证一式三联，须加盖转出单位公章，经计划财务处加盖转讫章后生效。",
]
LOUD = [
    "闪宝·安全退款", "ShanPay · held", "操作员：退回", "打印人：撤销", "收款人已加入黑名单", "项目负责人 李四：不同意", "财务复核 王芳：审核通过，未生成凭证",
    "系统：转账未记账，流程结束", "意见：再议", "财务意见：下次再报", "领导意见：同意 但缓付", "批示：同意，待资金到位", "首页|待办|详情", "我的｜草稿箱｜付款详情",
    "12 High Street, payment returned", "This is a computer-generated advice and requires approval",
]
MESSAGE = "[Hengdong Bank] Transfer completed. On 14 Nov 2026 18:39, CNY 81.00 was transferred from your a/c ending 0725 to ZHEJIANG UNIVERSITY (浙江大学), a/c ending 8891. Ref: LIBRARY DOC DELIVERY FEE. Txn no. HD26111418390627."
MESSAGES = [
    MESSAGE, "Hua Bank: Your payment of CNY 42.00 to Zhejiang University on 3 Nov 2026 at 10:22 was successful. Ref: document delivery. If not you, call 95555.",
    "[ABC Bank] Dear customer, your account ending 1234 has been debited CNY 35.00 on 12 Nov 2026 for transfer to Zhejiang University, account 1202024609908808891. Avail bal CNY 1,200.00.",
    "【泰商银行】单位账户*3307 付款成功：2026-11-08 09:20:46，收款人浙江大学，账号1202024609908808891，金额CNY 260.00，附言 图书馆文献传递费，交易流水TS611080920461。",
]
# fmt: on


@pytest.mark.parametrize("said", SAID)
def test_what_says_that_it_was_made(said: str) -> None:
    assert LAYOUTS.states.is_final(plain(fold(said)), bare=True)


@each("said", NOT_SAID)
def test_what_only_sounds_so(said: str) -> None:
    assert not LAYOUTS.states.is_final(plain(fold(said)), bare=True)
    assert not sure(SLIP, state=f"交易状态：{said}")


@pytest.mark.parametrize("line", QUIET)
def test_what_says_nothing(line: str) -> None:
    assert sure(SLIP, line=line)


@pytest.mark.parametrize("line", LOUD)
def test_what_may_say_something(line: str) -> None:
    assert not sure(SLIP, line=line)
    assert not sure(SCREEN, title="转账成功", line=line)


@pytest.mark.parametrize("purpose", ["汇款/押金/文献传递费", "押金/文献传递费", "文献传递费、押金"])
def test_a_charge_that_is_a_label_elsewhere(purpose: str) -> None:
    assert not sure(SLIP, purpose=f"用途：{purpose}")
    assert sure(SLIP, purpose="用途：汇款/文献传递费")


@pytest.mark.parametrize("title", ["汇款进度说明", "转账到账说明", "支付状态说明"])
def test_a_heading_that_explains(title: str) -> None:
    assert not sure(SLIP, title=title)


@pytest.mark.parametrize("text", MESSAGES)
def test_a_message(text: str) -> None:
    found = read_message(fold(text), LAYOUTS)
    assert found is not None
    assert (found.final, found.left) == (True, "")
    assert found.payee.strip() in ("zhejiang university", "浙江大学")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Transfer completed", "Transfer scheduled"),
        ("was transferred", "will be transferred"),
        ("was transferred", "was not transferred"),
        ("FEE.", "FEE. It was later returned."),
        ("Transfer completed", "Practice mode"),
        ("CNY 81.00", "USD 81.00"),
    ],
)
def test_a_message_of_another_meaning(old: str, new: str) -> None:
    said = MESSAGE.replace(old, new)
    found = read_message(fold(said), LAYOUTS)
    assert found is None or not found.final or found.left or LAYOUTS.states.against(plain(fold(said)))


LIST = """
        越商银行 企业网上银行
        转账汇款查询
指令编号      交易日期              收款单位      收款账号               金额(元)      用途          状态
{rows}
共 1 条记录
"""
ROW = "YS261113      2026-11-13 11:26      浙江大学      1202024609908808891      188.40      文献传递费      交易成功"


def test_a_line_of_a_list_tells_its_own_state() -> None:
    """Its own, not that of another line."""
    other = "YS261114      2026-11-14 11:26      某公司      6222000011112222333      99.00      货款      交易成功"
    (receipt,) = read(LIST.format(rows=ROW))
    assert (receipt.warnings, receipt.sure) == ((), True)
    for changed in (
        ("交易成功", "待授权"),
        ("交易成功", "已提交"),
        ("交易成功", "部分成功"),
        ("188.40", "-188.40"),
        ("文献传递费", "学费"),
    ):
        assert not any(r.sure for r in read(LIST.format(rows=f"{ROW.replace(*changed)}\n{other}")))
    assert not any(r.sure for r in read(LIST.replace("收款", "付款").format(rows=ROW)))


STATEMENT = """
                    账户活期交易明细清单
户名：王敏     账户：6228 41** **** 7760     币种：人民币
交易日期     摘要     支出金额     收入金额     本次余额     对方信息                          日志号
20261115     {before}     12.50                     3,204.11     杭州地铁                          190884021
20261121     {own}     {sum}                     {balance}     浙江大学 1202024609908808891     193007718
"""


def test_the_balance_tells_on_which_side_a_sum_stands() -> None:
    """A sum below the head of what went, though the balance rose by it; a minus there, which may be money that came back."""
    page = {"before": "转支", "own": "转支", "sum": "11.70", "balance": "3,192.41"}
    assert [r.sure for r in read(STATEMENT.format(**page))] == [True]
    for changed in (
        {"balance": "3,215.81"},
        {"sum": "-11.70", "own": "返汇", "balance": "3,100.00"},
        {"sum": "-11.70", "own": "轧账", "balance": "3,215.81"},
    ):
        assert not any(r.sure for r in read(STATEMENT.format(**{**page, **changed})))
