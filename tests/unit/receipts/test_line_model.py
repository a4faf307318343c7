"""The model of a page's lines: what it was taught, what it may let pass, and where it is not asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

import pytest

from maild.config import Office
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.words.linemodel import shipped as model
from tests.corpus.pages import HELD_BACK, written
from tests.receipts.shipped import shipped
from tests.receipts.slips import SCREEN, SLIP, WHOLE

LAYOUTS, OFFICE = shipped(), Office()
# Written when the model stood, by none of its writers: beside a payment that was made.
BESIDE = [
    "云闪付 银行业统一移动支付", "HSBC 汇丰", "数字人民币(试点版)", "理财有风险 选择需谨慎", "查看更多服务", "本行微信公众号", "Find an ATM near you", "点亮微光 温暖同行", "亲友圈 | 消息 | 我的",
    "掌银生活 周三半价", "我的足迹", "Scan to download our app",
]  # fmt: skip
# Beside it, too, and each may be of this payment.
OF_IT = [
    "首页 | 我的 | 已退 | 查询 | 设置", "失败笔数 1", "是否作废 是", "This is a computer-generated advice and requires approval", "学员机", "款项奉还", "等待对方确认收款", "Your bank will process this tomorrow",
    "资金已原路退回", "演示数据", "仅供填写参考", "本页为缴费通知", "待授权指令 1", "领导审批：□同意 □不同意", "https://moni.qtbank.example/corp/detail",
]  # fmt: skip


def is_sure(page: str, line: str) -> bool:
    title = "转账成功" if page is SCREEN else "电子回单"
    text = page.format(**{**WHOLE, "title": title, "line": f"打印次数：1        柜员号：330601\n{line}"})
    return extract(sheet_of(text), layouts=LAYOUTS, office=OFFICE)[0].sure


def called_silent(lines: Iterable[tuple[str, str, str]]) -> dict[str, float]:
    """Of each kind of line, the share that the model is sure says nothing."""
    silent, all_of = Counter[str](), Counter[str]()
    for _, what, text in lines:
        all_of[what] += 1
        silent[what] += model().silent(text) >= 0.9
    return {what: silent[what] / count for what, count in all_of.items()}


def test_what_was_taught_is_known() -> None:
    """The file belongs to the lines beside it: few of those that tell something are called silent, most others are."""
    share = called_silent(list(written())[::9])
    assert share["furniture"] > 0.75
    assert share["harmless"] > 0.6
    assert share["open"] < 0.01
    assert share["adverse"] < 0.03
    assert share["final"] < 0.02


def test_a_hand_that_it_has_not_read() -> None:
    """767 lines that nothing was learned from (decision 0184: 55, 79, 0.5 and 2.5 of a hundred)."""
    share = called_silent(written(HELD_BACK))
    assert share["harmless"] > 0.5
    assert share["furniture"] > 0.7
    assert share["open"] < 0.01
    assert share["adverse"] < 0.03
    assert share["final"] == 0


@pytest.mark.parametrize("line", ["2026-11-05", "2026-11-05 09:41", "1", "—", "2026年11月5日"])
def test_a_day_alone_says_neither(line: str) -> None:
    """Whose it is, its place tells: of a step that is to come it must not be left out."""
    assert (model().silent(line), model().against(line)) == (0.5, 0.4)


@pytest.mark.parametrize("line", BESIDE)
def test_what_no_list_has_stands_beside_a_payment(line: str) -> None:
    assert is_sure(SLIP, line)
    assert is_sure(SCREEN, line)


@pytest.mark.parametrize("line", OF_IT)
def test_what_may_be_of_this_payment_is_for_a_person(line: str) -> None:
    assert not is_sure(SLIP, line)
    assert not is_sure(SCREEN, line)


def test_it_does_not_speak_for_a_payment() -> None:
    """Nothing of it is a state: a page whose state nobody listed waits, whatever stands there."""
    for state in ("交易状态：已咕咚", "交易状态：HSBC 汇丰"):
        page = SLIP.format(**{**WHOLE, "title": "付款申请书", "state": state, "line": BESIDE[0]})
        assert not extract(sheet_of(page), layouts=LAYOUTS, office=OFFICE)[0].sure


def test_one_piece_is_not_made_up_for_by_the_others() -> None:
    """A line is as silent as its least silent piece where that rather says something."""
    assert model().silent("首页 | 我的 | 已退 | 查询 | 设置") < 0.5 < model().silent("首页 | 我的 | 查询 | 设置")


def test_a_line_costs_no_more_than_its_length_allows() -> None:
    """One that is too long is judged by nobody, however many pieces it has; and nothing is kept of a page."""
    begun = time.process_time()
    assert (model().silent("首页|" * 50_000), model().against("首页|" * 50_000)) == (0.0, 0.0)
    assert time.process_time() - begun < 0.05
    assert is_sure(SLIP, BESIDE[0])
    assert not model()._said
