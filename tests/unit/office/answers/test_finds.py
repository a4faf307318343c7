"""A wish that no rule reads: its signs weighed, proven, and nothing in the mail that bars it. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import pytest

from maild.classify.learned.weighing import Weighing
from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.ruling import Kind
from maild.domain.learning.control import NEVER, Threshold
from maild.domain.money import Money
from maild.domain.requests.lifecycle import State
from maild.match.pieces import folded
from maild.office.answers.danger import Then
from maild.office.answers.danger import shipped as dangers
from maild.office.answers.heard import CONSENT, hear
from maild.office.answers.telling_policy import shipped
from maild.office.answers.wishing import Wishing
from tests.cases import each
from tests.unit.office.answers.asking import COPY, asked, known
from tests.unit.office.answers.test_letting import Need

CANCEL, THANKS, RENEW = Kind.CANCEL_REQUEST.value, Kind.THANKS.value, Kind.RENEW_REQUEST.value
PROVEN = Threshold(at=0.5, wrong=0, mails=60, bound=0.049, confidence=0.95, level=0.06)


@dataclass(frozen=True)
class Reader:
    """A second reader that always thinks the same."""

    kinds: tuple[tuple[str, float], ...]
    version: str = "v1"

    def __call__(self, subject: str, text: str) -> Opinion:
        return Opinion(kinds=self.kinds, words=(), version=self.version)

    def at(self, risk: str) -> float:
        return NEVER


def heard(
    text: str, *kinds: tuple[str, float], need: float = 0.2, version: str = "v1", read: Kind = Kind.PATRON_OTHER
) -> Wishing:
    """A mail with this text, as a reader that finds these kinds hears it; thresholds of cancelling, consent and thanks are
    proven for v1.
    """
    proven = Weighing(beside="v1", wishes=MappingProxyType(dict.fromkeys((CANCEL, CONSENT, THANKS), PROVEN)))
    telling = replace(shipped(), second=Reader(kinds, version), letting=lambda: Need(need), standing=proven)  # type: ignore[arg-type,return-value]
    facts = known(COPY)
    return Wishing(heard=hear(asked((read, ""), text=text), facts, telling), facts=facts)


def test_a_plain_wish_in_unknown_words_is_found() -> None:
    assert heard("打住打住", (CANCEL, 0.6)).finds(CANCEL)
    assert heard("bin it", (CANCEL, 0.6), (THANKS, 0.5)).finds(CANCEL), "thanks may stand beside it"


@pytest.mark.parametrize(
    ("why", "one"),
    [
        ("less than is proven", heard("打住打住", (CANCEL, 0.45))),
        ("weights that nothing was proven with", heard("打住打住", (CANCEL, 0.9), version="v2")),
        ("something stays", heard("打住, 另一篇继续", (CANCEL, 0.9))),
        ("a condition", heard("如果要收钱就打住", (CANCEL, 0.9))),
        ("somebody else's", heard("我导师的申请打住", (CANCEL, 0.9))),
        ("it is long", heard("打住打住。" * 200, (CANCEL, 0.9))),
        ("rules read another wish", heard("打住打住", (CANCEL, 0.9), read=Kind.RENEW_REQUEST)),
        ("nothing is proven of renewals", heard("再延一下", (Kind.RENEW_REQUEST.value, 0.99))),
    ],
)
def test_it_is_not_where_something_bars_it(why: str, one: Wishing) -> None:
    wish = Kind.RENEW_REQUEST.value if "renewals" in why else CANCEL
    assert not one.finds(wish), why


def test_thanks_need_more() -> None:
    """They put a mail away: any sign of danger holds them, and words that may accept what was asked."""
    assert heard("到手了, 快", (THANKS, 0.9)).finds(THANKS)
    assert not heard("到手了, 太慢了", (THANKS, 0.9)).finds(THANKS), "a complaint"
    assert heard("打住, 太慢了", (CANCEL, 0.9)).finds(CANCEL), "who complains may cancel: a person reads it"


def test_nobody_consents_by_a_question() -> None:
    assert heard("可以", (CONSENT, 0.9)).finds(CONSENT)
    assert not heard("可以吗", (CONSENT, 0.9)).finds(CONSENT)


def test_what_is_likelier_bars_it_but_for_by_words() -> None:
    assert not heard("打住打住", (Kind.STATUS_QUERY.value, 0.8), (CANCEL, 0.7)).finds(CANCEL)
    assert heard("打住打住", (THANKS, 0.8), (CANCEL, 0.7)).finds(CANCEL)
    assert heard("就这个数", (Kind.FEE_QUESTION.value, 0.8), (CONSENT, 0.7)).finds(CONSENT), "a fee is what it is about"
    assert not heard("打住打住", (CANCEL, 0.9), need=0.7).finds(CANCEL), "it looks like what a person reads first"


@pytest.mark.parametrize(
    "text", ["没意见, 张所点了头就算我同意", "fine by me but finance has the last word", "可以的, 先别动"]
)
def test_a_yes_that_waits_for_somebody_is_none(text: str) -> None:
    assert not heard(text, (CONSENT, 0.99)).finds(CONSENT)


@pytest.mark.parametrize("text", ["找到没", "sent yet y/n", "还有戏伐", "到了没有"])
def test_what_asks_in_other_words_cancels_nothing(text: str) -> None:
    assert not heard(text, (CANCEL, 0.99)).finds(CANCEL)


@pytest.mark.parametrize("text", ["请续一个月, 封底让乌龙茶泡过", "多谢帮我续到12月30号", "thanks for extending it"])
def test_harm_and_a_renewal_that_was_made_are_no_wish(text: str) -> None:
    assert heard(text, (RENEW, 0.99)).sure_of(RENEW) == 0.0
    assert heard("再容几日, 拜托", (RENEW, 0.99)).sure_of(RENEW) == 0.99


@pytest.mark.parametrize(
    "text", ["Thanks to your delay I had to buy it myself", "多亏你们拖了三周, 谢谢", "谢谢, 我只好自己买了"]
)
def test_thanks_that_blame_are_read(text: str) -> None:
    assert not heard(text, (THANKS, 0.99)).finds(THANKS)


def test_who_asks_for_a_sequel_renews_nothing() -> None:
    assert heard("续集有吗, 我想看", (RENEW, 0.99)).sure_of(RENEW) == 0.0


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        (CANCEL, "Kindly take me off the weekly new-books mailing"), (CANCEL, "Please cancel my subscription"), (CANCEL, "取消订阅，谢谢"),
        (CANCEL, "Please cancel my booking for the workshop"), (CANCEL, "注销我的账号"), (CANCEL, "讲座报名取消一下"),
        (CANCEL, "Withdraw Islet transplantation outcomes. Everything else stays."), (CANCEL, "《文学理论导引》不要了"),
    ],
)  # fmt: skip
def test_what_is_no_request_is_not_cancelled(wish: str, text: str) -> None:
    """A subscription, a seat, an account, a title that is nobody's, and one of several."""
    assert not heard(text, (wish, 0.99)).finds(wish)


