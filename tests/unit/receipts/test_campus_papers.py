"""A finance system's page and its printed voucher: the day it was booked, its own number, units with their codes."""

from __future__ import annotations

from datetime import date

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Purpose, Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
VOUCHER = """
                         东海大学
                     项目经费转账凭证
业务编号：ZZ2611103391          2026年11月10日          凭证号：转-60021
        转出方                                    转入方
部门        {payer}              部门        {payee}
项目代码    107205-512388                        项目代码    {project}
项目名称    {fund}                       项目名称    文献检索收入
摘要        {purpose}
金额(大写)  人民币伍拾柒元叁角整                  ¥57.30
备注        校内往来，本凭证不作报销依据
财务负责人：       复核：徐丽       记账：邵峰       经费主管：文涛      经办人：柳青
打印人：柳青 打印时间：2026-11-12 10:45
"""
WHOLE = {
    "payer": "生命科学学院(107200)", "payee": "图书馆(188610)", "project": "669105", "fund": "基金委青年项目", "purpose": "文献检索费(文献传递)",
}  # fmt: skip
PAGE = """
东海大学 财务综合服务平台                                  韩青（0116410）  首页  退出
首页/校内转账/转账单查询/转账单详情
校内转账单     单号：ZZ2026111897301                                {state}
转出方信息
转出部门          化学系                    部门代码      110300
转出项目代码      113000-543211             项目名称      国家自然科学基金面上项目
转入方信息
转入部门          图书馆                    部门代码      188610
转入项目代码      669105                    项目名称      文献检索服务
转账信息
申请日期          2026-11-17                转账金额(小写)    ¥38.00
金额(大写)        人民币叁拾捌元整          摘要          文献检索费（馆际互借与文献传递）
凭证号            {number}          记账日期      {booked}
流转记录
序号      环节              处理人      处理时间                意见
1         填写转账单        韩青        2026-11-17 09:12:40     提交
2         经费负责人审批    顾东        2026-11-17 15:30:08     {opinion}
3         财务初审          周敏        2026-11-18 10:05:51     通过
"""


def voucher(**change: str) -> Receipt:
    return extract(sheet_of(VOUCHER.format(**(WHOLE | change))), layouts=LAYOUTS, office=OFFICE)[0]


def page(
    state: str = "已入账", number: str = "JZ-202611-86620", booked: str = "2026-11-18", opinion: str = "同意"
) -> Receipt:
    text = PAGE.format(state=state, number=number, booked=booked, opinion=opinion)
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0]


def test_a_vouchers_units_have_their_codes_behind_them() -> None:
    """The code is the department's, the name is without it; the day beside a number is the voucher's."""
    read = voucher()
    assert (read.payee, read.department, read.project, read.payee_is_library) == ("图书馆", "188610", "669105", True)
    assert (read.payer, read.payer_department) == ("生命科学学院", "107200")
    assert (read.date, read.purpose, read.paid_for) == (date(2026, 11, 10), "文献检索费(文献传递)", Purpose.OURS)
    assert "ZZ2611103391" in read.serials


