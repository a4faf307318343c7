"""A payment counts as made by a known final state only: every layout with an invented one is for a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt
from maild.domain.errors import RuleError
from maild.receipts.examples import sheet_of as drawn
from maild.receipts.extract import extract
from maild.receipts.loading import load
from maild.receipts.sheet import Origin
from maild.receipts.words.states import plain
from maild.resources import data_folder
from tests.cases import each
from tests.receipts import fonts, values
from tests.receipts.registry import Layout, Pad, layouts
from tests.receipts.sheets import sheet_of
from tests.receipts.shipped import shipped
from tests.share import times

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
ALL = [one for family in ("open", "held") for one in layouts(family) if one.kind != "not_a_receipt"]
# Nobody listed these, and they hold none of the stems that speak against a payment.
STATES = (
    "交易挂起",
    "指令已送达",
    "款项圈存",
    "银行录入",
    "转账登记成功",
    "已存为模板",
    "对方已知悉",
    "Transfer noted",
    "Awaiting partner",
    "汇路查找",
)
TITLES = (
    "资金划拨意向单",
    "转账登记单",
    "电子备忘单",
    "汇款指令底单",
    "付款安排书",
    "对账参考凭证",
    "Payment instruction slip",
    "客户意向回单",
    "交易说明书",
)
AGAINST = ("已撤销", "待复核", "冲正", "预约转账", "抹账", "Reversed", "Scheduled", "审核未通过", "受理成功", "退汇", "已驳回", "交易败", "拒付", "Voided",
           "Declined", "作废", "轉賬未完成", "退單", "Pending", "In review", "Returned to payer")  # fmt: skip
_MADE = re.compile(
    r"成功|完成|已(收|付|支付|缴|到账|入账|记账|转出|汇出)|^成功$|[sS]uccess|[cC]omplete|[pP]aid|转账支出|正常|转讫|收讫|付讫"
)
_TITLE = re.compile(
    r"(回单|回执|凭证|凭条|通知|收据|小票|单|书|联|receipt|advice|slip|支付|付款|明细|详情|记录|结果)(\(.*\)|（.*）)?$",
    re.IGNORECASE,
)

Change = Callable[[str, float], str]


def read(layout: Layout, seed: int, changed: Change | None = None) -> Receipt:
    """The first receipt of a drawing of this layout, paid to us, its text changed."""
    random = Random(f"{layout.name}/{seed}")
    facts = values.facts(random)
    if not facts.ours:
        facts.ours, facts.payee, facts.payee_account = True, values.OUR_NAME, values.OUR_ACCOUNT
    page = layout.draw(facts, Pad(random=random, style=fonts.style(layout.family, random), family=layout.family))
    return extract(sheet_of(page, Origin.TEXT, changed=changed), layouts=LAYOUTS, office=OFFICE)[0]


def state(invented: str) -> Change:
    """All that says how the payment went, headline or row, says this."""
    return lambda text, size: invented if _MADE.search(text) and len(text) <= 14 else text


def title(invented: str) -> Change:
    """A heading that is a slip's title is this one."""
    return lambda text, size: invented if _is_title(text, size) else text


def both(name: str, went: str) -> Change:
    """Neither the heading nor the state is known."""
    return lambda text, size: title(name)(state(went)(text, size), size)


class Counted:
    """A change, and whether it changed anything."""

    def __init__(self, change: Change) -> None:
        self._change, self.changed = change, False

    def __call__(self, text: str, size: float) -> str:
        new = self._change(text, size)
        self.changed = self.changed or new != text
        return new


def behind(word: str) -> Change:
    """The first line in large letters goes on with the word."""
    done: list[str] = []

    def change(text: str, size: float) -> str:
        if size < 15 or done:
            return text
        done.append(text)
        return f"{text} {word}"

    return change


def _is_title(text: str, size: float) -> bool:
    return size >= 15 and len(text) <= 26 and bool(_TITLE.search(plain(text)))


def test_most_layouts_are_sure_as_they_are() -> None:
    """Or the tests below would prove nothing."""
    sure = [
        read(layout, seed).sure for layout in layouts("open") if layout.kind != "not_a_receipt" for seed in range(3)
    ]
    assert sum(sure) >= 0.6 * len(sure), f"{sum(sure)} of {len(sure)}"


