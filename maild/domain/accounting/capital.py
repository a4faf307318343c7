"""Amounts in financial Chinese numerals (大写金额), as forms and receipts carry them beside the figures."""

from __future__ import annotations

from decimal import Decimal

from maild.domain.money import Money

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
LIMIT = Decimal(10) ** 12  # below 万亿 every office writes the groups alike


def write(amount: Money) -> str:
    """The words of an amount of CNY, e.g. 1204.50 → '壹仟贰佰零肆元伍角整', 0.05 → '伍分', 0 → '零元整'.

    整 ends what has no 分; a gap in the figures is one 零. Raises ValueError for other currencies, for negative
    amounts, parts of a 分 and 10¹² or more.
    """
    value = amount.amount
    cents = value.scaleb(2)
    if amount.currency != "CNY" or not 0 <= value < LIMIT or cents != cents.to_integral_value():
        raise ValueError(f"not an amount that is written in words: {amount}")
    yuan, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    said = f"{_whole(yuan)}元" if yuan or not rest else ""
    if jiao:
        said += f"{DIGITS[jiao]}角"
    if not fen:
        return said + "整"
    gap = "零" if yuan and not jiao else ""
    return f"{said}{gap}{DIGITS[fen]}分"


def _whole(number: int) -> str:
    """A number from 0 to 999,999,999,999, by groups of four digits."""
    groups = [number // 10_000**power % 10_000 for power in (2, 1, 0)]
    said, gap = "", False
    for power, group in zip((2, 1, 0), groups, strict=True):
        if group:
            missing = said and (gap or group < 1000)
            said += f"{'零' if missing else ''}{_thousands(group)}{_GROUPS[power]}"
        gap = bool(said) and not group
    return said or DIGITS[0]


def _thousands(group: int) -> str:
    """1 to 9999, without a leading 零."""
    said, gap = "", False
    for power in (3, 2, 1, 0):
        digit = group // 10**power % 10
        if digit:
            said += f"{'零' if gap else ''}{DIGITS[digit]}{_PLACES[power]}"
            gap = False
        else:
            gap = bool(said)
    return said
