"""Amounts in words: what is well-formed is read, what is only a part is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.receipts.page.numerals import find_words, parse_words

DIGITS = {"formal": "零壹贰叁肆伍陆柒捌玖", "traditional": "零壹貳參肆伍陸柒捌玖", "plain": "零一二三四五六七八九"}
UNITS = {"formal": ("", "拾", "佰", "仟"), "traditional": ("", "拾", "佰", "仟"), "plain": ("", "十", "百", "千")}


def section(number: int, style: str) -> str:
    """Four places in words, with one 零 for a gap: an account of the rule that knows nothing of the parser's."""
    out, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            out += ("零" if gap and out else "") + DIGITS[style][digit] + UNITS[style][place]
        gap = not digit
        if digit:
            gap = False
        elif out and number % 10**place:
            gap = True
    return out


def in_words(cents: int, style: str, yuan: str, end: str) -> str:
    """An amount below 10^12 cents as a cashier writes it."""
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    out = ""
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = whole // size % 10**4
        if part:
            out += ("零" if out and part < 1000 else "") + section(part, style) + name
    out = (out + yuan) if out else ""
    if jiao:
        out += DIGITS[style][jiao] + "角"
    elif fen and out:
        out += "零"
    if fen:
        return out + DIGITS[style][fen] + "分"
    return out + end


@given(st.integers(1, 10**12 - 1), st.sampled_from(list(DIGITS)), st.sampled_from("元圆圓"), st.sampled_from("整正"))
def test_what_a_cashier_writes_is_read_back(cents: int, style: str, yuan: str, end: str) -> None:
    """Words → figures is the inverse of figures → words, for every style."""
    assert parse_words(in_words(cents, style, yuan, end)) == Decimal(cents) / 100


@given(st.integers(100, 10**9), st.sampled_from(list(DIGITS)), st.data())
def test_no_part_that_a_character_touches_is_accepted(cents: int, style: str, data: st.DataObject) -> None:
    """A character of the run misread as another: nothing is read from what is left on either side."""
    whole = in_words(cents, style, "元", "整")
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = whole[:at] + data.draw(st.sampled_from("人口田日木A#?*□")) + whole[at + 1 :]
    assert all(found.repaired for found in find_words(f"大写 {spoilt}"))


@pytest.mark.parametrize(
    "text", ["", "元", "整", "佰叁拾元整", "仟元整", "贰叁元整", "贰零元整", "叁拾伍", "叁拾元伍", "伍佰陆佰元整", "叁拾佰元整",
             "壹万贰万元整", "壹元贰元整", "叁角伍元", "亿元整"],
)  # fmt: skip
def test_what_is_not_well_formed_is_nothing(text: str) -> None:
    """Out of place, cut off, or no amount at all."""
    assert parse_words(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("拾伍元整", "15.00"), ("廿元整", "20.00"), ("零佰叁拾伍元零角零分", "35.00"), ("伍角整", "0.50"), ("叁角壹分", "0.31"),
     ("壹仟零伍拾元零捌分", "1050.08"), ("陆拾圆贰角柒分", "60.27"), ("壹拾万零伍佰元正", "100500.00"), ("三百二十元", "320.00")],
)  # fmt: skip
def test_other_ways_of_writing(text: str, value: str) -> None:
    """Short forms, filled forms, small change, simplified digits."""
    assert parse_words(text) == Decimal(value)


def test_a_label_or_a_currency_bounds_a_run() -> None:
    """人民币 before it, a bracket after it: the run is whole."""
    assert [w.value for w in find_words("(大写)人民币叁拾伍元整(壹式贰联)")] == [Decimal(35)]


def test_look_alikes_are_put_right_but_said_so() -> None:
    """染拾元整 is 柒拾元整, with `repaired`; the text stays as printed."""
    (found,) = find_words("人民币染拾元整")
    assert (found.value, found.repaired, found.text) == (Decimal(70), True, "染拾元整")


def test_places_that_a_form_prints_are_left_out() -> None:
    """万仟佰壹拾捌元: the first three are the form's; a person's 叁 may be missing before 佰, so it is a repair."""
    (found,) = find_words("万仟佰壹拾捌元伍角零分")
    assert (found.value, found.repaired, found.text) == (Decimal("18.50"), True, "壹拾捌元伍角零分")
