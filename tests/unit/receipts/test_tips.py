"""Small print that holds in general is told from what is said of this payment, by its grammar and its place."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest

from maild.config import Office
from maild.receipts.extract import extract
from maild.receipts.prose.tips import passages
from maild.receipts.rows import Cell, fold
from maild.receipts.words.states import plain
from tests.cases import each
from tests.receipts.adverse import COUNTED, OTHER
from tests.receipts.adverse.case import Shape, Turn, payment
from tests.receipts.adverse.compose import HONEST, Part, pad
from tests.receipts.sheets import sheet_of
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()

GENERAL = (
    "如收款账号或户名有误导致转账失败，资金将原路退回付款账户。", "若收款行拒绝入账，汇款将被退回，手续费不予退还。",
    "跨行汇款如遇收款行系统故障，到账时间可能延迟。", "大额支付系统关闭期间提交的汇款将顺延至下一工作日发出。",
    "因收款人信息错误造成的退款，一般两日内退还您的账户。", "交易完成后若商家同意退款，资金将退回原支付账户。",
    "缴费失败但已扣款的，系统次日自动对账退还。", "每日22:30后的跨行转账可能于次日到账。", "凡户名与账号不符的汇款，收款行有权退回。",
    "If the beneficiary bank returns the payment, the funds will be credited to your account less any charges.",
    "Payments made after 5pm or on a non-business day may be delayed until the next working day.",
    "A payment can only be recalled with the consent of the beneficiary.",
    "In the event of an unsuccessful transfer, funds will be returned to the debiting account.",
)  # fmt: skip
OF_THIS_ONE = (
    "该笔转账将于次日处理。", "本转账为次日到账，24小时内可撤销。", "款项将于三日内退回付款账户，如有疑问请致电客服。",
    "如有疑问请致电客服，款项将于三日内退回。", "因收款账号有误，款项已退回。", "由于收款人户名不符，资金退回付款账户。",
    "系统维护期间，交易挂起。", "跨行转账处理中，请耐心等待。", "转账提交后，预计2小时内到账。", "对方24小时内未接收，将自动退回。",
    "若对方24小时内未接收，将自动退回。", "大额转账须经人工审核，审核通过后汇出。", "待收款方确认后，资金将划入对方账户。",
    "网银提交成功后，请主管在24小时内复核。", "收款人户名不符的，已做退汇处理。", "如需撤销请在今日24点前办理。",
    "因您输入的收款账号不存在，银行将做退票处理。", "请在30分钟内完成付款，超时订单自动关闭。", "如遇退票，本笔汇款已于11月20日退回。",
    "The transfer will be returned to your account if the details are wrong.", "Payments are under review.",
    "When the recipient accepts, the money will be transferred.", "Once approved, the payment will be sent.",
    "If not accepted within 24 hours the payment will be cancelled.", "Funds will be released after verification.",
    "You can cancel this transfer until midnight.", "We will return the money to your account within 3 days.",
)  # fmt: skip


def _general(text: str) -> bool:
    pieces = [plain(piece) for piece in re.split(r"[。!?;]|\.(?=\s|$)", fold(text)) if piece.strip()]
    return all(LAYOUTS.tips.is_general(piece, LAYOUTS.states) for piece in pieces)


@pytest.mark.parametrize("text", GENERAL)
def test_what_holds_in_general(text: str) -> None:
    """A condition, a time, a kind of payment, and nothing that has happened."""
    assert _general(text)


@each("text", OF_THIS_ONE)
def test_what_is_said_of_this_payment(text: str) -> None:
    """Words of failure that may be about the payment on the page stay on it."""
    assert not _general(text)


def _sure(part: Part, shape: Shape, turn: Turn, seed: int, **more: object) -> bool:
    """Of the page's own text, as a perfect reader sees it."""
    random = Random(f"{shape.name}/{turn.name}/{seed}")
    slip = replace(payment(random, shape), **{**dict(turn.change), **more})  # type: ignore[arg-type]
    found = extract(sheet_of(shape.draw(slip, pad(part, random))), layouts=LAYOUTS, office=OFFICE)
    return any(receipt.sure for receipt in found)


def test_honest_pages_of_another_hand_are_mostly_sure() -> None:
    """Of the layouts that were looked at: tips, headings in the midst, English sections, parties under headings."""
    found = [_sure(OTHER, shape, HONEST, seed) for shape in OTHER.shapes for seed in range(2)]
    assert sum(found) >= 0.75 * len(found)


@pytest.mark.parametrize("part", [OTHER, COUNTED], ids=lambda part: part.name)
def test_what_was_not_paid_is_not_sure_there(part: Part) -> None:
    """Every fourth wording of the open part, each in one of the layouts."""
    shapes = {shape.name: shape for shape in part.shapes}
    cases = [(shapes[turn.shapes[n % len(turn.shapes)]], turn) for n, turn in enumerate(part.turns[::4])]
    assert [(shape.name, turn.name) for shape, turn in cases if _sure(part, shape, turn, 1)] == []


def test_a_line_below_the_tips_still_counts() -> None:
    """What is said of this payment under small print that is left out."""
    for said in ("该款项已于次日退回付款账户。", "收款行拒绝入账。", "此单作废", "本次交易处理中"):
        assert not any(
            _sure(OTHER, shape, HONEST, seed, foot=(said,)) for shape in OTHER.shapes for seed in range(2)
        ), said


def test_parties_as_columns() -> None:
    """付款方 and 收款方 above two columns: whose a name and an account are, is told by the column, to the digit."""
    firm = next(shape for shape in COUNTED.shapes if shape.name == "firm_sheet")
    assert [_sure(COUNTED, firm, HONEST, seed) for seed in range(3)] == [True] * 3
    assert not _sure(COUNTED, firm, HONEST, 1, payee_account="1202024609908808819")
    assert not _sure(COUNTED, firm, HONEST, 1, payer="浙江大学", payee="陈思远", payee_account="6222021202018822764")


def test_a_line_without_height_is_a_passage_of_its_own() -> None:
    """Readers of pictures may find such a one; it belongs to its own column at least."""
    flat = Cell(left=5, top=9, right=40, bottom=9, text="手续费不予退还", confidence=1, edges=(), index=0)
    assert list(passages([flat])) == [[flat]]
