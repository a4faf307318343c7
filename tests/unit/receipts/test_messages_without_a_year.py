"""A bank's message gives a day without its year: the mail that brings it does, where nothing else speaks against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain import SAY
from maild.domain.accounting.receipt import Receipt, completed, is_proof
from maild.domain.money import Money
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from tests.cases import each
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
THREAD = """
        95588
{before}
{head}
{one}
{after}
短信/彩信
"""
PAID = "【临江银行】罗*青您好，您尾号4471的账户于11月16日14:08\n向浙江大学（账号尾号8891）完成转账交易人民币-41.50，附言：图书馆文\n献传递费，余额3,218.47。"
NAMED = PAID.replace("（账号尾号8891）", "")
INSIDE = "【临江银行】您尾号5082卡11月16日09:42手机银行支出(转账图书馆文献传递费)\n41.50元，余额1,871.62元。对方户名：浙江大学，对方账户尾号：8891。"
SENT = date(2026, 11, 17)
DUE = (Money(Decimal("41.50"), "CNY"),)


def read(one: str = PAID, *, head: str = "11月16日 周一 14:08", before: str = "", after: str = "") -> Receipt:
    page = THREAD.format(one=one, head=head, before=before, after=after)
    return extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0]


@pytest.mark.parametrize("one", [PAID, INSIDE, PAID.replace("-41.50", "41.50元")])
@pytest.mark.parametrize(
    "head", ["11月16日 周一 14:08", "今天 14:08", "周一 14:08", "11月18日 周三 09:00", "11月16日 周— 14:08"]
)
def test_the_mails_day_gives_the_year(one: str, head: str) -> None:
    """The reader alone is not sure, whatever mail brings it."""
    receipt = read(one, head=head)
    assert (receipt.sure, receipt.warnings, receipt.date, receipt.month_day) == (
        False,
        (SAY("no_year"),),
        None,
        "11-16",
    )
    done = completed(receipt, SENT)
    assert (done.sure, done.warnings, done.date) == (True, (), date(2026, 11, 16))
    assert done.amount == DUE[0]


@pytest.mark.parametrize(
    ("said", "sent", "day"),
    [
        ("11月16日", date(2026, 11, 16), date(2026, 11, 16)), ("11月16日", date(2026, 12, 17), date(2026, 11, 16)),
        ("11月16日", date(2026, 12, 18), None), ("11月16日", date(2026, 11, 15), None), ("11月16日", date(2027, 6, 1), None),
        ("12月30日", date(2027, 1, 2), date(2026, 12, 30)), ("1月3日", date(2027, 1, 2), None), ("2月29日", date(2027, 3, 1), None),
        ("2月29日", date(2028, 3, 1), date(2028, 2, 29)), ("2月30日", date(2027, 3, 1), None),
    ],
)  # fmt: skip
def test_the_last_such_day_up_to_the_mail(said: str, sent: date, day: date | None) -> None:
    """A month before at most; one in the future is none."""
    receipt = read(PAID.replace("11月16日", said), head="今天 14:08")
    done = completed(receipt, sent)
    assert (done.date, done.sure) == (day, day is not None)


SCHEDULED = "【临江银行】您已成功设置预约转账：付款卡尾号4471，收款户名浙江大学，收款账号\n尾号8891，金额41.50元，执行日11月25日，附言：图书馆文献传递费。"
AGAINST = [
    (PAID.replace("完成转账交易", "预约转账"), {}), (PAID.replace("完成转账交易", "申请转账"), {}), (PAID.replace("完成转账交易", "发起转账"), {}),
    (PAID.replace("完成转账交易", "正在转账"), {}), (PAID.replace("于11月16日14:08", "将于11月16日14:08"), {}), (PAID.replace("余额3,218.47", "待入账"), {}),
    (PAID.replace("余额3,218.47", "银行处理中"), {}), (PAID.replace("完成转账交易", "转账失败，金额"), {}), (PAID.replace("，余额3,218.47", "，该交易已撤销"), {}),
    (PAID.replace("图书馆文\n献传递费", "研究生\n学费"), {}), (PAID.replace("浙江大学", "浙江工业大学"), {}), (PAID.replace("8891", "0027"), {}),
    (PAID.replace("人民币-41.50", "人民币+41.50"), {}), (PAID.replace("完成转账交易", "收入"), {}), (PAID.replace("人民币", "美元"), {}), (SCHEDULED, {}),
    (INSIDE.replace("转账图书馆文献传递费", "预约转账文献传递费"), {}), (INSIDE.replace("转账图书馆文献传递费", "缴纳学费"), {}),
    (INSIDE.replace("支出", "收入"), {}), (INSIDE.replace("支出", "退款"), {}), (INSIDE.replace("8891", "0027"), {}),
    (INSIDE.replace("转账图书馆文献传递费", "图书馆文献传递费撤销"), {}),
    (PAID, {"head": "10月2日 周五 14:08"}), (PAID, {"head": "11月14日 周六 14:08"}),  # the thread's day is before the message's, or long after
    (PAID, {"after": "11月16日 周一 15:20\n【临江银行】您尾号4471的账户于11月16日15:20收到\n转账退款人民币41.50，余额3,259.97。"}),
    (PAID, {"after": "11月16日 周一 15:20\n【临江银行】您向浙江大学的转账因户名不符已退回\n您的账户，请核对。"}),
    (PAID, {"after": "11月16日 周一 15:20\n【临江银行】您正在通过掌上银行转账，验证码736120\n，收款人浙江大学，请勿泄露。"}),
]  # fmt: skip


@each(("one", "around"), AGAINST)
def test_no_day_makes_up_for_what_speaks_against_a_payment(one: str, around: dict[str, str]) -> None:
    """Planned, waiting, taken back, elsewhere, for something else, money that came, a day that cannot be."""
    receipt = read(one, **around)
    assert not receipt.sure
    assert not completed(receipt, date(2026, 11, 26), DUE).sure


@pytest.mark.parametrize(
    ("head", "sure"),
    [("11月16日 周一 14:08", True), ("11月16日 周— 14:08", True), ("11月16日 星期一 14:08", True), ("11月16日 14:08", True), ("11月16日 周日 14:08", False),
     ("11月16日 周二 14:08", False), ("11月16日 星期六 14:08", False), ("11月17日 周三 09:00", True)],
)  # fmt: skip
def test_a_picture_of_another_year_has_another_day_of_the_week(head: str, sure: bool) -> None:
    """The year that the mail gives has to have it, too; of another day than the message's it says nothing."""
    assert completed(read(head=head), SENT).sure is sure


