"""Printed choices with boxes to tick, places to sign and stamp, viewers' bars: what a form says beside its payment."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
FORM = """
                        校内委托划款单
委托日期  2026年11月05日              单号  WT26110052
付款单位    数学科学学院              收款单位    图书馆
付款部门代码  102030                  收款部门代码  188610
付款项目代码  520401                  收款项目代码  669105
金额(大写)  柒拾柒元整                金额(小写)  ¥77.00
用途        文献传递费                {sign}
财务处办理结果
{choices}
经办：陈舒      复核：方岚      财务处审核(章)
备注：
(财务处盖章有效)
"""
SLIP = """
{bar}
                        招商银行
                        付款回单
日期：2026年11月20日          流水号：C0618P7K2MQ1N
付款人户名：叶青禾            收款人户名：浙江大学
付款人账号：6225885710447319  收款人账号：1202024609908808891
交易金额(小写)：RMB 25.20     交易金额(大写)：人民币贰拾伍元贰角整
交易摘要：文献传递费
"""


def form(choices: str, sign: str = "项目负责人签字") -> Receipt:
    return extract(sheet_of(FORM.format(choices=choices, sign=sign)), layouts=LAYOUTS, office=OFFICE)[0]


def doubts(receipt: Receipt) -> list[str]:
    return [said for said in receipt.warnings if "state" in said or "finished" in said or "receipt" in said]


@pytest.mark.parametrize(
    "choices",
    [
        "☑已划转      □ 退回补正      □ 余额不足      □ 不予办理",
        "□ 退回补正      ☑已划转      □ 不予办理",
        "√已划转 □ 退回补正 □ 余额不足",
        "已划转      □ 退回补正      □ 余额不足",
    ],
)
def test_what_was_not_chosen_says_nothing(choices: str) -> None:
    """Only the finance office's stamp is missing then, which the reader of pictures looks for."""
    receipt = form(choices)
    assert not doubts(receipt)
    assert receipt.payee_is_library


@pytest.mark.parametrize(
    "choices",
    [
        "□已划转      ☑退回补正      □ 余额不足",
        "□已划转      退回补正      □ 余额不足      □ 不予办理",
        "□已划转      □ 退回补正      ☑余额不足",
        "□已划转      □ 退回补正      □ 余额不足",  # nobody chose yet
        "☑已划转      ☑退回补正      □ 余额不足",
        "☑已划转      退回补正",
        "☑未划转      □ 已划转",
        "☑暂缓办理      □ 已划转",
        "☑待补材料      □ 已划转",
        "☑不予办理      □ 已划转",
        "办理结果：    □ 退回补正      □ 余额不足",
        "办理结果    □ 退回补正      □ 余额不足",
        "☑短信通知 □已付款 □待付款",
        "☑现金 □退回补正 □已划转",
    ],
)
def test_what_was_chosen_is_read(choices: str) -> None:
    assert doubts(form(choices))


def slip(bar: str) -> Receipt:
    return extract(sheet_of(SLIP.format(bar=bar)), layouts=LAYOUTS, office=OFFICE)[0]


def test_a_viewers_bar_names_the_file() -> None:
    assert slip("付款回单_20261120.pdf").sure


@pytest.mark.parametrize(
    "bar",
    [
        "付款申请单_20261120.pdf",
        "退款回单.pdf",
        "付款回单(作废).pdf",
        "付款回单模板.pdf",
        "样张_付款回单.pdf",
        "待付款回单.pdf",
        "付款回单_未付.pdf",
        "预约付款回单.pdf",
        "转账失败.png",
        "付款草稿.pdf",
    ],
)
def test_what_a_files_name_says_counts(bar: str) -> None:
    assert not slip(bar).sure
