"""Pages of finance systems in two columns, and what screens and counters call the same in other words."""

from __future__ import annotations

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.cases import each
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()


def read(page: str) -> list[Receipt]:
    return extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)


SYSTEM = """
浙江大学|计划财务处·财务综合服务平台
首页              校内转账/转账单查询/单据详情
                  校内转账单 单号：XN202611120587                                        {state}
                      提交              负责人审批          学院复核          {last}
                      11-12 09:41       11-12 15:02         11-13 10:20       {moment}
                  付款单位        化学系                    申请人          陆敏芝
                  付款项目        H20881-2                  申请日期        2026-11-12
                  收款单位        图书馆                    收款部门代码    188610
                  收款项目代码    669105                    收款项目名称    文献检索服务
                  转账金额(元)    {sum}                     大写金额        肆拾陆元捌角整
                  转账事由        文献传递费                附件张数        1
                  入账日期        {day}                     凭证号          {number}
                                                    打印          返回
"""
BOOKED = {"state": "已入账", "last": "财务入账", "moment": "11-13 10:22", "sum": "46.80", "day": "2026-11-13", "number": "转-11-02836"}  # fmt: skip


def system(**change: str) -> list[Receipt]:
    return read(SYSTEM.format(**BOOKED | change))


def test_a_moment_further_down_is_not_that_of_the_last_step() -> None:
    """It was booked only where its own moment stands right below; what is in that column in another row tells nothing."""
    page = SYSTEM.format(**BOOKED | {"moment": ""}).replace("申请人          陆敏芝", "申请时间        11-12 09:41")
    assert "申请时间" in page
    assert not any(receipt.sure for receipt in read(page))


def test_two_columns_with_one_sum_are_one_form() -> None:
    for change in ({}, {"state": "转账成功", "last": "完成"}, {"state": "已完成"}):
        (only,) = system(**change)
        assert only.sure, only.warnings
        assert only.entered


@each(
    "change",
    [
        {"state": "待财务审核"},
        {"state": "已驳回"},
        {"moment": "", "state": "审批中"},
        {"moment": ""},
        {"moment": "等待中"},
        {"day": "", "number": ""},
        {"sum": "48.60"},
    ],
)
def test_a_page_of_the_same_system_that_booked_nothing(change: dict[str, str]) -> None:
    assert not any(one.sure and one.entered for one in system(**change))


APPROVAL = """
        陆敏芝的校内转账
        陆敏芝提交的校内转账
        浙江大学
审批编号                        {state}
202611100931000482716
付款单位
化学系(102030)
付款项目
520002-E37715
收款单位
图书馆(188610)
收款项目
669105
金额(元)
22.80 贰拾贰元捌角
用途
文献传递费
财务凭证号
{number}
流程
        发起申请          11.10 09:31
        陆敏芝
        审批              11.10 10:20
        宁国栋 ({said})
        财务办理          11.11 14:05
        计财处 尤佳({done})
        {done} 2026-11-11
        结束              11.11 14:05
        系统
"""


@each(
    ("change", "sure"),
    [
        ({}, True),
        ({"said": "已拒绝"}, False),
        ({"said": "审批中"}, False),
        ({"state": "审批中"}, False),
        ({"done": "已退回"}, False),
        ({"number": ""}, False),
    ],
)
def test_an_approval_names_who_handed_it_in(change: dict[str, str], sure: bool) -> None:
    said = {"state": "已转账", "said": "已同意", "done": "已入账", "number": "记-11-05098"}
    (only,) = read(APPROVAL.format(**said | change))
    assert (only.sure and only.entered) is sure, only.warnings


BILL = """
              账单详情                    全部账单
              {name}
                   -13.50
                 交易成功
付款方式                中国银行储蓄卡(6038)
收款银行                工商银行杭州市浙大分理处
收款账号                1202****91
转账说明                馆际互借 陆敏芝
创建时间                2026-11-09 23:05:47
转账单号                2026110922001478551439602218
账单分类                转账红包>
标签和备注              添加>
对此订单有疑问
"""


@each(
    ("name", "ours"),
    [
        ("浙江大学(对公账户)", True),
        ("浙江大学（企业账户）", True),
        ("浙江大学", True),
        ("转账到银行卡-浙江大学", True),
        ("转账到银行卡-浙江大学出版社", False),
        ("浙江大学(个人账户)", False),
        ("浙江大学后勤(对公账户)", False),
        ("浙江大学城市学院(对公账户)", False),
        ("浙江大学出版社", False),
    ],
)
def test_an_account_of_an_organisation_is_no_part_of_its_name(name: str, ours: bool) -> None:
    (only,) = read(BILL.format(name=name))
    assert (only.layout, only.payee_is_library is True) == ("51-alipay", ours), (name, only.warnings)


ENGLISH = """
         Transfer Details                    Home
BANK OF LINJIANG                   {state}
CNY 36.00
Beneficiary
浙江大学
Beneficiary account
1202024609908808891
Bank
ICBC Hangzhou Zheda Sub-branch
Debit account
6216 **** **** 0928
Postscript
{remark}
Date
13 Nov 2026 21:15
Reference
385388170275
         E-receipt              Transfer again
"""


@each(
    ("state", "remark", "sure"),
    [
        ("√ Successful", "Document delivery fee", True),
        ("✓ Completed", "ILL fee, Haining campus", True),
        ("√ Success", "interlibrary loan, Ningbo", True),
        ("Successful", "Document delivery fee", False),
        ("√ Submitted", "Document delivery fee", False),
        ("√ Processing", "Document delivery fee", False),
        ("", "Document delivery fee", False),
        ("√ Successful", "ILL fee, dormitory fee", False),
        ("√ Successful", "ILL fee, held for review", False),
        ("√ Successful", "Haining conference", False),
    ],
)
def test_a_ticked_state_beside_the_banks_name(state: str, remark: str, sure: bool) -> None:
    (only,) = read(ENGLISH.format(state=state, remark=remark))
    assert only.sure is sure, only.warnings


COURSE = """
                 浙江大学校内转账单
申请单号：NZ202611130587          申请日期：2026-11-12        单据状态：已入账
付款单位    药学院                收款单位    图书馆
部门代码    119000                部门代码    188610
项目代码    519000-E12312         项目代码    669105
金额(大写)  柒拾叁元贰角整        小写        ￥73.20
摘要        馆际互借与文献传递费
办理记录
环节            办理人        意见                  时间
制单            陆敏芝        提交                  2026-11-12 15:40:22
项目负责人      宁国栋        同意                  2026-11-12 20:03:11
单位审核        {who}         {said}
财务复核        尤佳          通过                  2026-11-13 09:17:46
入账            系统          已入账                2026-11-13 09:20:03
会计凭证号：2026-11-记-30881
"""


@each(
    ("said", "sure"),
    [
        ("免审(千元以下)", True),
        ("免审", True),
        ("无需审批", True),
        ("待审", False),
        ("免审(待确认)", False),
        ("未审核", False),
        ("不同意", False),
    ],
)
def test_a_step_that_nobody_had_to_take(said: str, sure: bool) -> None:
    (only,) = read(COURSE.format(who="—", said=said))
    assert (only.sure and only.entered) is sure, only.warnings