def test_a_code_that_was_asked_for_before_is_harmless_and_no_payment() -> None:
    """Nor is a purchase elsewhere above."""
    code = "11月16日 周一 14:07\n【临江银行】您正在通过掌上银行转账，验证码736120，收款人浙江大学，\n金额41.50元，请勿泄露。"
    bought = "周日 12:15\n【临江银行】您尾号5082卡11月15日12:15快捷支付支出(消费财付通-美团)23.50元\n，余额1,884.12元。"
    for before in (code, bought):
        done = completed(read(before=before), SENT)
        assert done.sure, before
        assert done.amount == DUE[0]
        alone = extract(
            sheet_of(THREAD.format(before="", head="", one=before, after="")), layouts=LAYOUTS, office=OFFICE
        )
        assert not any(completed(one, SENT, DUE).sure for one in alone if is_proof(one))


def test_a_payee_who_is_only_named_is_us_where_service_and_sum_are() -> None:
    """Our name without an account, our service in the remark, and a fee of just that sum: all three."""
    receipt = read(NAMED)
    assert set(receipt.warnings) == {SAY("no_year"), SAY("named_only")}
    assert completed(receipt, SENT, DUE).sure
    assert completed(receipt, SENT, DUE).payee_is_library
    other = (Money(Decimal("41.00"), "CNY"), Money(Decimal("41.50"), "USD"))
    for left in (completed(receipt, SENT), completed(receipt, SENT, other), completed(receipt, date(2027, 2, 1), DUE)):
        assert not left.sure
    for one in (
        NAMED.replace("附言：图书馆文\n献传递费，", ""),
        NAMED.replace("图书馆文\n献传递费", "货款"),
        NAMED.replace("浙江大学", "浙江大学出版社"),
    ):
        assert not completed(read(one), SENT, DUE).sure


