"""The text of a form's QR code."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.accounting import slip
from maild.domain.money import Money

KEY = b"0123456789abcdef0123456789abcdef"
QR_ALPHANUMERIC = set(string.digits + string.ascii_uppercase + " $%*+-./:")
NUMBERS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
    | st.from_regex(r"(?:[A-Z]{2,8}[-_]?)?[0-9]{4}[-_]?[0-9]{4,9}", fullmatch=True),
    min_size=1,
    max_size=3,
    unique=True,
)
CENTS = st.integers(1, slip.MOST_CENTS)


@given(NUMBERS, CENTS)
def test_every_slip_comes_back_whole(numbers: list[str], cents: int) -> None:
    """Numbers of any shape and any amount survive, in characters that QR packs tightly."""
    amount = Money(Decimal(cents).scaleb(-2))
    try:
        text = slip.make(KEY, numbers, amount)
    except ValueError:
        assert sum(map(len, numbers)) > 20  # only what is too long for a code is refused
        return
    assert set(text) <= QR_ALPHANUMERIC
    assert slip.looks_like(text)
    assert slip.verify(KEY, text) == slip.Slip(numbers=tuple(sorted(numbers)), amount=amount)
    assert slip.verify(b"another key", text) is None


@given(NUMBERS, CENTS, st.data())
def test_a_changed_slip_is_not_ours(numbers: list[str], cents: int, data: st.DataObject) -> None:
    """One character changed, anywhere, and the text is refused."""
    try:
        text = slip.make(KEY, numbers, Money(Decimal(cents).scaleb(-2)))
    except ValueError:
        return
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(sorted(QR_ALPHANUMERIC - {text[at]})))
    assert slip.verify(KEY, text[:at] + other + text[at + 1 :]) is None


@given(st.text() | st.from_regex(r"ILF1:[0-9]{1,12}:[0-9A-Z%+./-]{1,40}:[A-Z2-7]{10}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    """A text from outside never raises, and what is claimed is well formed."""
    claimed = slip.claimed(text)
    assert (claimed is not None) == slip.looks_like(text)
    assert claimed is None or (all(claimed.numbers) and claimed.amount.amount > 0)
    assert slip.verify(KEY, text) is None


def test_order_does_not_matter() -> None:
    """The same fees make the same code, however they are listed."""
    amount = Money.of("7")
    assert slip.make(KEY, ["B-2", "A-1"], amount) == slip.make(KEY, ["A-1", "B-2"], amount)


def test_numbers_of_a_row_share_what_they_have_in_common() -> None:
    """Twelve numbers in a row take little more room than one."""
    numbers = [f"ILL-20261124-{n:03}" for n in range(1, 13)]
    assert len(slip.make(KEY, numbers, Money.of("120"))) < 80


@pytest.mark.parametrize(
    ("numbers", "amount", "why"),
    [
        ([], "1", "1 to 12"),
        ([str(n) for n in range(13)], "1", "1 to 12"),
        (["A", "A"], "1", "distinct"),
        (["A\n"], "1", "printable"),
        ([""], "1", "printable"),
        (["A"], "0", "amount"),
        (["A"], "-1", "amount"),
        (["A"], "100000000", "amount"),
        (["文" * 40], "1", "do not fit"),
    ],
)
def test_what_no_form_can_say(numbers: list[str], amount: str, why: str) -> None:
    """Each limit is named."""
    with pytest.raises(ValueError, match=why):
        slip.make(KEY, numbers, Money.of(amount))


def test_other_money_and_no_key_are_refused() -> None:
    """Forms are in CNY and whole cents; without a key nobody could tell ours from others."""
    with pytest.raises(ValueError, match="amount"):
        slip.make(KEY, ["A"], Money.of("1", "USD"))
    with pytest.raises(ValueError, match="amount"):
        slip.make(KEY, ["A"], Money(Decimal("1.005")))
    with pytest.raises(ValueError, match="key"):
        slip.make(b"", ["A"], Money.of("1"))
    assert slip.verify(b"", slip.make(KEY, ["A"], Money.of("1"))) is None
