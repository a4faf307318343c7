"""Amounts in English words: One hundred forty-two yuan and fifty fen only; RMB Sixteen Only; … and cents fifty only."""

from __future__ import annotations

import re
from decimal import Decimal

_ONES = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "eighteen": 18, "nineteen": 19},
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SIZES = {"thousand": 1000, "million": 1_000_000}
_NUMBER = "|".join(("hundred", *_ONES, *_TENS, *_SIZES))
_RUN = rf"(?:(?:{_NUMBER})(?:[ -]+(?:and )?)?)+"
_YUAN = r"(?:cny|rmb|renminbi|chinese)(?: yuan)?|yuan(?: renminbi| rmb)?"
_WHOLE = re.compile(
    rf"\(?(?:say:? )?(?:(?:{_YUAN}):? )?(?P<whole>{_RUN})(?:(?P<yuan>{_YUAN})(?:,? ?and )?)?,? ?"
    rf"(?:(?:(?P<jiao>{_RUN})jiao)? ?(?:(?:and )?(?P<fen>{_RUN})(?:fen|cents?))?|cents? (?P<cents>{_RUN}))?"
    r" ?(?P<only>only)?[.)]*"
)
_NAMED = re.compile(rf"\b(?:{_YUAN})\b")


def parse_english(text: str) -> tuple[Decimal, bool] | None:
    """The value of a text that is an amount in yuan, in English words and nothing else, and whether it ends as it
    should (only, fen); None where it is no well-formed one.
    """
    said = " ".join(text.lower().split())
    hit = _WHOLE.fullmatch(said)
    if hit is None or not _NAMED.search(said):
        return None
    whole, jiao, fen = (_integer(hit[name]) if hit[name] else 0 for name in ("whole", "jiao", "fen"))
    fen = _integer(hit["cents"]) if hit["cents"] else fen
    if whole is None or jiao is None or fen is None or jiao > 9 or fen > (9 if jiao else 99):
        return None
    value = (Decimal(whole) + Decimal(10 * jiao + fen) / 100).quantize(Decimal("0.01"))
    return value, bool(hit["only"] or fen)


def _integer(text: str) -> int | None:
    """A run of number words, whose places fall: two thousand one hundred and five. None where they do not."""
    total, section, free, above = 0, 0, 100, 10**9  # free: below that the next word has to be
    for word in re.findall(r"[a-z]+", text):
        if word == "and":
            continue
        if word in _SIZES:
            if not section or _SIZES[word] >= above:
                return None
            total, section, free, above = total + section * _SIZES[word], 0, 100, _SIZES[word]
        elif word == "hundred":
            if not 0 < section < 10:
                return None
            section, free = section * 100, 100
        else:
            value = _TENS.get(word, _ONES.get(word, 0))
            if value >= free or (value >= 10 and free < 100):
                return None
            section, free = section + value, 10 if word in _TENS else 0
    return total + section
