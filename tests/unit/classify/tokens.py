"""A mail's text cut into what a person may point at: addresses, dates, amounts, numbers, titles, words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from maild.classify.vocabulary.model import FieldType

MOST = 4000  # tokens of one text: beyond that it is not cut
_CODES = "CNY|RMB|USD|EUR|GBP|HKD"
_NUMBER = r"\d[\d,]*(?:\.\d{1,2})?"
_AMOUNT = rf"(?:[¥$€£]|{_CODES}) ?{_NUMBER}|{_NUMBER} ?(?:元|圆|{_CODES}|yuan)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = (
    r"(?:19|20)\d\d ?(?:年|[-/.]) ?\d{1,2} ?(?:月|[-/.]) ?\d{1,2}(?: ?日)?(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTH}[ ,-]+(?:19|20)\d\d|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d"
    r"|(?<!\d)\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d(?!\d)|\d{1,2} ?月 ?\d{1,2} ?[日号]"
)
# Tried in this order: what is whole comes before its parts.
_KINDS: tuple[tuple[FieldType, str], ...] = (
    (FieldType.URL, r"https?://[^\s<>\"'「」【】《》，。；！、（）\u4e00-\u9fff]+"),
    (FieldType.EMAIL, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (FieldType.TEXT, r"(?<=《)[^《》\n]{1,300}(?=》)|(?<=“)[^“”\n]{2,300}(?=”)|(?<=\")[^\"\n]{2,300}(?=\")"),
    (FieldType.DATE, _DATE),
    (FieldType.MONEY, _AMOUNT),
    (FieldType.INTEGER, r"(?<![\w-])\d+(?![\w-])"),
    (FieldType.CODE, r"[A-Za-z0-9]+(?:[-_./#][A-Za-z0-9]+)*"),
    (FieldType.TEXT, r"[\u3400-\u9fff]+|\w+"),
)
_TOKEN = re.compile("|".join(f"({pattern})" for _, pattern in _KINDS), re.IGNORECASE)
_RUN = re.compile(r"\d+(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Token:
    """Characters start…end of a text; `type` is what they look like."""

    start: int
    end: int
    type: FieldType


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text in their order; what lies between them is no value."""
    for count, hit in enumerate(_TOKEN.finditer(text)):
        if count >= MOST:
            return
        assert hit.lastindex is not None, "every alternative is a group"
        yield Token(hit.start(), hit.end(), _KINDS[hit.lastindex - 1][0])
