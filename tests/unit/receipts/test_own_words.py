"""Pages that say in words, steps and furniture of their own that the payment is made; and what must not pass for it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.receipts.page.numerals import find_words
from maild.receipts.page.stages.booked import _NUMBER
from maild.receipts.prose.messages import read_message
from maild.receipts.words.states import plain
from tests.cases import each
from tests.receipts.shipped import shipped
from tests.unit.receipts.test_known_states import SCREEN, SLIP, read, state_known

LAYOUTS = shipped()


@pytest.mark.parametrize(
    "said",
    ["跨行汇款已到账", "您尾号2207的账户有一笔汇款已被对方银行入账", "已兑付入账", "上列款项已按委托办妥,请核对。", "资金已转入对方账户,流水号20512203",
     "20261117 电汇RMB38.00付方已扣账收方行已入账交易号570637455柜员39084", "收款银行已于同日将款项记入收款人账户", "交易成功(已入账)",
     "Result 交易成功", "transaction status: 交易成功", "付款成功 11-21 20:29", "交易成功 00", "已入对方账户", "The beneficiary bank has confirmed the credit.", "Your money is with them",
     "Your transfer below has been completed and the funds have been credited to the beneficiary.", "23 Nov 2026 09:18 Credited by beneficiary bank"],
)  # fmt: skip
def test_a_state_in_words_of_its_own_is_final(said: str) -> None:
    """A verb of paying with a mark that it is done, in every clause, beside its moment, number or answer's code."""
    assert LAYOUTS.states.is_final(plain(said))


@each(
    "said",
    ["Result 交易失败", "Result 待处理", "Status 提交成功", "Result of review 交易成功", "交易成功(待入账)", "付方已扣账收方行未入账", "20261117 电汇RMB38.00付方已扣账收方行待入账交易号570637455", "收款行已收到指令", "款项已进入清算",
     "款项已转入付款账户", "款项已按要求退回", "款项已按申请撤销", "对方银行已确认拒收", "汇款已被对方银行拒收", "已办理", "对方已确认", "已入账后退回",
     "已汇出待入账", "款项已到我行", "转账登记成功 11-21 20:29", "交易成功 01", "款项将记入收款人账户", "The beneficiary bank has received your enquiry",
     "Your transfer below has been completed and the funds have been returned"],
)  # fmt: skip
def test_a_state_that_says_less_is_not(said: str) -> None:
    """One clause of doubt, another's account, an answer's code that is no nought: for a person."""
    assert not LAYOUTS.states.is_final(plain(said))


ABREAST = """
填单           负责人审批        财务审核         转账入账
11-17 09:05    11-17 10:44      11-18 14:20     {moment}
"""
TRAIL = """
制单        裘文静      2026-11-11 09:12:30     提交
复核        金达        2026-11-11 09:40:11     {said}
银行处理    系统        2026-11-11 {clock}     {last}
"""


@pytest.mark.parametrize(
    ("steps", "made"),
    [(ABREAST.format(moment="11-18 15:02"), True), (ABREAST.format(moment="待处理"), False),
     (TRAIL.format(said="同意", clock="10:02:49", last="付款完成"), True), (TRAIL.format(said="退回", clock="10:02:49", last="付款完成"), False),
     (TRAIL.format(said="同意", clock="10:02:49", last="银行退票"), False), (TRAIL.format(said="同意", clock="08:02:49", last="付款完成"), False)],
)  # fmt: skip
def test_steps_abreast_and_in_a_table_are_history(steps: str, made: bool) -> None:
    """Where each has its moment and the last in time ends them."""
    page = SCREEN.format(state="交易成功").replace("              返回首页", steps)
    assert state_known(read(page)) is made


MENU = """
              越秀银行付款结果
我的报销单
对公支付          收款人            浙江大学
学费查询          收款账号          1202024609908808891
酬金申报          转账金额          ¥35.00
{name}          金额大写          叁拾伍元整
到款认领          付款账户          尾号 5678
                  转账时间          2026-11-24 10:23:45
                  流水号            880123456712
                  交易状态          交易成功
"""


@pytest.mark.parametrize(("name", "calm"), [("借款冲销", True), ("已冲销", False), ("退回", False)])
def test_a_menu_down_the_side_says_nothing(name: str, calm: bool) -> None:
    """Names of what may be done, 学费查询 among them; a state that stands there is heard."""
    receipt = read(MENU.format(name=name))
    assert state_known(receipt) is calm, receipt.warnings
    assert not calm or not any("学费" in warning for warning in receipt.warnings)


@pytest.mark.parametrize(
    ("written", "value"),
    [("One hundred forty-two yuan and fifty fen only", "142.50"), ("RMB One Hundred and Forty Two and Cents Fifty Only", "142.50"),
     ("CNY Two thousand one hundred and five yuan only", "2105.00"), ("RMB Thirty-eight yuan five jiao only", "38.50"), ("Sixteen yuan only", "16.00")],
)  # fmt: skip
def test_english_words_are_a_witness(written: str, value: str) -> None:
    """As Chinese ones are."""
    assert [words.value for words in find_words(written)] == [Decimal(value)]


@pytest.mark.parametrize(
    "written", ["Twenty US dollars only", "twenty twenty yuan only", "one two yuan only", "five hundred hundred yuan only", "thirty only",
                "ten five yuan only", "about sixteen yuan only"],
)  # fmt: skip
def test_what_is_no_english_amount_is_none(written: str) -> None:
    """Another currency, places that do not fall, a word too many."""
    assert not find_words(written)


LETTER = "您于2026年11月18日09时41分通过网上银行汇出人民币46.80元,收款人浙江大学,账号1202024609908808891(中国工商银行杭州市浙大分理处)。"


@pytest.mark.parametrize(
    ("end", "final", "left"),
    [
        ("收款银行已于同日将款项记入收款人账户,汇款附言为“图书馆文献传递费”。", True, False),
        ("该款项将于下一工作日记入收款人账户。", True, True),
        ("如收款银行拒收,款项退回。", True, True),
    ],
)
def test_a_banks_letter_is_taken_to_pieces(end: str, final: bool, left: bool) -> None:
    """What is left over tells of something, and a person looks."""
    told = read_message(LETTER + end, LAYOUTS)
    assert told is not None
    assert (told.payee, told.amount, told.final, bool(told.left)) == ("浙江大学", "46.80", final, left)


def test_a_remark_of_the_banks_is_no_other_purpose() -> None:
    """汇划渠道:手机银行 says how; 费用:停车费 says for what."""
    for remark, silent in (
        ("汇划渠道:手机银行", True),
        ("打印渠道:网上银行", True),
        ("汇划渠道:停车费", False),
        ("一", True),
    ):
        receipt = read(SLIP.format(title="电子回单").replace("用途：文献传递费", f"备注：{remark}"))
        assert any(w.startswith("paid for something else") for w in receipt.warnings) is not silent, remark


@each(("value", "booked"), [
    ("内转-202609-0417", True), ("记字第0118号", True), ("特转20260911", True), ("银付-33", True), ("外转-2026-1", True),
    ("拟2026-0417", False), ("待2026", False), ("原凭证2026", False), ("待生成", False),
])  # fmt: skip
def test_the_word_of_a_voucher_stands_before_its_number(value: str, booked: bool) -> None:
    """内转, 特转, 银付 beside 记字第; what is still to come, or was, is no number."""
    assert bool(_NUMBER.fullmatch(value)) is booked
