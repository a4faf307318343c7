"""Payments that are told elsewhere than on a receipt: a line of an account's statement, a bank's message."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.prose.messages import read_message
from maild.receipts.rows import fold
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()

STATEMENT = """
                    账户活期交易明细清单
户名：王敏     账户：6228 41** **** 7760     币种：人民币
交易日期     摘要     交易金额     本次余额     对方信息                          日志号         附言
20261115     转支     -12.50       3,204.11     杭州地铁                          190884021
20261121     {summary}     {sum}       3,192.41     {party}     193007718      {remark}
{more}
本明细仅供参考，以银行账务记录为准
"""
US = "浙江大学 1202024609908808891"


def line(**change: str) -> list[Receipt]:
    """The receipts of a statement whose second line pays us, but for what is changed."""
    page = {"summary": "转支", "sum": "-11.70", "party": US, "remark": "文献传递费", "more": ""} | change
    return extract(sheet_of(STATEMENT.format(**page)), layouts=LAYOUTS, office=OFFICE)


def test_a_line_of_a_statement_that_pays_us_is_a_payment() -> None:
    """Its own sum, day and number; the other lines say nothing of it."""
    (receipt,) = line()
    assert receipt.warnings == ()
    assert (receipt.sure, receipt.amount and receipt.amount.amount) == (True, Decimal("11.70"))
    assert (receipt.date, receipt.serials, receipt.payee) == (date(2026, 11, 21), ("193007718",), "浙江大学")


@pytest.mark.parametrize(
    "party", ["浙江大学工商银行 ***8891", "浙江大学中国工商银行1202****8891", "浙江大学工行(8891)"]
)
def test_the_accounts_bank_may_stand_in_the_partys_column(party: str) -> None:
    (receipt,) = line(party=party)
    assert (receipt.sure, receipt.payee) == (True, "浙江大学"), receipt.warnings


@pytest.mark.parametrize(
    "change",
    [{"more": "20261122     冲正     +11.70       3,204.11     浙江大学 1202024609908808891     193007719      退汇"},
     {"more": "20261122     转存     +11.70       3,204.11     代理业务     193007719"}, {"sum": "+11.70", "summary": "转存"},
     {"more": "20261122     退汇     +11.70       3,204.11                          193007719"}, {"remark": "学费"},
     {"party": "浙江大学工商银行 ***0027"}, {"party": "浙江大学出版社工商银行 ***8891"}, {"party": "浙江大学工商银行"},
     {"party": "浙江大学教育基金会 1202024619900060266"}, {"party": "浙江大学 1202024609914490027"}, {"summary": "预约转账"},
     {"remark": "待入账"}],
)  # fmt: skip
def test_a_line_that_does_not_pay_us_or_came_back_is_not_sure(change: dict[str, str]) -> None:
    """Another's, another purpose, money that came in or came back, or what is not booked yet."""
    assert not any(receipt.sure for receipt in line(**change))


def test_a_list_that_is_no_statement_of_what_was_booked_says_nothing() -> None:
    """Without a balance behind its lines, under a heading of what is planned or sought."""
    page = (
        STATEMENT.replace("账户活期交易明细清单", "预约转账明细")
        .replace("本次余额", "执行周期")
        .replace("3,192.41", "单次")
    )
    found = extract(
        sheet_of(page.format(summary="转支", sum="-11.70", party=US, remark="", more="")),
        layouts=LAYOUTS,
        office=OFFICE,
    )
    assert not any(receipt.sure for receipt in found)


MESSAGES = """
        95533
11月3日 周二 09:12
【建设银行】您尾号4406的储蓄卡11月3日
9时12分消费支出人民币18.80元，活期余额
2,310.55元。
今天 10:29
{one}
{more}
短信/彩信
"""
PAID = "【建设银行】您尾号4406的储蓄卡2026年11\n月18日10时28分向浙江大学（工商银行尾号\n8891）转账支出人民币39.20元，附言：文献\n传递费，活期余额2,271.35元。"


def told(one: str = PAID, more: str = "") -> Receipt:
    """The first receipt of a thread of a bank's messages."""
    return extract(sheet_of(MESSAGES.format(one=one, more=more)), layouts=LAYOUTS, office=OFFICE)[0]


def test_a_message_that_tells_of_a_payment_to_us_is_read() -> None:
    """Its lines are one text; the message before it is of another payment."""
    receipt = told()
    assert receipt.warnings == ()
    assert (receipt.sure, receipt.amount and receipt.amount.amount) == (True, Decimal("39.20"))
    assert (receipt.date, receipt.payee, receipt.payee_account) == (date(2026, 11, 18), "浙江大学", "8891")


