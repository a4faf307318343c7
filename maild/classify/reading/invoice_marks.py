"""The marks by which a request for an invoice is read: labels of its values, tax numbers, addresses, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.patterns import compile_pattern
from maild.domain.accounting.taxpayer import examine, folded, is_code, is_identity

if TYPE_CHECKING:
    from maild.classify.vocabulary.patterns import Pattern

LABELS = ("title_sure", "title", "tax_number_sure", "tax_number", "email", "person", "payer", "amount", "item", "aside")
SURE = "_sure"
_GLUED = frozenset({"email"})  # with a colon it counts even where it is glued to the value before it
_SIGN = re.compile(
    r"\s?[\])】]?\s?(?:\([^()\n]{1,8}\)\s?)?"
    r"(?:[:=]+|[-—~]+(?=\s?[^\d\s-])|是|为|為|就是|写成?|(?:is|should be)\b)[:\s]*"
)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_LINE_START = re.compile(r"(?:^|\n)[\s\d.、,)(\]\[【·*•-]*$")
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")
_LABELLED_TOKEN = re.compile(r"(?<![0-9A-Za-z@.])[0-9A-Za-z]{14,21}(?![0-9A-Za-z@])")
_SPACED_TOKEN = re.compile(r"(?<![0-9A-Za-z@.])[0-9A-Za-z]{2,10}(?:[ \-][0-9A-Za-z]{1,10}){1,8}(?![0-9A-Za-z@])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_AMOUNT = re.compile(
    r"(?:(?:¥|rmb|cny|人民币)\s?(\d{1,6}(?:,\d{3})*(?:\.\d{1,2})?)(?![\d%])"
    r"|(?<![\d.,-])(\d{1,6}(?:,\d{3})*(?:\.\d{1,2})?)\s?(?:元|圆|块钱?|rmb|cny|yuan))",
    re.IGNORECASE,
)
_PLAIN_AMOUNT = re.compile(
    r"\s*(?:¥|rmb|cny)?\s?(\d{1,6}(?:,\d{3})*(?:\.\d{1,2})?)(?![\d%.]|\s?[-/年月])", re.IGNORECASE
)
_BEFORE_AMOUNT = re.compile(r"(?:转(?:了|账|帐)?|付(?:了|款)?|汇(?:了|款)?|缴(?:了|费)?|交(?:了)?|共(?:计)?)\s?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something at start…end of the text: a label (kind as its list, without '_sure'), or a value found by its shape
    ('tax', 'address'). `value`: where a label's value begins; `signed`: a colon or the like stands between.
    """

    start: int
    end: int
    kind: str
    value: int = 0
    signed: bool = False
    sure: bool = False
    text: str = ""


class Marks:
    """Finds labels; compiled once from words/invoice.toml."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._labels: list[tuple[str, Pattern]] = [(name, compile_pattern(joined(lists[name]))) for name in LABELS]

    def labels(self, text: str) -> list[Mark]:
        """The labels of the text in their order; of those that overlap, the longest."""
        found: list[Mark] = []
        for name, pattern in self._labels:
            for hit in pattern.finditer(text):
                if hit.end() > hit.start() and (mark := _label(name, text, hit.start(), hit.end())):
                    found.append(mark)  # noqa: PERF401
        kept: list[Mark] = []
        for mark in sorted(found, key=lambda m: (m.start - m.end, not m.sure, m.start)):
            if all(mark.end <= other.start or other.end <= mark.start for other in kept):
                kept.append(mark)
        return sorted(kept, key=lambda mark: mark.start)


def _label(name: str, text: str, start: int, end: int) -> Mark | None:
    sure, kind = name.endswith(SURE), name.removesuffix(SURE)
    before, sign = text[start - 1 : start], _SIGN.match(text, end)
    if _LATIN.match(text, start) and _LATIN.match(before):
        return None
    if _LATIN.match(text, end - 1) and _LATIN.match(text, end):
        return None
    line_start = bool(_LINE_START.search(text[max(0, start - 12) : start])) if start else True
    if not sure:
        glued = before.isalnum() and not line_start
        if glued and not (sign and kind in _GLUED):
            return None
        alone = line_start and text[end : end + 1] in {"", " ", "\n"}
        if not sign and not alone:
            return None
    return Mark(
        start=start,
        end=end,
        kind=kind,
        value=sign.end() if sign else end,
        signed=bool(sign),
        sure=sure,
        text=text[start:end],
    )


def tax_marks(text: str, labels: list[Mark]) -> list[Mark]:
    """Tax numbers: what a label calls one, and 18 characters whose check fits. Identity numbers only by a label."""
    found: dict[int, Mark] = {}
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        if label.kind != "tax_number":
            continue
        stop = min(following.start if following else len(text), label.value + 80)
        if mark := _labelled_number(text, label.value, stop):
            found[mark.start] = mark
    for hit in _TOKEN.finditer(text):
        number = folded(hit.group())
        inside = any(m.start <= hit.start() < m.end for m in found.values())
        if not inside and not is_identity(number) and _likely(number):
            found[hit.start()] = Mark(start=hit.start(), end=hit.end(), kind="tax", text=number)
    return [found[start] for start in sorted(found)]


def _labelled_number(text: str, start: int, stop: int) -> Mark | None:
    """What a label calls a tax number, right or mistyped: written in one, or else in groups."""
    for hit in _LABELLED_TOKEN.finditer(text, start, stop):
        if sum(map(str.isdigit, hit.group())) >= 8:
            return Mark(start=hit.start(), end=hit.end(), kind="tax", text=folded(hit.group()), sure=True)
    for hit in _SPACED_TOKEN.finditer(text, start, stop):
        number, end = "", hit.start()
        for group in re.finditer(r"[0-9A-Za-z]+", hit.group()):
            number, end = number + group.group(), hit.start() + group.end()
            if len(number) >= 18 or (len(number) >= 15 and hit.start() + len(hit.group()) == end):
                break
        if 14 <= len(number) <= 20 and sum(map(str.isdigit, number)) >= 8:
            return Mark(start=hit.start(), end=end, kind="tax", text=folded(number), sure=True)
    return None


def _likely(number: str) -> bool:
    """A code that fits; or one that begins and is lettered like a code, though its check does not fit."""
    if is_code(number):
        return True
    meant = examine(number).suggestion
    lettered = number[:2] in {"91", "92", "93", "12", "11", "51", "52", "53"} and not number.isdigit()
    return bool(meant) or (lettered and sum(map(str.isdigit, number)) >= 10)


def address_marks(text: str) -> list[Mark]:
    """Mail addresses."""
    return [
        Mark(start=h.start(), end=h.end(), kind="address", text=h.group().lower().rstrip("."))
        for h in _EMAIL.finditer(text)
    ]


def amounts(text: str, labels: list[Mark]) -> list[str]:
    """Amounts of money, those a label names first; each once."""
    named = [_PLAIN_AMOUNT.match(text, label.value) for label in labels if label.kind == "amount"]
    found = [hit.group(1) for hit in named if hit] or list(_said_amounts(text))
    return list(dict.fromkeys(f"{Decimal(number.replace(',', '')):.2f}" for number in found))


def _said_amounts(text: str) -> Iterator[str]:
    for hit in _AMOUNT.finditer(text):
        yield hit.group(1) or hit.group(2)
    for hit in re.finditer(r"(?<![\d.])\d{1,6}(?:\.\d{1,2})?(?![\d.\-/年月日%])", text):
        if _BEFORE_AMOUNT.search(text[max(0, hit.start() - 6) : hit.start()]):
            yield hit.group()
