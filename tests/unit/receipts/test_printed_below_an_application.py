"""An application with what the bank's machine printed below it, and a voucher with the course that it took."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.prose.options import chosen
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
APPLICATION = """
中国农业银行                                个人结算业务申请书
                          2026年11月12日                        No 02128303
业务类型    □现金汇款 ☑转账汇款 □本票 □汇票      到账方式:{arrives}
付    全称      褚云深                    收    全称      浙江大学
款    账号      6228483422520658466       款    账号      1202024609908808891
人    联系电话  188****6178               人    开户行    工行杭州市浙大分理处
金额    人民币(大写)壹佰壹拾元整                        (小写) ¥110.00
附加信息及用途    图书馆文献传递费              客户签名:褚云深
"""
PRINT = """
交易日期:20261112  交易时间:15:27:48  交易机构:724577杭州古荡支行
交易名称:跨行汇款  币种:人民币  金额:{sum}  手续费:0.00
付款账号:6228483422520658466  户名:褚云深
收款账号:{account}  户名:浙江大学
流水号:755085047  柜员:506561  {result}
"""
DONE = "交易结果:成功附言:图书馆文献传递费"


def read(arrives: str = "☑实时 □普通 □次日", **printed: str) -> list[Receipt]:
    known = {"sum": "110.00", "account": "1202024609908808891", "result": DONE}
    return extract(
        sheet_of(APPLICATION.format(arrives=arrives) + PRINT.format(**(known | printed))),
        layouts=LAYOUTS,
        office=OFFICE,
    )


def test_the_print_is_of_the_same_payment() -> None:
    """One claim, with the number of the print and its state."""
    (receipt,) = read()
    assert receipt.sure, receipt.warnings
    assert "755085047" in receipt.serials
    assert receipt.payer == "褚云深"


@pytest.mark.parametrize("arrives", ["□实时 □普通 ☑次日", "☑实时 □普通 ☑次日", "☑预约 □实时"])
def test_money_that_arrives_later_waits(arrives: str) -> None:
    """Whoever chose another day, or two of them."""
    assert not any(receipt.sure for receipt in read(arrives))


@pytest.mark.parametrize(
    "result",
    [
        "交易结果:失败附言:图书馆文献传递费",
        "交易结果:已撤销附言:图书馆文献传递费",
        "交易结果:处理中附言:图书馆文献传递费",
    ],
)
def test_what_the_print_says_counts(result: str) -> None:
    """Its state is the payment's, though its next label stands right behind it."""
    assert not any(receipt.sure for receipt in read(result=result))


def test_another_payment_is_not_taken_for_the_print() -> None:
    """With another sum it is a receipt of its own; to another account it is nobody's."""
    amounts = [receipt.amount.amount for receipt in read(sum="35.00") if receipt.amount]
    assert amounts == [Decimal("110.00"), Decimal("35.00")]
    assert not all(receipt.sure for receipt in read(account="6228480320617745219"))


def test_two_receipts_of_one_sum_are_two() -> None:
    """Two that are called so by a title each, or number themselves by the same label, are two payments."""
    one = """
              中国工商银行  网上银行电子回单
付款人    户名    张小明                  收款人    户名    浙江大学
          账号    6222021202012345678              账号    1202024609908808891
金额      ¥38.00元          金额(大写)  人民币叁拾捌元整
用途      图书馆文献传递费          交易流水号    {}
时间戳    2026-11-24-10.23.45.123456
"""
    found = extract(sheet_of(one.format("12345678") + one.format("87654321")), layouts=LAYOUTS, office=OFFICE)
    assert [receipt.serials for receipt in found] == [("12345678",), ("87654321",)]


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("☑实时 □普通 □次日", "实时"),
        ("□实时 ☑普通", "普通"),
        ("□实时 □普通", ""),
        ("☑实时 ☑普通", ""),
        ("实时到账", "实时到账"),
    ],
)
def test_what_was_ticked(value: str, taken: str) -> None:
    """One choice of a row, and any value without boxes."""
    assert chosen(value) == taken


VOUCHER = """
                                  浙江大学校内经费转账单
单据编号：ZZ2026111603773      填制日期：2026-11-16      单据状态: 已记账      附件: 1 张
类别      部门代码    部门名称              项目代码          项目名称            负责人    金额(元)
转出方    160200      光电科学与工程学院    519600-I52301     微纳光学关键技术    闻人澈    258.00
转入方    188610      图书馆                669105            文献检索服务费                258.00
合计大写    人民币贰佰伍拾捌元整                                                        258.00
转账事由    图书馆文献传递费
办理环节            办理人          办理意见          办理时间
申请                苏念禾          提交              2026-11-16 16:49
{role}          闻人澈          {thought}              2026-11-16 17:18
财务审核            季舒窈          审核通过          2026-11-16 17:32
{end}              系统            凭证号：记-0403    {day}
浙江大学财务综合信息系统      打印人：苏念禾      打印时间：2026-11-16 17:48:09
"""


def voucher(**change: str) -> Receipt:
    known = {"role": "项目负责人", "thought": "同意", "end": "记账", "day": "2026-11-16"}
    return extract(sheet_of(VOUCHER.format(**(known | change))), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize("change", [{}, {"role": "经费负责人"}, {"role": "分管领导"}, {"day": "2026-11-17"}])
def test_a_course_that_ends_with_a_day_alone(change: dict[str, str]) -> None:
    """The last step was taken that day; who takes a step may be its name."""
    receipt = voucher(**change)
    assert receipt.sure, receipt.warnings


@pytest.mark.parametrize(
    "change",
    [
        {"thought": "不同意"},
        {"thought": "退回"},
        {"thought": "—"},
        {"thought": "转交"},
        {"end": "冲销"},
        {"end": "待记账"},
        {"end": "退回申请"},
        {"role": "项目负责人缺席"},
    ],
)
def test_a_course_that_did_not_end_waits(change: dict[str, str]) -> None:
    """Whoever did not agree, and a last step that is another."""
    assert not voucher(**change).sure