@pytest.mark.parametrize(
    ("old", "new"),
    [("转账支出", "预约转账"), ("转账支出", "申请转账"), ("活期余额2,271.35元", "银行处理中"), ("活期余额2,271.35元", "款项已暂存"),
     ("向浙江大学（工商银行尾号\n8891）", "向浙江大学（工商银行尾号\n0027）"), ("向浙江大学", "向浙江工业大学"), ("文献\n传递费", "停车\n费用"),
     ("人民币39.20元", "美元39.20元"), ("，活期余额2,271.35元", "，该交易已被撤销"), ("转账支出", "正在转账"), ("【建设银行】", "【建设银行】验证码886611，")],
)  # fmt: skip
def test_a_message_of_another_meaning_is_not_sure(old: str, new: str) -> None:
    """Planned, waiting, taken back, elsewhere, for something else, in another currency."""
    assert old in PAID
    assert not told(PAID.replace(old, new)).sure


@pytest.mark.parametrize(
    "more",
    [
        "11月19日 09:14\n【建设银行】您尾号4406的储蓄卡11月19日9时14分\n收入人民币39.20元，活期余额2,310.55元。",
        "11月19日 09:14\n【建设银行】您向浙江大学转账的款项因户名不符\n已退回您的账户，请核对。",
        "11月19日 09:14\n【建设银行】验证码******，您正在向浙江大学\n转账39.20元，请勿泄露。",
        "11月19日 09:14\n【建设银行】您11月18日的跨行汇款需补充资料\n请携带证件到网点办理。",
    ],
)
def test_what_comes_after_a_message_is_heard(more: str) -> None:
    """The money came back, or the bank says something that nobody listed."""
    assert not told(more=more).sure


@pytest.mark.parametrize(
    ("text", "payee", "final"),
    [("您尾号8891的账户11月18日10:28向浙江大学转账38.00元，余额1,200.00元。[工商银行]", "浙江大学", True),
     ("【中信银行】您尾号1234的借记卡于11月18日10:28转账汇款支出人民币38.00元，对方：浙江大学(8891)，当前余额为人民币100.00元。", "浙江大学", True),
     ("【邮储银行】26年11月18日10:28您尾号1234账户向浙江大学跨行汇款，金额38.00元，余额100.00元。", "浙江大学", True),
     ("【工商银行】您尾号1234卡11月18日10:28向浙江大学转账38.00元。", "浙江大学", False),
     ("【建设银行】您尾号4406的储蓄卡11月3日9时12分消费支出人民币18.80元，活期余额2,310.55元。", "", True)],
)  # fmt: skip
def test_banks_word_their_messages_differently(text: str, payee: str, final: bool) -> None:
    """A transfer is final where the message says so, or gives the balance after it."""
    found = read_message(fold(text), LAYOUTS)
    assert found is not None
    assert (found.payee, found.final, found.left) == (payee, final, "")


@pytest.mark.parametrize(
    ("head", "said", "day"),
    [
        ("2026年11月18日 14:22", "11月18日14时22分", date(2026, 11, 18)),
        ("2027年1月1日 8:02", "12月31日23时58分", date(2026, 12, 31)),
        ("11月18日 14:22", "11月18日14时22分", None),
        ("2026年11月18日 14:22", "9月18日14时22分", None),
    ],
)
def test_a_message_has_the_year_of_the_moment_above_it(head: str, said: str, day: date | None) -> None:
    """The last such day up to that moment, no longer than a month before; without a year there, none."""
    text = f"""
<   95578
{head}
【临江银行】您尾号6620的账户{said}向浙江大学(账号1202
024609908808891)转账支出人民币52.00元,用途:文献传递费,余额3,218.47元。
"""
    (found,) = extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)
    assert (found.date, found.sure) == (day, day is not None)


def test_an_offer_below_a_message_says_nothing_of_it() -> None:
    """What is left unread there holds it; an offer that speaks of the money does, too."""
    text = """
2026-10-30 11:37
【曹娥银行】您尾号0945的账户10月30日11:37向浙江大学(工行尾号8891)转账支出人民币118.00元,余额10,402.66元。
2026-10-31 09:02
【曹娥银行】{offer}
"""
    for offer, sure in (
        ("双十一满减活动火热进行中,点击查看详情,拒收回R", True),
        ("您的转账款项已被收款行送回,积分活动拒收回R", False),
    ):
        (found,) = extract(sheet_of(text.format(offer=offer)), layouts=LAYOUTS, office=OFFICE)
        assert found.sure is sure, offer


def test_a_booked_line_is_made_whatever_its_summary_is_called() -> None:
    """The balance stands behind it; a legend of the signs is no doubt."""
    (found,) = line(summary="网银汇出")
    assert found.warnings == ()
