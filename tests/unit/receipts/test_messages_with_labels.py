"""A bank's message on a card: a heading above it, labels below it, each on a line of its own."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
CARD = """
中国建设银行
2026年11月9日 上午9:31
{heading}
申屠朗，您尾号3321的储蓄卡于11月9日向浙江大学（账号1202024609908808891）转账支出人民币25.00元，
{said}，可用余额1,300.06元。
用途：{what}
凭证号：330026110971403
查看详情
"""


def read(heading: str = "账户支出通知", said: str = "款项已存入对方账户", what: str = "图书馆文献传递费") -> Receipt:
    return extract(sheet_of(CARD.format(heading=heading, said=said, what=what)), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize("heading", ["账户支出通知", "账户动账提醒", "交易提醒"])
def test_a_heading_and_labels_say_nothing_against_it(heading: str) -> None:
    receipt = read(heading)
    assert receipt.warnings == ()
    assert receipt.sure
    assert receipt.purpose == "图书馆文献传递费"


@pytest.mark.parametrize(
    "change",
    [
        {"heading": "账户退汇通知"},
        {"heading": "付款失败通知"},
        {"said": "对方行已退回"},
        {"said": "款项预计明日存入对方账户"},
        {"said": "等待对方行收妥"},
        {"what": "学生宿舍住宿费"},
    ],
)
def test_another_heading_or_state_is_for_a_person(change: dict[str, str]) -> None:
    assert not read(**change).sure
