"""A wish how often to be written to is heard in many words, and in nothing else."""

from __future__ import annotations

import pytest

from maild.domain.incoming.ruling import Kind
from tests.cases import each
from tests.unit.classify.classify_mails import PATRON, mail, ruled

DAILY = [
    "你们的通知能不能攒到一起，一天给我发一封就够了", "邮件有点多 一天一封就行 谢谢", "能否把所有通知集中到每天傍晚发一次？",
    "Too many emails. One a day would be enough, thanks.", "I'd rather get just one email a day from you.",
    "Is it possible to receive a daily summary instead of separate emails?", "Can I get notifications once a day?",
    "请每天汇总发一次", "老师您好，能不能把通知每天汇总成一封邮件发给我？谢谢", "邮件太多了，可以每天只发一封吗",
    "麻烦改为每日汇总通知", "希望通知能合并，每天一次就行", "以后请一天发一次邮件就好",
    "Please send me one mail a day.", "Could you send one email per day instead of one for each step? Thanks",
    "I'd prefer a daily digest.", "Can you bundle all notifications into a daily mail please?",
    "I would like to get your mails once a day only, please", "please switch to daily summary",
]  # fmt: skip
EACH = [
    "取消每日汇总，恢复单独发送", "还是一条一条发吧，汇总太慢了", "I want immediate notifications again.",
    "Please go back to sending each notice separately.", "Please send every notice as soon as it happens.",
    "恢复即时通知", "请恢复即时通知，谢谢", "老师好，请改回逐条通知", "麻烦重新改成实时提醒",
    "Please resume immediate notices", "please switch back to individual notifications",
    "Could you send each notification at once again?", "Please turn off the daily summary.",
]  # fmt: skip
NOTHING = [
    "请问每天几点汇总订单", "我每天发一封邮件问你们，都没有人回", "能不能每天给我发一次文献进展？", "Stop sending me emails",
    "I asked for one mail a day but get three.", "Please send me one article a day", "请每天提醒我还书", "退订",
    "Could you send the scans once a day?", "No more daily digest please.", "请不要再给我发邮件了",
    "我每天查一次系统，还是没有进度", "我每天都收到你们的邮件，谢谢", "请不要每天汇总，我要随时知道",
    "每天汇总的那封邮件里没有我的文献，请查一下", "你们一天发三次催款邮件，我要投诉", "图书馆每天几点开门？可以代取吗",
    "I check my mail once a day.", "I received one mail a day last week; what was the fee?",
    "The daily digest of the journal is what I need: can you get it?", "请马上通知我取件时间",
    "请问可以每天汇总发一次吗？另外 2026112400017 怎么样了", "How many requests may I submit per day?",
]  # fmt: skip


def _heard(text: str) -> set[str]:
    """The wishes that would be granted: heard, and nothing beside them."""
    found = ruled(mail("", text, sender=PATRON))
    if set(found.kinds) - {Kind.PATRON_OTHER, Kind.THANKS}:
        return set()
    return {name for ruling in found.rulings for name in ("daily", "each") if ruling.value(name)}


@pytest.mark.parametrize("text", DAILY)
def test_one_a_day(text: str) -> None:
    """Asked for in many voices."""
    assert _heard(text) == {"daily"}


@pytest.mark.parametrize("text", EACH)
def test_each_at_once(text: str) -> None:
    """Taken back in many voices."""
    assert _heard(text) == {"each"}


@each("text", NOTHING)
def test_no_wish(text: str) -> None:
    """Stories, complaints, other questions: a person reads them."""
    assert _heard(text) == set()
