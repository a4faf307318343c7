"""Money and reply tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.incoming import token
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


TO, DAY, LASTS = "Patron.One@mail.example", date(2026, 11, 24), 180


def vouched(keys: Sequence[bytes], word: str, to: Sequence[str] = (TO,), day: date = DAY) -> str:
    """What the token vouches for on that day."""
    return token.verify(keys, word, to, today=day, days=LASTS)


@given(st.binary(min_size=1, max_size=64), NUMBER, st.emails(), st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_a_token_is_found_and_vouches_for_its_number(secret: bytes, number: str, to: str, day: date) -> None:
    """What we make is found in running text and verifies to its number: with its own key, for its addressee."""
    made = token.make(secret, number, to, day)
    assert token.words(f"回复：[{made}]，谢谢") == [made]
    assert token.claimed(made) == number
    assert vouched([secret], made, [to], day) == number
    assert vouched([secret], made, ["other@x.example", to.upper()], day) == number
    assert vouched([secret + b"x"], made, [to], day) == ""
    assert vouched([secret], made, [f"x{to}"], day) == ""
    assert vouched([secret], made, [], day) == ""


@pytest.mark.parametrize(
    ("days", "holds"), [(-2, False), (-1, True), (0, True), (180, True), (181, False), (4000, False)]
)
def test_a_token_ends_with_its_time(days: int, holds: bool) -> None:
    """It holds from its notice on, for as long as is configured; one from tomorrow is no more than a clock's fault."""
    made = token.make(b"key", "A-1", TO, DAY)
    assert vouched([b"key"], made, day=DAY + timedelta(days=days)) == ("A-1" if holds else "")


def test_a_former_key_verifies_and_a_newer_one_signs() -> None:
    """After a rotation what is out stays good; a key that is no longer named vouches for nothing."""
    old = token.make(b"old", "A-1", TO, DAY)
    assert [vouched(keys, old) for keys in ([b"new", b"old"], [b"old"], [b"new"], [])] == ["A-1", "A-1", "", ""]


@pytest.mark.parametrize("place", range(14))
def test_no_character_of_a_token_can_be_changed(place: int) -> None:
    """Neither its key, nor its day, nor its check."""
    made = token.make(b"key", "A-1", TO, DAY)
    at = len(made) - 14 + place
    other = "A" if made[at] != "A" else "B"
    assert vouched([b"key"], made[:at] + other + made[at + 1 :]) == ""


def test_a_token_of_before_says_its_number_only() -> None:
    """Those of ten characters knew neither day nor addressee."""
    assert token.words("Re: [ILL-A-1-K7Q2M4XPAB]") == ["ILL-A-1-K7Q2M4XPAB"]
    assert token.claimed("ILL-A-1-K7Q2M4XPAB") == "A-1"
    assert vouched([b"key"], "ILL-A-1-K7Q2M4XPAB") == ""


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    """Text that we did not make vouches for nothing."""
    assert vouched([b"key"], text) == ""
    assert [vouched([b"key"], word) for word in token.words(text)] == [""] * len(token.words(text))
