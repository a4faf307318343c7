"""Boxes for single digits, states in several clauses, introductions, purposes in pinyin."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Purpose, Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.sheet import Origin
from maild.receipts.words import stamps
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
SLIP = """
              钱塘银行  进账单(回单)
2026年11月24日
全称  湖州生物制药有限公司          全称  浙江大学
账号  33018956987953353             账号  1202024609908808891
开户银行  钱塘银行文教支行          开户银行  工行杭州市浙大分理处
                                         {places}
人民币(大写)  {words}
                                         {digits}
票据张数  1
交易流水号  880123456712
备注：文献传递费                         转讫
"""
SCREEN = """
              {line}
              转账成功
              ¥35.00
汇款状态          {state}
收款人            浙江大学
收款账号          1202024609908808891
转账时间          2026-11-24 10:23:45
流水号            880123456712
附言              {purpose}
"""


def read(page: str, origin: Origin = Origin.TEXT) -> Receipt:
    return extract(sheet_of(page, origin), layouts=LAYOUTS, office=OFFICE)[0]


def screen(*, line: str = "转账详情", state: str = "交易成功", purpose: str = "文献传递费") -> Receipt:
    return read(SCREEN.format(line=line, state=state, purpose=purpose))


@pytest.mark.parametrize(
    ("places", "digits", "words", "value"),
    [
        ("百  十  元  角  分", "¥   6   7   2   0", "陆拾柒元贰角整", "67.20"),
        ("百  十  元  角  分", "¥   6   7   2   日", "陆拾柒元贰角整", "67.20"),  # a nought between its lines
        ("千  百      元  角  分", "    ¥   6   7   2   0", "陆拾柒元贰角整", "67.20"),  # a place that was not read
        ("千  百  十  元  角  分", "¥   1   2   3   0   5", "壹佰贰拾叁元零伍分", "123.05"),
    ],
)
def test_digits_in_boxes_are_worth_their_place(places: str, digits: str, words: str, value: str) -> None:
    """With the same in words the sum is sure; ¥ 6 alone is never a sum."""
    found = read(SLIP.format(places=places, digits=digits, words=words), Origin.OCR)
    assert found.amount is not None
    assert found.amount.amount == Decimal(value)
    assert found.amount_agrees


@pytest.mark.parametrize("digits", ["¥   6   7   2    ", "¥   6       2   0", "¥   6   7   2   5"])
def test_boxes_that_lack_a_digit_or_differ_from_the_words_are_not_sure(digits: str) -> None:
    """What was not read is not made up from the words."""
    page = SLIP.format(places="百  十  元  角  分", digits=digits, words="陆拾柒元贰角整")
    found = read(page, Origin.OCR)
    assert not found.sure
    assert not found.amount_agrees


@pytest.mark.parametrize(
    "state",
    ["银行处理完毕，对方已入账", "付款成功；收款方已到账", "交易成功，2026-11-24 10:24", "已扣款，对方已收款", "转账成功。资金已到账",
     "Completed – money delivered", "Paid - the payee has received the money", "Completed, payment sent"],
)  # fmt: skip
def test_a_state_in_several_known_clauses_is_known(state: str) -> None:
    """Each clause is final by itself, or is only a day."""
    assert screen(state=state).sure


@pytest.mark.parametrize(
    "state",
    ["银行处理完毕，对方有出入", "交易成功，才可入账", "已扣款，对方未入账", "付款成功，次日可查", "银行处理完毕，物归原主", "转账成功，款项已退",
     "Completed – money on its way", "Completed – money returned", "Done, but not by the bank", "2026-11-24", "成功，需再核"],
)  # fmt: skip
def test_a_clause_that_nobody_knows_keeps_the_state_unknown(state: str) -> None:
    """However final the other clause is."""
    assert not screen(state=state).sure


@pytest.mark.parametrize(
    "line",
    ["尊敬的客户：以下是您的转账回单", "亲爱的用户，您好，下面是本次交易的详情", "尊敬的王敏女士：您的电子回单如下", "尊敬的储户，以下为您的付款信息，请查收",
     "Dear Customer, below is the receipt of your payment", "Dear Customer, please find attached the details of the transfer",
     "Dear Ms. Wang, here is the confirmation of your payment",
     "Dear Customer, below is the record of the remittance order kept in our system", "To Zhejiang University"],
)  # fmt: skip
def test_a_greeting_with_what_follows_is_no_state(line: str) -> None:
    """An introduction, and our name as a headline."""
    assert screen(line=line).sure


@pytest.mark.parametrize(
    "line",
    ["尊敬的客户：您的款项另作安排", "尊敬的客户：以下是您的转账草稿", "尊敬的客户，以下汇款对方谢绝", "您好，下面是一次练习",
     "Dear Customer, below is the payment that the bank sent back", "Dear Customer, below is a sample of the receipt",
     "Dear Customer, your money came home", "To Zhejiang University Hospital"],
)  # fmt: skip
def test_an_introduction_that_tells_of_something_is_for_a_person(line: str) -> None:
    """It greets as politely."""
    assert not screen(line=line).sure


@pytest.mark.parametrize(
    "purpose",
    ["TUSHUGUANWENXIAN CHUANDI FEI", "WENXIANCHUANDIFEI", "wen xian chuan di fei", "GUANJI HUJIE FEI", "JIANSUO FEI", "CHAXINFEI",
     "Tushuguan wenxianfei", "ILLfee Library", "LibraryILL fee", "InterlibraryLoan", "DocumentDeliveryFee"],
)  # fmt: skip
def test_our_services_in_pinyin_or_run_together_are_ours(purpose: str) -> None:
    """As banks print what was typed without Chinese."""
    found = screen(purpose=purpose)
    assert found.paid_for is Purpose.OURS
    assert found.sure


@pytest.mark.parametrize(
    "purpose",
    ["TINGCHE FEI", "ZHUSU FEI", "TUSHUGUAN FAKUAN", "XUEZAFEI", "WENXIANCHUANDIFEI TINGCHEFEI", "PEIXUN FEI", "BILLFEE", "stillfee", "YAJIN",
     "tushuguan chaoqi fei"],
)  # fmt: skip
def test_another_matter_in_pinyin_is_for_a_person(purpose: str) -> None:
    """Also beside ours, and of the library."""
    assert not screen(purpose=purpose).sure


NON_TAX = """
              非税收入一般缴款书(电子)
