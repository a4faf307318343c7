"""Amounts in words."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.accounting.capital import write
from maild.domain.money import Money


@given(st.integers(0, 10**14 - 1) | st.integers(0, 10**7))
def test_words_say_the_figures(cents: int) -> None:
    """An independent reader gets the same amount back."""
    amount = Decimal(cents).scaleb(-2)
    words = write(Money(amount))
    said = words.removesuffix("整")
    yuan, _, rest = said.rpartition("元")
    value = Decimal(int(cn2an.cn2an(yuan, "normal"))) if yuan else Decimal(0)
    for mark, unit in (("角", "0.1"), ("分", "0.01")):
        digit, found, after = rest.partition(mark)
        if found:
            value += Decimal("零壹贰叁肆伍陆柒捌玖".index(digit[-1])) * Decimal(unit)
            rest = after
    assert value == amount
    assert "零零" not in words
    assert words.endswith("整") == (cents % 10 == 0)


@given(st.integers(0, 10**7 - 1))
def test_words_are_those_of_another_writer(cents: int) -> None:
    """Below 100,000 yuan, where writers agree on 零, the words are the same but for an ending 整 after 角."""
    amount = Decimal(cents).scaleb(-2)
    theirs = cn2an.an2cn(f"{amount:.2f}", "rmb")
    assert write(Money(amount)).removesuffix("整") == theirs.removesuffix("整")


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.05", "壹元零伍分"),
        ("10.50", "壹拾元伍角整"),
        ("12.00", "壹拾贰元整"),
        ("1204.50", "壹仟贰佰零肆元伍角整"),
        ("10010.01", "壹万零壹拾元零壹分"),
        ("100001000.00", "壹亿零壹仟元整"),
        ("10000000000.00", "壹佰亿元整"),
    ],
)
def test_words_as_offices_write_them(figures: str, words: str) -> None:
    """零 once for a gap, 整 where there is no 分."""
    assert write(Money.of(figures)) == words


@pytest.mark.parametrize("amount", [Money.of("1", "USD"), Money.of("-1"), Money(Decimal("0.001")), Money.of(10**12)])
def test_what_has_no_words(amount: Money) -> None:
    """Other currencies, negative amounts, fractions of a cent and millions of millions are refused."""
    with pytest.raises(ValueError, match="words"):
        write(amount)
