"""A bank's page on a computer: its menu, the way to it, a headline in the sum's row, buttons below."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Purpose, Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.cases import each
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
ENGLISH = """
HARBOUR BANK Online Banking                                   English | 中文  Sign Out
Home      Accounts      {menu}      Investments      Cards      Services
{way}

{head}                                            CNY 41.50

Status                          {state}
Transaction Reference No.       3307194482
Payer Name                      OLGA PETROVA
Payer Account                   6217 **** **** 5530
Payee Name                      Zhejiang University
Payee Account                   1202024609908808891
Amount                          CNY 41.50
Fee                             CNY 0.00
Purpose                         {purpose}
Transaction Time                2026/11/17 14:33:10
{line}

{buttons}
"""
WHOLE = {
    "menu": "Transfers", "way": "Transfers  >  Transfer Records  >  Details", "head": "Transfer successful", "state": "Successful",
    "purpose": "Library document delivery fee", "line": "", "buttons": "   Print        Save as PDF     Back",
}  # fmt: skip


def read(**change: str) -> Receipt:
    return extract(sheet_of(ENGLISH.format(**(WHOLE | change))), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize(
    "change",
    [{}, {"buttons": "Save as PDF        Print        Go back"}, {"way": "Home  >  Transfers  >  Details"}, {"head": "Payment successful"},
     {"head": "Transfer completed"}, {"buttons": "Print        Back"}, {"buttons": ""}, {"head": ""}, {"buttons": "Print     Log out     Back"},
     {"way": "Transfers > Transfer Records > Details"}],
)  # fmt: skip
def test_what_a_page_is_furnished_with_says_nothing(change: dict[str, str]) -> None:
    """A headline beside the sum is no item; Back is a button."""
    receipt = read(**change)
    assert receipt.warnings == ()
    assert receipt.sure
    assert receipt.amount is not None
    assert receipt.amount.amount == Decimal("41.50")
    assert receipt.paid_for is Purpose.OURS


@each(
    "change",
    [{"head": "Payment returned"}, {"head": "Transfer returned", "state": "Returned by payee bank"}, {"head": "Sent back"}, {"head": "Back"}, {"head": "Back to sender"},
     {"head": "Transfer submitted"}, {"head": "Your transfer has been scheduled"}, {"head": "Pending authorisation"}, {"head": "Back", "state": ""},
     {"state": "Back"}, {"state": "Pending"}, {"state": "Submitted"}, {"state": "Sent back by bank"}, {"line": "Money      Back"}, {"line": "Back"},
     {"line": "Return Reason      Name and number do not match"}, {"buttons": "Money        Back"}, {"buttons": "Funds are        Back"}, {"buttons": "   Recall    Print    Back"}, {"state": "Queued"},
     {"buttons": "Cancel        Confirm        Back"}, {"buttons": "Back        Pay now"}, {"buttons": "Edit        Submit        Back"},
     {"way": "Transfers  >  Pending Transfers  >  Details"}, {"way": "Home  >  To do  >  Details"}, {"way": "Transfers  >  Returned  >  Details"},
     {"head": "Tuition fee"}, {"head": "Dormitory fee"}, {"purpose": "Tuition fee"}, {"head": "Deposit for books"}, {"menu": "Returned money"},
     {"state": "", "head": ""}],
)  # fmt: skip
def test_what_tells_of_the_payment_is_heard_among_it(change: dict[str, str]) -> None:
    """That the money came back, or waits, or paid for something else."""
    assert not read(**change).sure


MENU = """
{menu}
报销单详情
收款人名称：  浙江大学                收款账号：   1202024609908808891
支付金额：    41.50元                 用途：       图书馆文献传递费
支付状态：    支付成功                支付时间：   2026-11-10 09:41:08
流水号：      880123456712            大写：肆拾壹元伍角整
"""


@pytest.mark.parametrize(
    ("menu", "sure"),
    [("首页 | 新建报销单 | 我的报销单 | 酬金发放 | 项目授权 | 查询统计", True), ("首页 | 经费本 | 我的项目 | 横向课题 | 下载中心", True),
     ("首页 | 新建报销单 | 款项奉还 | 酬金发放 | 项目授权 | 查询统计", False), ("首页 | 我的 | 银行没付 | 查询 | 设置", False), ("首页 | 我的 | 已退 | 查询 | 设置", False),
     ("首页 | 待办 | 详情", False), ("首页 | 款回原户 | 付款 | 查询 | 统计", False), ("酬金发放 | 款项由他人代收 | 我的", False)],
)  # fmt: skip
def test_a_menu_in_one_box_begins_at_home(menu: str, sure: bool) -> None:
    """Its words name pages; one that tells of money is none."""
    assert extract(sheet_of(MENU.format(menu=menu)), layouts=LAYOUTS, office=OFFICE)[0].sure is sure


@pytest.mark.parametrize(
    ("head", "sure"),
    [("东海师范学院 · 网上报账系统欢迎您,罗可", True), ("东海大学财务综合服务平台罗青(0379156) |", True), ("东海师范学院 · 网上报账系统欢迎您,待付款", False),
     ("网上报账系统欢迎您,款项已退", False), ("东海大学财务综合服务平台未支付(0379156)", False), ("东海大学财务测试平台罗青(0379156)", False)],
)  # fmt: skip
def test_who_is_logged_in_says_nothing(head: str, sure: bool) -> None:
    """Behind the name of a system, in one box."""
    assert extract(sheet_of(MENU.format(menu=head)), layouts=LAYOUTS, office=OFFICE)[0].sure is sure
