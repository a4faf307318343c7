"""A wish that the second reader alone finds: proven, likeliest, and nothing in the mail against it. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import pytest

from maild.classify.learned.weighing import Weighing
from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.ruling import Kind
from maild.domain.learning.control import NEVER, Threshold
from maild.office.answers.heard import Heard, hear
from maild.office.answers.telling_policy import shipped
from tests.unit.office.answers.test_answers import COPY, asked, known
from tests.unit.office.answers.test_letting import Need

CANCEL, THANKS = Kind.CANCEL_REQUEST.value, Kind.THANKS.value
PROVEN = Threshold(at=0.5, wrong=0, mails=60, bound=0.049, confidence=0.95, level=0.06)
OTHER = (Kind.PATRON_OTHER, "")


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
) -> Heard:
    """A mail with this text, as a reader that finds these kinds hears it; thresholds of cancelling and thanks proven for v1."""
    proven = Weighing(beside="v1", wishes=MappingProxyType({CANCEL: PROVEN, THANKS: PROVEN}))
    telling = replace(shipped(), second=Reader(kinds, version), letting=lambda: Need(need), standing=proven)  # type: ignore[arg-type,return-value]
    return hear(asked((read, ""), text=text), known(COPY), telling)


def test_a_plain_wish_in_unknown_words_is_found() -> None:
    assert heard("打住打住", (CANCEL, 0.6)).finds(CANCEL)
    assert heard("bin it", (CANCEL, 0.6), (THANKS, 0.5)).finds(CANCEL), "thanks may stand beside it"


@pytest.mark.parametrize(
    ("why", "one"),
    [
        ("less than is proven", heard("打住打住", (CANCEL, 0.45))),
        ("another kind is likelier", heard("打住打住", (THANKS, 0.8), (CANCEL, 0.7))),
        ("another matter is likely, too", heard("打住打住", (CANCEL, 0.7), ("fee_question", 0.5))),
        ("weights that nothing was proven with", heard("打住打住", (CANCEL, 0.9), version="v2")),
        ("it looks like what a person reads first", heard("打住打住", (CANCEL, 0.9), need=0.7)),
        ("it asks", heard("打住可以吗", (CANCEL, 0.9))),
        ("something stays", heard("打住, 另一篇继续", (CANCEL, 0.9))),
        ("a condition", heard("如果要收钱就打住", (CANCEL, 0.9))),
        ("somebody else's", heard("我导师的申请打住", (CANCEL, 0.9))),
        ("it is long", heard("打住打住。" * 200, (CANCEL, 0.9))),
        ("rules read another wish", heard("打住打住", (CANCEL, 0.9), read=Kind.RENEW_REQUEST)),
        ("nothing is proven of renewals", heard("再延一下", (Kind.RENEW_REQUEST.value, 0.99))),
    ],
)  # fmt: skip
def test_it_is_not_where_anything_speaks_against_it(why: str, one: Heard) -> None:
    wish = Kind.RENEW_REQUEST.value if "renewals" in why else CANCEL
    assert not one.finds(wish), why


def test_thanks_need_more() -> None:
    """They put a mail away: any sign of danger holds them, and words that may accept what was asked."""
    assert heard("到手了, 快", (THANKS, 0.9)).finds(THANKS)
    assert not heard("到手了, 太慢了", (THANKS, 0.9)).finds(THANKS), "a complaint"
    assert heard("打住, 太慢了", (CANCEL, 0.9)).finds(CANCEL), "who complains may cancel: a person reads it"
