"""Amounts in figures, in a text that OCR may have marred: what is canonical, and what was repaired to be a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_LOOKS_LIKE_DIGIT = str.maketrans("OoQDIl|iSsBZz", "0000111155822")
_CURRENCY = r"(?:¥|人民币|RMB|CNY|CN[VY¥]|1NY|[YyVv羊](?=\s*[-+]?\d))"
_TOKEN = re.compile(
    rf"(?P<sign>[-+–—−])?\s*(?P<currency>{_CURRENCY})?\s*:?\s*(?P<inner>[-+–—−])?\s*"
    r"(?P<number>\d(?:[\d,.。·]|[ ](?=[\d.,])|[OoIl](?=[\d.,OoIl]|\b))*)"
    r"\s*(?P<unit>元|圆|CNY|RMB|人民币)?",
    re.IGNORECASE,
)
_CANONICAL = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?")
_POINTED = re.compile(r"\d+(?:[.,]\d{3})*[.,](?P<cents>\d{2})")
_FOREIGN = re.compile(r"(?:US\$|USD|HKD|EUR|GBP|JPY|\$|€|£)\s*$", re.IGNORECASE)
_MOST = Decimal(100_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that may be money. strict: written as money is, nothing repaired; pointed: it has its two decimals;
    marked: a currency stands with it; sign: '-', '+' or ''; start, end: where in the text."""

    value: Decimal
    text: str
    strict: bool
    pointed: bool
    marked: bool
    sign: str = ""
    start: int = 0
    end: int = 0
    alone: bool = False


def parse_figure(token: str) -> tuple[Decimal, bool, bool] | None:
    """(value, strict, pointed) of '1,234.50', '1.234.50', '1234,50', '12'; None for what is no amount."""
    plain = token.strip().rstrip(".,。·")
    compact = plain.replace(" ", "").replace("。", ".").replace("·", ".")
    fixed = compact.translate(_LOOKS_LIKE_DIGIT)
    strict = fixed == plain
    if _CANONICAL.fullmatch(fixed):
        value = Decimal(fixed.replace(",", ""))
        pointed = bool(re.search(r"\.\d{2}$", fixed))
        if fixed.startswith("0") and len(fixed) > 1 and fixed[1] not in ".":
            return None
        return (value, strict, pointed) if value < _MOST else None
    if _POINTED.fullmatch(fixed):
        digits = re.sub(r"[.,]", "", fixed)
        return Decimal(digits) / 100, False, True
    return None


def _goes_on(before: str) -> bool:
    """Whether what stands before a number makes it a part of something else: a date, a time, a code."""
    last = before[-1:]
    if last == ":":
        return before[-2:-1].isdigit()
    return bool(last) and (last in "*/~-" or (last.isascii() and last.isalnum()))


def find_figures(text: str) -> list[Figure]:
    """Every number in a folded text that may be money, in order; dates, times, long numbers and shares are not."""
    found = []
    for hit in _TOKEN.finditer(text):
        before, after = text[: hit.start("number")], text[hit.end("number") :]
        marked = bool(hit["currency"] or hit["unit"])
        if not marked and _goes_on(before.rstrip("+-–—− ")):
            continue
        if re.match(r"\s*[%‰]|[*/~:]\d?|-\d|[A-Za-z*年月日时分秒号次张页笔个岁楼层室]|万", after) and not hit["unit"]:
            continue
        if _FOREIGN.search(text[: hit.start()]) or (hit["number"][-1:].isdigit() and after[:1].isdigit()):
            continue
        parsed = parse_figure(hit["number"])
        if not parsed:
            continue
        value, strict, pointed = parsed
        sign = (hit["sign"] or hit["inner"] or "").replace("–", "-").replace("—", "-").replace("−", "-")
        rest = text[: hit.start()].strip() + text[hit.end() :].strip()
        found.append(
            Figure(
                value=value.quantize(Decimal("0.01")),
                text=hit["number"].strip(),
                strict=strict,
                pointed=pointed,
                marked=marked,
                sign=sign,
                start=hit.start(),
                end=hit.end(),
                alone=not any(character.isalnum() for character in rest),
            )
        )
    return found
