"""Which request a wish is about that no rule knows, and whether a sum that is accepted is the one that was told."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import pytest

from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.match.pieces import subject_names
from maild.office.answers.heard import hear
from maild.office.answers.sums import _value, other_currency
from maild.office.answers.telling_policy import shipped
from maild.office.requests.learned_wish import is_set_apart
from tests.unit.office.answers.asking import asked, known
from tests.unit.office.requests.test_wishes import COPY, LOAN


@pytest.mark.parametrize(
    ("said", "value"),
    [("24", 24), ("24.50", 24.5), ("二十四", 24), ("廿四", 24), ("十", 10), ("十五", 15), ("一百二十", 120),
     ("两百零五", 205), ("九十五", 95), ("卅", 30)],
)  # fmt: skip
def test_sums_are_read_in_digits_and_in_chinese(said: str, value: float) -> None:
    assert math.isclose(_value(said), value)


def test_a_short_subject_names_by_two_characters() -> None:
    """Where no other title has them, and where it is short enough to be a name."""
    one, two = replace(COPY, title="不对称氢化研究综述"), replace(LOAN, title="清代漕运研究")
    assert subject_names("氢化综述", [one, two]) == {one.number}
    assert subject_names("研究", [one, two]) == set()
    assert subject_names("氢化与漕运", [one, two]) == {one.number, two.number}
    assert subject_names("关于氢化这件事我有很长很长的一段话要跟各位老师说", [one, two]) == set()


def test_a_name_in_a_sentence_of_its_own_is_set_apart() -> None:
    """'The one on Lin'an is not needed. The other is urgent.': the wish names nothing that we know, and is not about the other."""
    other = replace(COPY, title="宋代两浙路水利考")
    said = "临安的不用了。宋代两浙路水利考我急用，催一催。"

    def reads(sentence: str) -> Opinion:
        first = "cancel_request" if "不用" in sentence else "status_query"
        return Opinion(kinds=((first, 0.9),))

    telling = replace(shipped(), second=lambda subject, text: reads(text))  # type: ignore[arg-type]
    mail = asked((Kind.PATRON_OTHER, ""), text=said)
    assert is_set_apart(other, "cancel_request", hear(mail, known(other), telling))
    named = asked((Kind.PATRON_OTHER, ""), text="宋代两浙路水利考不用了。谢谢。")
    assert not is_set_apart(other, "cancel_request", hear(named, known(other), telling))


@pytest.mark.parametrize(
    ("said", "other"), [("95 EUR is fine", "EUR"), ("95 美元可以", "USD"), ("24 元可以", ""), ("fine by us", "")]
)
def test_another_currency_than_the_one_told(said: str, other: str) -> None:
    case = replace(COPY, payable=Money(amount=Decimal("24.00"), currency="CNY"))
    assert other_currency(asked((Kind.PATRON_OTHER, ""), text=said), case) == other
