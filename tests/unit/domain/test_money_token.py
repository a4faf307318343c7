"""Money and reply tokens."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain import token
from maild.domain.money import Money

NUMBER = st.from_regex(r"[0-9A-Z][0-9A-Z_-]{0,38}[0-9A-Z]", fullmatch=True)


@pytest.mark.parametrize(("text", "cents"), [("1,234.5", "1234.50"), ("0.305", "0.31"), (" 12 ", "12.00")])
def test_money_rounds_half_up_to_the_cent(text: str, cents: str) -> None:
    """Amounts have two decimals and never become floats."""
    assert Money.of(text).amount == Decimal(cents)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "", "12元", "1e", "1E100"])
def test_money_refuses_what_is_no_amount(text: str) -> None:
    """Anything but a finite number is an error."""
    with pytest.raises(ValueError, match="amount"):
        Money.of(text)


def test_money_never_mixes_currencies() -> None:
    """Adding yuan to euros is an error."""
    with pytest.raises(ValueError, match="mix"):
        Money.of(1) + Money.of(1, "EUR")


@given(st.binary(min_size=1, max_size=64), NUMBER)
def test_a_token_is_found_and_vouches_for_its_number(secret: bytes, number: str) -> None:
    """What we make is found in running text and verifies to its number, with its own key only."""
    made = token.make(secret, number)
    assert token.words(f"回复：[{made}]，谢谢") == [made]
    assert token.verify(secret, made) == number
    assert token.verify(secret + b"x", made) == ""


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    """Text that we did not make vouches for nothing."""
    assert token.verify(b"key", text) == ""
    assert [token.verify(b"key", word) for word in token.words(text)] == [""] * len(token.words(text))