def test_codes_may_stand_before_the_names() -> None:
    """Of unit and project, and the page's number in its heading."""
    text = PAGE.format(state="已完成", number="JZ-202611-86620", booked="2026-11-18", opinion="同意")
    for old, new in (
        ("校内转账单     单号：ZZ2026111897301", "校内转账单 XNZZ20261109000387"), ("转入部门          图书馆                    部门代码      188610", "转入单位          188610 图书馆"),
        ("转入项目代码      669105                    项目名称      文献检索服务", "转入项目          669105 文献传递与检索"),
        ("转出部门          化学系                    部门代码      110300", "转出单位          110300 化学系"),
        ("转出项目代码      113000-543211             项目名称      国家自然科学基金面上项目", "转出项目          113000-543211 稻作基因组研究"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    read = extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0]
    assert (read.payee, read.department, read.project, read.payee_is_library) == ("图书馆", "188610", "669105", True)
    assert "XNZZ20261109000387" in read.serials
    other = extract(sheet_of(text.replace("188610 图书馆", "188610号楼 图书馆")), layouts=LAYOUTS, office=OFFICE)[0]
    assert not other.sure


@pytest.mark.parametrize(
    "change",
    [{"payee": "图书馆(188601)"}, {"payee": "图书馆(18861)"}, {"payee": "图书馆"}, {"payee": "图书馆 188610号楼"}, {"payee": "出版社(720400)"}, {"payee": "图书馆(1886100)"},
     {"project": "669150"}, {"project": "669105-1"}, {"project": "720402"}, {"payee": "生命科学学院(107200)", "payer": "图书馆(188610)", "project": "107205"}],
)  # fmt: skip
def test_another_code_is_not_ours(change: dict[str, str]) -> None:
    """One that is a digit off, none, another's project, and money of ours that goes to another unit."""
    read = voucher(**change)
    assert read.payee_is_library is not True
    assert not read.sure


@pytest.mark.parametrize(
    ("change", "paid_for"),
    [({"fund": "横向课题"}, Purpose.OURS), ({"fund": "省重点研发计划"}, Purpose.OURS), ({"fund": "国家自然科学基金面上项目"}, Purpose.OURS), ({"fund": "工会福利费"}, Purpose.OTHER),
     ({"fund": "学生宿舍住宿费"}, Purpose.OTHER), ({"purpose": "版面费"}, Purpose.OTHER), ({"purpose": "购买教材图书款"}, Purpose.OTHER), ({"purpose": "测试费"}, Purpose.OTHER)],
)  # fmt: skip
def test_the_fund_that_pays_is_no_purpose(change: dict[str, str], paid_for: Purpose) -> None:
    """What it is called says nothing, but for what is listed as another matter; the remark is read as closely as ever."""
    assert voucher(**change).paid_for is paid_for


def test_elsewhere_a_projects_name_is_what_was_paid_for() -> None:
    """On a page of payments it is read as closely as any remark, with a code or without."""
    text = """
              电子回单
流水号：8801234567        交易日期：2026年11月24日
付款人名称：刘洋            收款人名称：浙江大学
付款人账号：6231001234567890      收款人账号：1202024609908808891
金额大写：人民币叁拾伍元整    小写：¥35.00
项目名称：{name}        项目代码：0301
交易状态：交易成功
"""
    for name, sure in (("文献传递费", True), ("科研平台使用", False), ("校园网", False), ("横向课题", False)):
        assert extract(sheet_of(text.format(name=name)), layouts=LAYOUTS, office=OFFICE)[0].sure is sure, name


def test_the_day_it_was_booked_comes_before_that_it_was_asked_for() -> None:
    """And before those of the steps; its own number stands behind its heading."""
    read = page()
    assert read.date == date(2026, 11, 18)
    assert {"ZZ2026111897301", "JZ20261186620"} <= set(read.serials)
    assert (read.payee, read.department, read.project, read.payee_is_library) == ("图书馆", "188610", "669105", True)


@pytest.mark.parametrize(
    "change",
    [{"state": "待负责人审批", "number": "", "booked": ""}, {"state": "已退回", "number": "", "booked": ""}, {"state": "审核中"}, {"state": "草稿"}, {"state": "已撤回"},
     {"opinion": "退回：余额不足"}, {"opinion": "待处理"}, {"state": "已生成凭证，未入账"}, {"state": ""}],
)  # fmt: skip
def test_a_systems_page_is_for_a_person(change: dict[str, str]) -> None:
    """Whatever its steps say."""
    assert not page(**change).sure


def test_what_the_system_has_booked_needs_no_stamp() -> None:
    """Two of its state in so many words, the number of the booking and its day; a form of paper says one at most."""
    assert (page().sure, page().entered) == (True, True)
    assert page(booked="").entered
    assert page(number="").entered
    assert not page(number="", booked="").entered
    assert not page(state="流程已发起", number="").entered


def test_a_number_at_no_heading_is_the_requests() -> None:
    """单号 elsewhere on a form is what it was."""
    text = PAGE.format(state="", number="JZ-1", booked="2026-11-18", opinion="同意").replace(
        "校内转账单     单号：ZZ2026111897301", "校内转账单\n单号：ILL2026-000123"
    )
    read = extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0]
    assert "ILL2026000123" not in read.serials


def test_both_codes_may_stand_in_one_box() -> None:
    """Behind those of who pays; not where they are the payer's, nor beside a third pair."""
    text = PAGE.format(state="已入账", number="JZ-202611-86620", booked="2026-11-18", opinion="同意")
    for old, new in (
        ("转出部门          化学系                    部门代码      110300", "转出部门          化学系"),
        ("转出项目代码      113000-543211             项目名称      国家自然科学基金面上项目", "转出项目          110300-543211"),
        ("转入部门          图书馆                    部门代码      188610", "转入部门          图书馆"),
        ("转入项目代码      669105                    项目名称      文献检索服务", "转入项目          188610-669105"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    read = extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0]
    assert (read.department, read.project, read.payee_is_library) == ("188610", "669105", True)
    turned = (
        text.replace("110300-543211", "XX").replace("188610-669105", "110300-543211").replace("XX", "188610-669105")
    )
    third = text.replace("流转记录", "转入项目          188700-720402\n流转记录", 1)
    for other in (turned, third, text.replace("188610-669105", "188610-669150")):
        assert extract(sheet_of(other), layouts=LAYOUTS, office=OFFICE)[0].payee_is_library is not True


BY_NAME = """
浙江大学网上报账系统                         打印时间: 2026-11-06 15:42:50
                    校内转账业务单
预约单号: ZZ2026110600417      填报日期: 2026-11-06      单据状态: 已入账
转出部门      机械工程学院      转入部门      {unit}
转出项目      520100-E22416     转入项目      {project}
摘要          文献传递费
转账金额      ¥52.40            大写: 伍拾贰元肆角整
"""


@pytest.mark.parametrize(
    ("unit", "project", "ours"),
    [
        ("图书馆", "669105", True),
        ("图书馆", "669106", None),
        ("图书馆", "", None),
        ("出版社", "669105", None),
        ("图书馆学会", "669105", None),
        ("图书馆(188601)", "669105", None),
    ],
)
def test_a_form_that_names_departments_and_codes_projects(unit: str, project: str, ours: bool | None) -> None:
    """Where a form has no place for the department's code its name and the project's code are ours together."""
    read = extract(sheet_of(BY_NAME.format(unit=unit, project=project)), layouts=LAYOUTS, office=OFFICE)[0]
    assert read.payee_is_library is ours or (not ours and not read.payee_is_library)
    assert not read.sure or ours
