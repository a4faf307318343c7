"""An application with what the bank's machine printed below it, and a voucher with the course that it took."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.prose.options import choices
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


@pytest.mark.parametrize(
    "arrives",
    [
        "□实时 □普通 ☑次日",
        "☑实时 □普通 ☑次日",
        "☑预约 □实时",
        "次日☑ 实时□",
        "☑实时 □次日次日到账",
        "☑实时 ☐普通区次日",
    ],
)
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


@pytest.mark.parametrize(
    "result",
    [
        "交易结果:成功到账方式:次日",
        "状态:成功到账时间:次日",
        "是否成功:否附言:图书馆",
        "是否入账:否附言:图书馆文献传递费",
    ],
)
def test_each_label_of_a_box_counts(result: str) -> None:
    """Though nothing stands between them."""
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
    ("value", "found"),
    [
        ("☑实时 □普通 □次日", [(True, "实时"), (False, "普通"), (False, "次日")]),
        ("□实时 ☑普通", [(False, "实时"), (True, "普通")]),
        ("次日☑ 实时□", None),
        ("实时到账", None),
    ],
)
def test_choices_of_a_value(value: str, found: list[tuple[bool, str]] | None) -> None:
    """Each with its tick before it; what stands before the first box is no choice."""
    assert choices(value) == found


@pytest.mark.parametrize("added", [PRINT.replace("流水号", "核心流水号"), PRINT])
def test_two_prints_are_not_one_payment(added: str) -> None:
    """With another number, or the same once more: a person counts them."""
    known = {"sum": "110.00", "account": "1202024609908808891", "result": DONE}
    text = APPLICATION.format(arrives="☑实时 □普通") + PRINT.format(**known) + added.format(**known)
    found = extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)
    assert not all(receipt.sure for receipt in found)


@pytest.mark.parametrize("day", ["20261012", "20261111", "20261120"])
def test_a_print_of_another_day_is_of_another_payment(day: str) -> None:
    """Before it was asked for, or long after."""
    text = APPLICATION.format(arrives="☑实时 □普通") + PRINT.replace("20261112", day)
    known = {"sum": "110.00", "account": "1202024609908808891", "result": DONE}
    assert len(extract(sheet_of(text.format(**known)), layouts=LAYOUTS, office=OFFICE)) != 1


def test_a_print_without_a_state_is_for_a_person() -> None:
    """It may be of what was entered only."""
    assert not all(receipt.sure for receipt in read(result="授权:330102"))


VOUCHER = """
                                  浙江大学校内经费转账单
单据编号：ZZ2026111603773      填制日期：2026-11-16      单据状态: 已记账      附件: 1 张
类别      部门代码    部门名称              项目代码          项目名称            负责人    金额(元)
转出方    160200      光电科学与工程学院    519600-I52301     微纳光学关键技术    闻人澈    258.00
转入方    188610      图书馆                669105            文献检索服务费                258.00
合计大写    人民币贰佰伍拾捌元整                                                        258.00
转账事由    图书馆文献传递费
办理环节            办理人          办理意见          {head}
申请                苏念禾          提交              2026-11-16 16:49
{role}          闻人澈          {thought}              2026-11-16 17:18
财务审核            季舒窈          审核通过          2026-11-16 17:32
{end}              系统            凭证号：记-0403    {day}
浙江大学财务综合信息系统      打印人：苏念禾      打印时间：2026-11-16 17:48:09
"""


def voucher(**change: str) -> Receipt:
    known = {"role": "项目负责人", "thought": "同意", "end": "记账", "day": "2026-11-16", "head": "办理时间"}
    return extract(sheet_of(VOUCHER.format(**(known | change))), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize("change", [{}, {"role": "经费负责人"}, {"role": "分管领导"}])
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
        {"thought": "拟同意"},
        {"day": "2026-12-31"},
        {"day": "2026-12-31 09:00"},
        {"day": "2026-11-15"},
        {"head": "办理期限"},
        {"head": "应办时间"},
    ],
)
def test_a_course_that_did_not_end_waits(change: dict[str, str]) -> None:
    """Whoever did not agree, and a last step that is another."""
    assert not voucher(**change).sure