WAITS = replace(COPY, state=State.CONDITIONAL, payable=Money.of("74"), total=Money.of("148"))


@pytest.mark.parametrize(
    ("text", "accepts"),
    [
        (f"{WAITS.number}: yes, 74 yuan is fine with me. Please go ahead.", True),
        (f"{WAITS.number} 自付74元我同意,请尽快订", True),
        ("那篇英文的自付74元,同意,请办理", True),
        (f"{WAITS.number}: yes, my colleague agrees to the 74", False),
        (f"{WAITS.number} 导师同意,74元,从他经费走", False),
        (f"{WAITS.number}: agreed, 74, in reais", False),
        (f"{WAITS.number} 同意四折,74", False),
        (f"{WAITS.number} 72元同意", False),
        ("Yes, 74 is fine.", False),
    ],
)
def test_the_very_sum_outweighs_that_a_person_reads_such_mails(text: str, accepts: bool) -> None:
    """All else that it says is which one, or to get it; a sum alone is of nothing that is known to be ours."""
    one = heard(text, (CONSENT, 0.99), need=0.9)
    assert Wishing(heard=one.heard, facts=known(WAITS)).finds(CONSENT) is accepts


@each(("text", "mocks"), [
    ("四十八块一篇,还是补贴过的,你们真行。好好好。", True), ("Sixty-six yuan for a scan. What a bargain. Yes, go ahead.", True), ("这么贵,算你们狠,付吧", True),
    ("好的,66元同意,请继续", False), ("Yes, that is fine with me, please go ahead.", False),
])  # fmt: skip
def test_a_fee_that_is_mocked_bends_a_yes(text: str, *, mocks: bool) -> None:
    """By its words it agrees: a person reads it."""
    assert bool(dangers().of(folded(text), {Kind.FEE_QUESTION}, Then.BEND)) is mocks


@each(("kind", "held"), [(Kind.THANKS, False), (Kind.NOT_RECEIVED, True)])
def test_what_shall_not_be_sent_again_is_thanks_or_for_a_person(kind: Kind, *, held: bool) -> None:
    """To who still misses it, nothing is sent that was not wished."""
    assert bool(dangers().of(folded("在垃圾邮件里躺着呢,不用重发啦"), {kind}, Then.HOLD)) is held
