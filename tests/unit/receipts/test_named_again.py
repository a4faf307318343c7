"""Steps that stand above the table which says when each was taken; who sits at which desk; and two labels."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
PAGE = """
浙江大学 网上综合财务服务平台
1 填单      2 项目负责人确认      3 财务初审      4 {fourth}      5 出纳付款
业务单号：    ZZ202611030118          业务类型：   对公转账
收款户名：    浙江大学                收款账号：   1202024609908808891
转账金额：    112.00                  款项用途：   图书馆文献传递费
付款状态：    {state}                    付款时间：   2026-11-03 16:01:20
金额大写：壹佰壹拾贰元整
办理记录
2026-11-03 09:12    罗青          填单          提交
2026-11-03 10:30    项目负责人    确认          同意
2026-11-03 14:05    初审岗 盛     财务初审      {opinion}
2026-11-03 15:16    {desk}     复核制证      凭证已生成
2026-11-03 16:01    出纳岗 佟     出纳付款      {last}
"""


def read(
    fourth: str = "复核制证",
    opinion: str = "通过",
    desk: str = "复核岗 鲍",
    last: str = "付款成功",
    state: str = "付讫",
) -> Receipt:
    text = PAGE.format(fourth=fourth, opinion=opinion, desk=desk, last=last, state=state)
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0]


def test_steps_of_a_table_may_be_named_above_it() -> None:
    receipt = read()
    assert receipt.warnings == ()
    assert receipt.sure


@pytest.mark.parametrize(
    "change",
    [
        {"fourth": "待复核制证"},
        {"fourth": "复核退回"},
        {"opinion": "驳回"},
        {"opinion": "待补件"},
        {"desk": "复核岗退回"},
        {"desk": "复核岗 待办"},
        {"last": "付款退回"},
        {"last": "待付款"},
        {"state": "财务初审"},
        {"state": "复核制证"},
        {"desk": "复核岗 取消"},
        {"desk": "复核岗 终止"},
        {"desk": "复核岗 存疑"},
    ],
)
def test_a_step_that_is_another_is_for_a_person(change: dict[str, str]) -> None:
    assert not read(**change).sure


SCREEN = """
Transaction record
Completed
Beneficiary:   ZHEJIANG UNIVERSITY 浙江大学
Account no.:   1202024609908808891
Value date:    5 Nov 2026
Reference:     EBM2611050073381
Message to payee:  图书馆文献传递费
{total}        CNY 24.60
"""


@pytest.mark.parametrize(
    ("total", "sure"),
    [("Total debited", True), ("Total charged", True), ("Total pending", False), ("Total refunded", False)],
)
def test_an_english_total_says_what_was_taken(total: str, sure: bool) -> None:
    receipt = extract(sheet_of(SCREEN.format(total=total)), layouts=LAYOUTS, office=OFFICE)[0]
    assert receipt.sure is sure, receipt.warnings


BILL = """
账单详情
          {name}
          -88.00
          交易成功
付款方式      邮政储蓄银行(3318)
转账金额      88.00元
转账备注      图书馆文献传递费
转账到        {account}
到账时间      2026-11-10 19:30:02
订单号        20261110200040011100520073396107
"""


@pytest.mark.parametrize(
    ("name", "account", "sure"),
    [
        ("浙江大学", "工商银行1202024609908808891", True),
        ("浙江工业大学", "工商银行1202024609908808891", False),
        ("浙江大学", "工商银行1202024609908808892", False),
        ("浙江大学", "工商银行6222020200112233445", False),
    ],
)
def test_an_account_may_stand_behind_its_bank(name: str, account: str, sure: bool) -> None:
    """With our name above the sum."""
    receipt = extract(sheet_of(BILL.format(name=name, account=account)), layouts=LAYOUTS, office=OFFICE)[0]
    assert receipt.sure is sure, receipt.warnings