def test_what_else_was_warned_of_stays() -> None:
    """A day is added, and it is as doubtful as before."""
    doubted = replace(read(), warnings=(SAY("no_year"), "amount at the picture's edge"))
    done = completed(doubted, SENT, DUE)
    assert (done.sure, done.date, done.warnings) == (False, date(2026, 11, 16), ("amount at the picture's edge",))


BANKS = [
    "【临江农业银行】您尾号6619账户11月16日14:27向浙江大学{tail}完成转支交易人民币-41.50,余额8120.02。{more}",
    "【临江农业银行】您尾号6619账户11月16日14:27向浙江大学{tail}完成网上支付交易人民币-41.50,余额8120.02。{more}",
    "【临江邮储银行】您尾号123账户11月16日14:27向浙江大学{tail}跨行转支金额41.50元,余额8120.02元。{more}",
    "【临江银行】陶敏芝于11月16日17:44通过您尾号3120账户向浙江大学{tail}转账人民币41.50元。{more}余额655.9O。",
    "【临江银行】账户*6619于11月16日14:27向浙江大学{tail}实时转至他行人民币41.50,余额8120.02。{more}",
]
ACCOUNTS = [
    ("(尾号8891)", ""),
    ("", "收款账号1202****8891,交易成功。"),
    ("", "对方账号尾号8891。"),
    ("", "已汇入对方工商银行账户1202024609908808891。"),
    ("", "款项已转入收款人账户1202024609908808891。"),
]


def worded(text: str, *, head: str = "今天 14:28", before: str = "") -> Receipt:
    lines = "\n".join(text[at : at + 19] for at in range(0, len(text), 19))
    return completed(read(lines, head=head, before=before), SENT)


@each(("bank", "tail", "more"), [(bank, *account) for bank in BANKS[:4] for account in ACCOUNTS])
def test_what_banks_call_it_and_where_the_account_stands(bank: str, tail: str, more: str) -> None:
    done = worded(bank.format(tail=tail, more=more))
    assert (done.sure, done.warnings, done.date) == (True, (), date(2026, 11, 16))


@each(
    ("old", "new"),
    [
        ("完成转支交易", "完成转存交易"),
        ("完成转支交易", "完成预约交易"),
        ("完成转支交易", "未完成转支交易"),
        ("完成转支交易", "完成转支冲正交易"),
        ("完成转支交易", "完成转支登记"),
        ("完成转支交易", "申请转支"),
        ("8891", "0027"),
        ("已汇入", "将汇入"),
        ("已汇入", "未汇入"),
        ("已汇入对方工商银行", "已汇入待清算"),
        ("已汇入对方工商银行", "已退汇入您"),
        ("已汇入对方工商银行", "已汇入我行挂账"),
    ],
)
def test_money_that_did_not_go_there(old: str, new: str) -> None:
    """It came in, waits, or went elsewhere; the unchanged one goes."""
    text = BANKS[0].format(tail="", more=ACCOUNTS[3][1])
    assert worded(text).sure
    assert old in text
    assert not worded(text.replace(old, new)).sure


@each(("head", "sure"), [("今天 14:28", True), ("周一 14:28", True), ("11月3日 周二 12:06", False)])
def test_a_day_above_another_message_is_not_this_ones(head: str, sure: bool) -> None:
    before = "11月3日 周二 12:06\n【临江银行】您尾号6619账户11月03日12:06完成代付\n交易人民币4620.00,余额8810.42。"
    assert worded(BANKS[0].format(tail="(尾号8891)", more=""), head=head, before=before).sure is sure
