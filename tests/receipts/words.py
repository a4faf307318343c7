"""Amounts in Chinese financial words, in the spellings that banks, forms and hands use."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

FORMAL = "零壹贰叁肆伍陆柒捌玖"
OLD = "零壹貳叁肆伍陸柒捌玖"
PLACES = ("", "拾", "佰", "仟")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """Which of the usual ways to write an amount. ten: 10 to 19 as 拾… (by hand) instead of 壹拾…"""

    unit: str = "元"
    whole: str = "整"
    whole_after_jiao: bool = True
    zero_before_fen: bool = True
    ten: bool = False
    digits: str = FORMAL


def some_spelling(random: Random, *, by_hand: bool = False) -> Spelling:
    """One of them; a hand is freer."""
    return Spelling(
        unit=random.choice("元元圆" if not by_hand else "元元元圆"),
        whole=random.choice("整整整正"),
        whole_after_jiao=random.random() < 0.6,
        ten=by_hand and random.random() < 0.2,
        digits=FORMAL if random.random() < 0.95 or by_hand else OLD,
    )


def in_words(amount: Decimal, spelling: Spelling) -> str:
    """`amount` (under 100 million, not negative, two decimals) in words: 258.66 → 贰佰伍拾捌元陆角陆分."""
    cents = int(amount * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    digits = spelling.digits
    text = _integer(yuan, spelling) + spelling.unit if yuan else ""
    if not jiao and not fen:
        return (text or digits[0] + spelling.unit) + spelling.whole
    if jiao:
        text += digits[jiao] + "角"
    elif yuan and spelling.zero_before_fen:
        text += digits[0]
    if fen:
        return text + digits[fen] + "分"
    return text + (spelling.whole if spelling.whole_after_jiao else "")


def _integer(number: int, spelling: Spelling) -> str:
    high, low = divmod(number, 10_000)
    text = _group(low, spelling)
    if high:
        gap = spelling.digits[0] if low and low < 1000 else ""
        text = _group(high, spelling) + "万" + gap + text
    return text[1:] if spelling.ten and text.startswith(spelling.digits[1] + "拾") else text


def _group(number: int, spelling: Spelling) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (spelling.digits[0] if gap and text else "") + spelling.digits[digit] + PLACES[place]
        gap = not digit
    return text


def by_places(amount: Decimal, *, digits: str = FORMAL) -> list[tuple[str, str]]:
    """(digit, unit) for a line printed 仟 佰 拾 元 角 分, from the first that is not zero."""
    cents = int(amount * 100)
    units = ("万", "仟", "佰", "拾", "元", "角", "分")
    pairs = [(digits[cents // 10**place % 10], unit) for place, unit in zip(range(6, -1, -1), units, strict=True)]
    first = next((i for i, (digit, _) in enumerate(pairs) if digit != digits[0]), len(pairs) - 1)
    return pairs[first:]
