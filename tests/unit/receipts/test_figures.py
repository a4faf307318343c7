"""Figures in OCR's text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.receipts.page.figures import find_figures


@pytest.mark.parametrize(
    ("text", "value", "strict", "pointed"),
    [("¥1,200.50", "1200.50", True, True), ("-35.00", "35.00", True, True), ("CNY258.66", "258.66", True, True),
     ("1NY258.66", "258.66", True, True), ("人民币35.00元", "35.00", True, True), ("1.234.50", "1234.50", False, True),
     ("30,00", "30.00", False, True), ("¥ 30. 00", "30.00", False, True), ("35.0O", "35.00", False, True),
     ("3000", "3000.00", True, False), ("V0.50", "0.50", True, True), ("2026.04.22¥20.00", "20.00", True, True)],
)  # fmt: skip
def test_a_figure_and_how_it_is_written(text: str, value: str, strict: bool, pointed: bool) -> None:
    """What had to be repaired is not strict; a figure without its two decimals is not pointed."""
    figure = find_figures(text)[-1]
    assert (figure.value, figure.strict, figure.pointed) == (Decimal(value), strict, pointed)


@pytest.mark.parametrize(
    "text", ["2026-11-24 10:23:45", "6222021202012345678", "12:30", "US$30.00", "85%", "1.2万", "A1234567", "012.50",
             "2026年11月24日", "3页", "1202****8891"],
)  # fmt: skip
def test_what_is_no_money(text: str) -> None:
    """Days, times, accounts, shares, foreign money, codes."""
    assert find_figures(text) == []


@given(st.integers(0, 10**8), st.booleans(), st.sampled_from(["", "¥", "CNY", "人民币"]))
def test_every_sum_as_it_is_printed_is_read(cents: int, commas: bool, currency: str) -> None:
    """With and without thousands' separators and currencies: exact, strict and pointed."""
    value = Decimal(cents) / 100
    (figure,) = find_figures(f"{currency}{value:,.2f}" if commas else f"{currency}{value:.2f}")
    assert (figure.value, figure.strict, figure.pointed, figure.marked) == (value, True, True, bool(currency))


def test_money_that_came_in_keeps_its_sign() -> None:
    """+35.00 is no payment to us."""
    assert find_figures("+35.00")[0].sign == "+"