缴款码:33016938190887953812       填制日期:2026-11-17       票据号码:2869107096
执收单位编码:125523868       执收单位名称:浙江大学       {state}
全称  丽水市农业科学研究所          全称  浙江大学
账号  33051221955612294             账号  1202024609908808891
币种:人民币       金额(大写)贰拾壹元伍角整       (小写)¥21.50
收入项目名称  文献传递费
"""


def test_a_non_tax_form_is_one_receipt() -> None:
    """A unit's code beside its name is no second payee, and the form's heading is known."""
    found = read(NON_TAX.format(state="缴款状态:缴款成功"))
    assert found.sure, found.warnings


@pytest.mark.parametrize("state", ["缴款状态:待缴款", "缴款状态:红冲", "缴款状态:已开单", "缴款状态:缴款途中"])
def test_a_non_tax_form_in_another_state_is_for_a_person(state: str) -> None:
    """It bears the same heading, number and sum."""
    assert not read(NON_TAX.format(state=state)).sure


@pytest.mark.parametrize(("said", "booked"), [("缴款状态:缴款成功", True), ("缴款状态|已缴款", True), ("缴款状态:缴款成功后打印", False),
                                               ("缴款状态:待缴款", False), ("票据号码:2869107096", False)])  # fmt: skip
def test_a_non_tax_form_needs_a_stamp_or_its_state(said: str, booked: bool) -> None:
    """Its heading and its printed number alone are no payment."""
    words = stamps.shipped()
    assert words.application.search("非税收入一般缴款书(电子)")
    assert bool(words.number.search(said)) is booked
