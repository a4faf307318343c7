"""Below its rows a page may say what it likes that is not about this payment; steps that a final one left behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.money import Money
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.words import stamps
from tests.bench.receipts_folder import held_against
from tests.receipts.shipped import shipped

LAYOUTS, OFFICE = shipped(), Office()
SCREEN = """
              转账详情
              {state}
              ¥35.00
{steps}
收款人            浙江大学
收款账号          1202024609908808891
付款账户          尾号 5678
转账时间          2026-11-24 10:23:45
流水号            880123456712

{line}
"""


def sure(line: str = "", *, state: str = "转账成功", steps: str = "") -> bool:
    page = SCREEN.format(line=line, state=state, steps=steps)
    return extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0].sure


@pytest.mark.parametrize(
    "line",
    ["小招提醒您：转账到账时间受对方银行系统影响，请勿重复操作", "本页面信息仅供参考，最终结果以账户明细为准", "转账一经受理无法撤销，请谨慎操作",
     "收款账户状态异常时汇款将被退回，请及时与收款人核对", "请勿轻信退款、退税类短信，谨防诈骗", "审核通过的发票将发送至邮箱，请注意查收",
     "账户余额不足时自动扣款会失败，请留意余额", "夜间批处理时段（02:00-03:00）暂停服务，交易将于恢复后处理",
     "单笔5万元以上的跨行转账，周末及节假日顺延处理", "本凭证仅表示您的账户交易情况，不作为收款方发货依据",
     "Funds may take up to one business day to reach the beneficiary depending on the cut-off times.",
     "Rejected transfers are returned to the originating account within 5 days.",
     "Payments cannot be cancelled once they have been sent.",
     "We may refuse or delay a payment if we suspect fraud."],
)  # fmt: skip
def test_what_holds_in_general_stops_nothing(line: str) -> None:
    """Hints, warnings and limits, in words that no list has, below a payment that is known to be made."""
    assert sure(line)


@pytest.mark.parametrize(
    "line",
    ["交易处理需要一定时间，请稍后在明细中查询结果", "您的转账申请正在处理，请稍后查看结果", "此为预约转账，将于2026年11月30日执行，请保证余额",
     "收款账户不存在，银行将做退票处理，请重新发起", "已发起撤销申请", "客户申请联，以银行盖章回单为准", "通讯超时，请稍后核实", "剩余支付时间 12:30",
     "到账前您可随时撤销本次转账，逾时不可撤销", "本单为预览，不作付款凭据，请以柜面为准", "Money will leave your account on the due date",
     "You can still cancel this transfer", "We're holding this payment for checks", "Second authoriser required"],
)  # fmt: skip
def test_what_is_said_of_this_payment_is_for_a_person(line: str) -> None:
    """As long and as low as a hint."""
    assert not sure(line)


STEPS = """
已提交转账申请
11-24 10:23
本行扣款成功
11-24 10:23
{last}
"""


@pytest.mark.parametrize(
    ("last", "made"),
    [("收款行已入账\n11-24 10:24", True), ("收款行处理中", False), ("收款行处理中\n11-24 10:24", False),
     ("收款行已退回\n11-24 10:24", False), ("待收款行入账\n11-24 10:24", False)],
)  # fmt: skip
def test_steps_before_a_final_one_are_history(last: str, made: bool) -> None:
    """That it was handed in says nothing once the last step, with its moment, is known to be final."""
    assert sure(steps=STEPS.format(last=last)) is made


def test_a_large_line_by_the_sum_has_to_be_known() -> None:
    """A headline made of words that forms have, too."""
    assert sure(state="付款成功")
    assert not sure(state="银行录入")


@pytest.mark.parametrize(
    ("text", "booked"),
    [
        ("NO.01883744", False),
        ("凭证号码|3301", False),
        ("交易流水号|88012", True),
        ("柜员流水|0012", True),
        ("回单编号|2026", True),
    ],
)
def test_the_number_of_a_printed_form_is_no_booking(text: str, booked: bool) -> None:
    """An application or a bank's form needs the bank's stamp, or a number that the bank gave it."""
    words = stamps.shipped()
    assert words.application.search("杭州银行|电汇凭证(回单)")
    assert bool(words.number.search(text)) is booked


def test_a_reading_is_held_against_its_label() -> None:
    """What the table of a folder counts: fields that its label names, a sum that is sure and is not the label's."""
    label = {"paid": True, "currency": "CNY", "amount": "35.00", "payee": "浙江大学", "payee_account": None,
             "date": "2026-11-24", "serial": "88 01"}  # fmt: skip
    read = Receipt(kind=ReceiptKind.BANK_APP, amount=Money(Decimal("36.00")), date=date(2026, 11, 24), serials=("8801",),
                   payee_is_library=True, sure=True)  # fmt: skip
    found = held_against(label, (read,), 0.0, ())
    assert found.right == {"amount": False, "payee": True, "date": True, "serial": True}
    assert found.wrong
    assert found.sure
