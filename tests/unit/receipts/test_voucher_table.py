"""A voucher of the university's books: which row pays, which is ours, and what makes it none of ours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
BY_SIDE = """
                       浙江大学经费转账凭证
单位：浙江大学计划财务处            2026年11月03日            凭证号：转账2611-00318
摘要                  部门                项目                  借方金额(元)    贷方金额(元)
{went}    104200 材料学院     519600-U12105       {debit}
{came}      {unit}       {project}              {ours}       {credit}
合计                                                          275.00          275.00
金额(大写)      人民币贰佰柒拾伍元整
会计主管：施敏    记账：汤燕    复核：姚佳
凭证状态：{state}        记账日期：2026-11-03
"""
WHOLE = {
    "went": "付图书馆文献传递费", "came": "收文献传递费", "unit": "188610 图书馆", "project": "669105 文献传递", "debit": "275.00", "credit": "275.00",
    "ours": "      ", "state": "已记账",
}  # fmt: skip
BY_WORD = """
                       浙江大学财务系统
                    校内经费转账凭证      XZ20261105002817
业务日期：2026-11-05      凭证号：记-1107      附件：1张      单据状态：已记账
方向      部门(代码/名称)      项目(代码/名称)        经济科目           借方金额     贷方金额
{first}      511700 能源工程学院      188022 储能材料课题      30299 其他                      72.60
{second}      188610 图书馆           669105 文献检索服务      41010 服务收入     72.60
合计                                                                         72.60        72.60
金额大写：柒拾贰元陆角整
转账事由：文献传递费
"""


def read(text: str) -> Receipt:
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0]


def by_side(**change: str) -> Receipt:
    return read(BY_SIDE.format(**(WHOLE | change)))


def test_the_row_with_our_codes_is_paid() -> None:
    """Its unit, project and sum, the other's unit, the voucher's number and the day it was booked."""
    receipt = by_side()
    assert receipt.amount is not None
    assert receipt.amount.amount == Decimal("275.00")
    assert (receipt.payee, receipt.department, receipt.project) == ("图书馆", "188610", "669105")
    assert (receipt.payee_is_library, receipt.entered, receipt.sure) == (True, True, True), receipt.warnings
    assert receipt.payer.endswith("材料学院")
    assert any("261100318" in serial for serial in receipt.serials)


def test_a_row_says_by_its_first_word_which_way_it_goes() -> None:
    """On which side of the books a sum stands is the office's custom."""
    receipt = read(BY_WORD.format(first="转出", second="转入"))
    assert (receipt.payee_is_library, receipt.sure) == (True, True), receipt.warnings
    turned = read(BY_WORD.format(first="转入", second="转出"))
    assert turned.payee_is_library is not True
    assert not turned.sure


@pytest.mark.parametrize(
    "change",
    [
        {"project": "669150 文献传递"}, {"unit": "188601 图书馆"}, {"unit": "188610号楼"}, {"credit": "27.50"}, {"credit": "            ", "ours": "275.00"},
        {"state": "待记账"}, {"state": "已冲销"}, {"state": "未审核"}, {"went": "收图书馆文献传递费", "came": "付文献传递费"}, {"unit": "188610 720400 图书馆"},
    ],
)  # fmt: skip
def test_what_is_not_ours_or_not_booked_is_for_a_person(change: dict[str, str]) -> None:
    """Another code, other sums, the other way round, a voucher that waits or was undone."""
    assert not by_side(**change).sure


def test_a_third_row_is_of_something_else() -> None:
    more = BY_SIDE.replace(
        "合计 ", "收测试费              188700 测试中心     720100 测试服务                      30.00\n合计 ", 1
    )
    assert not read(more.format(**WHOLE)).sure


JOURNAL = """
                               记 账 凭 证
核算单位：浙江大学            日期：2026-11-20            凭证号：转-0619            附单据 2 张
摘要                        会计科目                                                              借方金额            贷方金额
校内转账：馆际互借费          5001 业务活动费用 [121200 物理学院 / 518000-W12307]                     {debit}             {other}
校内转账：馆际互借费          4001 事业收入 [图书馆 {unit} / {project} 检索费]                         {ours}             {credit}
合计（大写）：伍佰壹拾贰元整                                                                        512.00              512.00
财务主管：高云龙      记账：黄菁      复核：吴晓岚      制单：陈斌      状态：{state}
"""
BOOKED = {
    "debit": "512.00", "other": "      ", "ours": "      ", "credit": "512.00",
    "unit": "188610", "project": "669105", "state": "已记账",
}  # fmt: skip


def journal(**change: str) -> Receipt:
    return read(JOURNAL.format(**(BOOKED | change)))


def test_a_journal_has_the_codes_at_its_account() -> None:
    """What came to us stands on the side of what is earned."""
    receipt = journal()
    assert (receipt.department, receipt.project, receipt.payee) == ("188610", "669105", "图书馆")
    assert (receipt.payee_is_library, receipt.sure) == (True, True), receipt.warnings
    assert journal(project="188610-669105", unit="").payee_is_library


@pytest.mark.parametrize(
    "change",
    [
        {"project": "669150"}, {"unit": "188601"}, {"project": "669105 冲销"}, {"state": "未记账"}, {"state": "已冲销"}, {"state": "暂存"},
        {"credit": "-512.00", "debit": "-512.00"}, {"ours": "512.00", "credit": "      "},
        {"ours": "512.00", "credit": "      ", "debit": "      ", "other": "512.00"}, {"credit": "51.20"},
    ],
)  # fmt: skip
def test_a_journal_that_is_not_ours_or_not_booked(change: dict[str, str]) -> None:
    """Another unit's, one that waits or was undone, a reversal, or our own expense."""
    assert not journal(**change).sure
