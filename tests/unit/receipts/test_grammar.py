"""Labels, headings and states that no list has: understood if all their parts are known, and never with a word of doubt."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from maild.domain.errors import RuleError
from maild.receipts.examples import sheet_of
from maild.receipts.layouts import Label, label_key
from maild.receipts.loading import load
from maild.receipts.page.labels.spotting import spot, understood
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import fold, make_page
from maild.receipts.sheet import Box, Origin, Sheet
from maild.receipts.words.states import plain
from maild.resources import data_folder
from tests.cases import each
from tests.receipts.shipped import shipped

LAYOUTS = shipped()
WORDS = LAYOUTS.states
STEMS = ("退", "撤", "冲", "抹", "废", "败", "待", "未", "拒", "审", "预约", "不", "或", "将", "可疑")
FINAL = (
    "款项已存入收款人户口", "资金已转入对方账户", "划转成功", "系统处理完成", "往账已清算", "成功转入对方账户", "收款行记账成功", "钱款已全额转出",
)  # fmt: skip
LABELS = {
    Label.PAYEE: ("收款客户名称", "入账账户名", "对方单位", "受益人", "Name of beneficiary", "Payee 收款方"),
    Label.PAYER: ("转账人姓名", "付款单位(人)名称", "出账人", "Debit account name"),
    Label.PAYEE_ACCOUNT: ("收款客户账号", "收款人户口号码", "Recipient's account", "A/C No. 收款账号"),
    Label.PAYER_ACCOUNT: ("付出钱包", "扣賬戶口", "Paying account", "Debited from"),
    Label.PAYEE_BANK: ("收方开户机构", "受益人银行", "入账机构"),
    Label.AMOUNT: ("实付金额(元)", "汇兑金额", "支付数额", "Remitted amount"),
    Label.PAID: ("划转时刻", "Paid on", "Execution date", "汇兑日期"),
    Label.PURPOSE: ("款项附言", "附加信息及用途", "给收款人的訊息", "业务大类"),
    Label.STATUS: ("资金划转状态", "指令结果", "记录状态", "银行处理结果"),
    Label.SERIAL: ("凭条编号", "渠道流水号", "Confirmation ID"),
}


@each(("label", "text"), [(label, text) for label, texts in LABELS.items() for text in texts])
def test_labels_are_understood_by_their_parts(label: Label, text: str) -> None:
    """Alone in its box, whatever list it is not in."""
    ((meaning, start, end, _),) = spot(fold(text), LAYOUTS.lexicon, LAYOUTS.spotting)
    assert (meaning.label, start, end) == (label, 0, len(fold(text)))


@pytest.mark.parametrize("text", ["退款账户", "预计到账时间", "待付金额", "应付金额", "撤销时间", "未付款项说明", "Pending amount", "From date", "柜员编号", "银行代码", "客户号"])  # fmt: skip
def test_a_part_that_is_not_known_makes_a_label_unknown(text: str) -> None:
    """Nothing is guessed of the rest."""
    assert understood(label_key(fold(text)), LAYOUTS.lexicon, LAYOUTS.spotting) is None


@pytest.mark.parametrize(
    "text", [*FINAL, "Your money is in the recipient's account", "sent and received", "completed 已完成"]
)
def test_states_are_understood_by_their_parts(text: str) -> None:
    """Also in both languages at once."""
    assert WORDS.is_final(plain(text), bare=True)


@each("text", FINAL)
@each("stem", STEMS)
def test_a_word_of_doubt_anywhere_makes_a_state_unknown(text: str, stem: str) -> None:
    """Before, within and behind it."""
    assert not [said for at in range(len(text) + 1) if WORDS.is_final(said := text[:at] + stem + text[at:])]


@pytest.mark.parametrize("text", ["Rejected 已完成", "Pending 处理完成", "successful 已退回", "Money sent back", "已转入付款人账户", "提交成功", "授权成功"])  # fmt: skip
def test_half_a_state_is_none(text: str) -> None:
    """Both languages, and all of the money's way, have to say it."""
    assert not WORDS.is_final(plain(text), bare=True)


def test_what_tells_of_a_payment_is_made_of_no_parts() -> None:
    """Of what lines.toml has for telling of a payment's fate, nothing is final, a label or a heading."""
    told = tomllib.loads((data_folder("rules") / "receipts" / "lines.toml").read_text("utf-8"))["telling"]
    ties = Ties(make_page(sheet_of("")), {}, LAYOUTS.spotting)
    lines = [line for texts in told.values() for line in texts]
    assert len(lines) > 900
    assert [line for line in lines if WORDS.is_final(plain(line), bare=True) or ties.names(label_key(line))] == []


def test_a_day_of_the_booking_tells_that_it_was_made() -> None:
    """Not that of an order given, or expected."""
    made = ("划转完成时刻", "汇款到账时间", "记账时刻", "Credited on")
    open_ones = ("发起成功时间", "委托成功日期", "预计到账时间", "提交完成时间", "交易时间", "Expected completion date")
    assert all(WORDS.is_dated(label_key(text)) for text in made)
    assert not [text for text in open_ones if WORDS.is_dated(label_key(text))]


def test_steps_say_nothing_of_which_were_taken() -> None:
    """付款成功→到账成功 is the way of every payment: it neither stops one nor makes it."""
    assert WORDS.is_way(plain("付款成功→到账成功"))
    assert not WORDS.is_final(plain("付款成功→到账成功"))
    assert not WORDS.is_way(plain("付款成功→银行处理中"))


def test_a_heading_is_no_label_of_the_button_beside_it() -> None:
    """转账结果 in the middle of a top bar says nothing of 完成 at its edge; at the left of a row it is a label."""
    boxes = (
        Box(text="转账结果", left=280, right=440, top=40, bottom=70),
        Box(text="完成", left=630, right=690, top=40, bottom=70),
        Box(text="汇兑结果", left=30, right=190, top=140, bottom=170),
        Box(text="成功", left=300, right=360, top=140, bottom=170),
    )
    page = make_page(Sheet(width=720, height=1280, origin=Origin.TEXT, boxes=boxes))
    ties = Ties(page, LAYOUTS.lexicon, LAYOUTS.spotting)
    assert [tie.cell.text for tie in ties.of(Label.STATUS)] == ["汇兑结果"]


def test_a_part_that_is_not_defined_stops_the_start(tmp_path: Path) -> None:
    """With the file's name and the part's."""
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts/grammar.toml").write_text("[labels]\npayee = '{whom}人'\n", "utf-8")
    with pytest.raises(RuleError, match=r"grammar\.toml.*whom"):
        load(tmp_path)
