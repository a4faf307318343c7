"""Sentences of papers, filled in or written: 兹由…划转人民币(大写)…(¥…)至…, 今收到…交来…."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
NOTICE = """
                     经费划转通知单
计划财务处：                                   No. 0003902
兹由_{payer}_(学院/部门)从经费项目_103700-H15_{act}人民币(大写)
{words} (¥_{sum}_)至_{payee}_，入账项目_{project}_，用途：_{purpose}_。
{after}
项目负责人(签字)：贺南星          财务处经办：陈舒
经办人：韦安
划出单位(盖章)                    2026年11月13日
本单经财务处盖章后生效，一式两份。
"""
PROOF = """
                     {title}
兹证明：能源工程学院{when}从经费项目518200-T061
划转人民币壹佰肆拾柒元整(¥147.00)至图书馆(部门代码188610，项目代
码669105)，用途：文献传递费。{after}
特此证明。
浙江大学计划财务处
2026年11月10日
"""
RECEIPT = """
                     {title}                   No 0086152
2026年11月12日
今收到{payer}
交来{purpose}
人民币(大写) {words}                  ¥{sum}
收款方式 □现金 □支票 ☑转账 □其他
收款单位(盖章)：{payee}
会计：苏眉          收款人：范琳          经手人：闵捷
"""


def notice(**other: str) -> Receipt:
    said = {
        "payer": "历史学院",
        "act": "划转",
        "words": "壹佰捌拾陆元肆角整",
        "sum": "186.40",
        "payee": "图书馆",
        "project": "669105",
        "purpose": "文献传递费",
        "after": "请予办理。",
    }
    return extract(sheet_of(NOTICE.format(**said | other)), layouts=LAYOUTS, office=OFFICE)[0]


def proof(title: str = "证明", when: str = "已于2026年11月10日", after: str = "该笔款项已办结入账。") -> Receipt:
    sheet = sheet_of(PROOF.format(title=title, when=when, after=after))
    return extract(sheet, layouts=LAYOUTS, office=OFFICE)[0]


def receipt(**other: str) -> Receipt:
    said = {
        "title": "收款收据",
        "payer": "绍兴市鉴水设计院",
        "purpose": "图书馆文献传递费",
        "words": "贰佰肆拾元捌角整",
        "sum": "240.80",
        "payee": "浙江大学",
    }
    return extract(sheet_of(RECEIPT.format(**said | other)), layouts=LAYOUTS, office=OFFICE)[0]


def test_a_sentence_with_blanks_is_read_as_a_form() -> None:
    found = notice()
    assert not found.warnings
    assert (str(found.amount), found.payer, found.payee) == ("186.40 CNY", "历史学院", "图书馆")
    assert found.payee_is_library
    assert found.purpose == "文献传递费"


@pytest.mark.parametrize(
    "other",
    [
        {"sum": "168.40"},
        {"words": "壹佰捌拾陆元整"},
        {"payee": "继续教育学院"},
        {"payee": "图书馆学会"},
        {"payee": "图书馆(188601)"},
        {"payee": "图书馆(编目部)"},
        {"project": "669106"},
        {"purpose": "培训费"},
        {"purpose": "住宿费"},
        {"act": "拟划转"},
        {"act": "未能划转"},
        {"act": "预约划转"},
        {"act": "冲回"},
        {"after": "该款项已退回。"},
        {"after": "该笔款项预计于12月划转。"},
        {"after": "此单作废"},
        {"after": "待项目负责人签字后办理。"},
        {"after": "因余额不足，暂不办理。"},
        {"payer": "历史学院拟"},
        {"payer": "历史学院将"},
        {"payer": "历史学院申请"},
        {"payer": "历史学院未"},
        {"payer": "历史学院待审批后"},
        {"payer": "历史学院承诺"},
    ],
    ids=str,
)
def test_a_sentence_that_says_otherwise_is_for_a_person(other: dict[str, str]) -> None:
    assert notice(**other).warnings


def test_a_sentence_that_proves_is_read() -> None:
    found = proof()
    assert not found.warnings
    assert str(found.date) == "2026-11-10"
    assert (found.department, found.project) == ("188610", "669105")


@pytest.mark.parametrize(
    "other",
    [
        {"title": "退款说明"},
        {"title": "经费划转申请"},
        {"when": "拟于2026年12月10日"},
        {"when": "已提交申请，预计于2026年12月10日"},
        {"after": "该笔款项预计于2026年11月25日后统一划转。"},
        {"after": "该笔款项已退回原项目。"},
        {"after": "因项目冻结，未能划转。"},
        {"after": "该笔款项尚未入账。"},
        {"after": "该笔款项已冲销。"},
    ],
    ids=str,
)
def test_a_proof_of_something_else_is_for_a_person(other: dict[str, str]) -> None:
    assert proof(**other).warnings


def test_a_receipt_that_is_written_by_hand_is_read() -> None:
    """Whether the office that took the money stamped it is seen by the reader of pictures."""
    found = receipt()
    assert not found.warnings
    assert (str(found.amount), found.payer, found.payee) == ("240.80 CNY", "绍兴市鉴水设计院", "浙江大学")


@pytest.mark.parametrize(
    "other",
    [
        {"sum": "204.80"},
        {"payee": "杭州求知图文制作有限公司"},
        {"payee": "浙江大学出版社有限责任公司"},
        {"purpose": "2026学年住宿费"},
        {"purpose": "文献传递费、停车费"},
        {"purpose": "文献传递费退款"},
        {"title": "退款收据"},
        {"title": "借款收据"},
        {"title": "收款收据(作废)"},
        {"payer": "绍兴市鉴水设计院 未付"},
        {"payer": "绍兴市鉴水设计院尚未"},
        {"payer": "绍兴市鉴水设计院承诺于12月"},
        {"payer": "绍兴市鉴水设计院将"},
    ],
    ids=str,
)
def test_a_receipt_of_something_else_is_for_a_person(other: dict[str, str]) -> None:
    assert receipt(**other).warnings