@each(("place", "layout"), list(enumerate(ALL)), ids=lambda value: getattr(value, "name", ""))
def test_an_invented_state_is_for_a_person(place: int, layout: Layout) -> None:
    """Heading and state of each layout replaced by what nobody listed."""
    for seed in range(times(1, 3)):
        name, went = TITLES[(place + seed) % len(TITLES)], STATES[(place + 3 * seed) % len(STATES)]
        assert not read(layout, seed, both(name, went)).sure, (name, went)


@each(("place", "layout"), list(enumerate(ALL)), ids=lambda value: getattr(value, "name", ""))
def test_what_speaks_against_it_is_for_a_person(place: int, layout: Layout) -> None:
    """A word behind the heading, wherever else the page says that it was paid; and in the place of its state."""
    for seed in range(times(1, 2)):
        word = AGAINST[(place + 5 * seed) % len(AGAINST)]
        assert not read(layout, seed, behind(word)).sure, word
        change = Counted(state(word))
        assert not read(layout, seed, change).sure or not change.changed, word


def test_a_slip_has_no_negative_sum() -> None:
    """A screen writes -35.00 for what was paid; a slip for what went back, by a sign, in brackets or in a box before."""
    slip = """
              钱塘商业银行电子回单
日期：2026年11月24日        流水号：8801234567
付款人名称：刘洋            收款人名称：浙江大学
付款人账号：6231001234567890      收款人账号：1202024609908808891
金额大写：人民币叁拾伍元整    小写：{sum}
用途：文献传递费
"""
    for shown, sure in (
        ("¥35.00", True),
        ("-35.00", False),
        ("¥-35.00", False),
        ("(35.00)", False),
        ("−¥35.00", False),
        ("35.00-", False),
        ("35.00 CR", False),
    ):
        (receipt,) = extract(drawn(slip.format(sum=shown)), layouts=LAYOUTS, office=OFFICE)
        assert receipt.sure is sure, shown


SCREEN = """
              交易详情
              {state}
收款人            浙江大学
收款账号          1202024609908808891
转账金额          ¥35.00
金额大写          叁拾伍元整
付款账户          尾号 5678
转账时间          2026-11-24 10:23:45
流水号            880123456712
              返回首页
"""


def test_an_office_adds_its_own_words(tmp_path: Path) -> None:
    """A state its bank uses is one line more in its own states.toml; what is broken there stops the start."""
    shipped = (data_folder("rules") / "receipts" / "states.toml").read_text("utf-8")
    folder = tmp_path / "receipts"
    folder.mkdir()
    (folder / "states.toml").write_text(shipped.replace("values = [", "values = [ '款已落袋',", 1), "utf-8")
    known = load(tmp_path)
    for layouts_, sure in ((LAYOUTS, False), (known, True)):
        (receipt,) = extract(drawn(SCREEN.format(state="款已落袋")), layouts=layouts_, office=OFFICE)
        assert receipt.sure is sure
    for old, new, said in (
        ("movements =", "moves =", "unknown key"),
        ("values = [", "values = ['(',", "not an RE2 pattern"),
        ("[final]", "[finals]", "unknown key"),
    ):
        (folder / "states.toml").write_text(shipped.replace(old, new, 1), "utf-8")
        with pytest.raises(RuleError, match=said) as error:
            load(tmp_path)
        assert "states.toml" in str(error.value)


@each(
    ("state", "sure"),
    [("转账成功", True), ("轉帳成功", True), ("汇款已成功", True), ("Payment successful", True), ("Transfer completed", True), ("Paid", True),
     ("已成功转账", True), ("支付完成", True), ("对方已收款", True), ("Payment sent successfully", True), ("转账成功,资金已实时到账", True),
     ("转账失败", False), ("提交成功", False), ("受理成功", False), ("预约成功", False), ("转账成功(待审核)", False), ("Transfer initiated", False),
     ("Payment authorised", False), ("Transfer noted", False), ("充值成功", False), ("退款成功", False), ("还款成功", False), ("已发送", False), ("", False)],
)  # fmt: skip
def test_the_state_alone_decides(state: str, sure: bool) -> None:
    """The same screen under other headlines."""
    (receipt,) = extract(drawn(SCREEN.format(state=state)), layouts=LAYOUTS, office=OFFICE)
    assert receipt.sure is sure
