"""Amounts in words: 壹仟贰佰元伍角整 and its kin, by a grammar of its own that knows when a run is only a part.

cn2an is no help here: it reads 元 as an unknown sign, and takes any run of digits and units for a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from maild.receipts.numerals_en import parse_english

_DIGITS = {
    **dict.fromkeys("零〇", 0),
    **dict.fromkeys("壹一弌", 1),
    **dict.fromkeys("贰貳二贰弍两兩", 2),
    **dict.fromkeys("叁參叄三弎", 3),
    **dict.fromkeys("肆四", 4),
    **dict.fromkeys("伍五", 5),
    **dict.fromkeys("陆陸六", 6),
    **dict.fromkeys("柒七", 7),
    **dict.fromkeys("捌八", 8),
    **dict.fromkeys("玖九", 9),
}
_UNITS = {**dict.fromkeys("拾十", 10), **dict.fromkeys("佰百", 100), **dict.fromkeys("仟千", 1000)}
_WAN, _YI, _YUAN, _JIAO, _FEN, _WHOLE = "万萬", "亿億", "元圆圓", "角", "分", "整正"
# What readers make of the characters above: a corrected run may support figures, never found an amount.
_MISREAD = {
    "壹": "豆壶臺亚",
    "贰": "货贺贵贼武弐式贝",
    "叁": "参叄",
    "肆": "肄津隶",
    "伍": "低仵任伤",
    "陆": "陵陡险",
    "柒": "渠染柴漆",
    "捌": "别扒",
    "玖": "久玫致政",
    "零": "雪霁",
    "拾": "掐捡恰给抬洽",
    "佰": "陌伯怕",
    "仟": "什阡",
    "圆": "園國园囿",
    "元": "兀无",
    "正": "王止証",
    "整": "敕憋",
}
LOOKALIKES = {misread: right for right, others in _MISREAD.items() for misread in others}
_PROPER = "".join(_DIGITS) + "".join(_UNITS) + _WAN + _YI + _YUAN + _JIAO + _FEN + _WHOLE + "廿卅"
WORD_CHARACTERS = frozenset(_PROPER)
_MOST = Decimal("1000000000000")
_RUN = re.compile(rf"[{re.escape(_PROPER)}]+")
_LOOSE_RUN = re.compile(rf"[{re.escape(_PROPER + ''.join(LOOKALIKES))}]+")
_CURRENCY = re.compile(r"(?:人民币|RMB|CNY|¥|币)[:：]?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """An amount in words. complete: it ends as it should (整, 分, 角) and begins with a digit; repaired: look-alikes
    were put right; text: as printed; start, end: where in the text it stood."""

    value: Decimal
    text: str
    complete: bool
    repaired: bool = False
    start: int = 0
    end: int = 0


def parse_words(text: str) -> Decimal | None:
    """The value of a run of words that is nothing else; None where it is not a well-formed amount."""
    found = _parse(text)
    return found[0] if found else None


def find_words(text: str) -> list[Words]:
    """Every run in a folded text that is an amount; runs that a stray character touches are left out.

    A run is bounded by the text's ends, punctuation, blanks, the currency's name or a colon.
    """
    found = _find(text, _RUN, repair=False) or _find(text, _LOOSE_RUN, repair=True)
    if not found and (english := parse_english(text)) is not None:
        return [Words(value=english[0], text=text, complete=english[1], end=len(text))]
    return found


def _find(text: str, run: re.Pattern[str], *, repair: bool) -> list[Words]:
    found = []
    for hit in run.finditer(text):
        whole = hit.group()
        if not any(c in _YUAN + _JIAO for c in (LOOKALIKES.get(c, c) for c in whole)):
            continue
        if _touched(text, hit.start(), hit.end()):
            continue
        mended = "".join(LOOKALIKES.get(c, c) for c in whole) if repair else whole
        parsed = _parse(mended)
        if parsed is None and (bare := _without_printed(mended)) != mended:
            parsed, mended = _parse(bare), bare
        if parsed:
            value, complete = parsed
            found.append(
                Words(
                    value=value,
                    text=whole if repair else mended,
                    complete=complete,
                    repaired=mended != whole,
                    start=hit.start(),
                    end=hit.end(),
                )
            )
    return found


def _without_printed(text: str) -> str:
    """Without the places a form prints before the first digit: 万仟佰壹拾捌元 is 壹拾捌元, if figures say so too."""
    return re.sub(
        r"^[拾十]?[亿億]?[仟千]?[佰百]?[拾十]?[万萬]?[仟千]?[佰百]?[拾十]?(?=[^拾十佰百仟千万萬亿億元圆圓])", "", text
    )


def _touched(text: str, start: int, end: int) -> bool:
    before, after = text[:start], text[end : end + 1]
    if before and before[-1].isalnum() and not _CURRENCY.search(before):
        return True
    if before and not before[-1].isalnum() and before[-1] in "*×?□■#@&":
        return True
    if after.isdigit() and after.isascii():  # 叁分2026.11.24 ¥…: a stamp's date, where the run is ended properly
        return text[end - 1] not in _WHOLE + _FEN
    if text[end - 1] in _WHOLE:
        return bool(after) and after in "*×?□■#@&"  # …元整学: behind the word that ends a sum stands a seal's letter
    return bool(after) and (after.isalnum() or after in "*×?□■#@&")


def _parse(text: str) -> tuple[Decimal, bool] | None:
    """(value, complete) by the grammar: integer 元 [rest]; None where anything is out of place."""
    place = next((i for i, c in enumerate(text) if c in _YUAN), -1)
    if place <= 0:
        return _small_change(text) if place == -1 else None
    whole = _integer(text[:place])
    rest = _rest(text[place + 1 :])
    if whole is None or rest is None:
        return None
    cents, ended = rest
    value = (Decimal(whole) + Decimal(cents) / 100).quantize(Decimal("0.01"))
    began = text[0] in _DIGITS or text[0] in "廿卅"
    return (value, ended and began) if value < _MOST else None


def _small_change(text: str) -> tuple[Decimal, bool] | None:
    """伍角整, 捌角贰分: less than a yuan."""
    if not text or text[-1] not in _WHOLE + _FEN + _JIAO or not any(c in _JIAO + _FEN for c in text):
        return None
    rest = _rest(text)
    return ((Decimal(rest[0]) / 100).quantize(Decimal("0.01")), rest[1]) if rest and rest[0] else None


def _rest(text: str) -> tuple[int, bool] | None:
    """What follows 元: (cents, properly ended)."""
    hit = re.fullmatch(r"(?:(?P<j>.)角|零|〇)?零?(?:(?P<f>.)分)?(?P<end>[整正])?", text)
    if not hit:
        return None
    jiao, fen = hit["j"], hit["f"]
    if any(c is not None and c not in _DIGITS for c in (jiao, fen)):
        return None
    if text in {"零", "〇"}:
        return None
    cents = 10 * _DIGITS.get(jiao or "零", 0) + _DIGITS.get(fen or "零", 0)
    return cents, bool(hit["end"] or fen or jiao)


def _integer(text: str) -> int | None:
    """The part before 元. Sections of 亿, 万 and ones must fall; each is checked by `_section`."""
    total, rest = 0, text
    for marks, size in ((_YI, 10**8), (_WAN, 10**4)):
        place = max(rest.find(mark) for mark in marks)
        if place == -1:
            continue
        head, rest = rest[:place], rest[place + 1 :]
        value = _section(head, first=total == 0) if head else None
        if value is None or any(mark in rest for mark in marks):
            return None
        total += value * size
        if not rest:
            return total
    value = _section(rest, first=total == 0)
    return None if value is None else total + value


def _section(text: str, *, first: bool) -> int | None:
    """Up to four places with falling units: 壹仟零贰拾, 零佰叁拾伍. None where two digits or two units meet."""
    text = re.sub("廿", "贰拾", re.sub("卅", "叁拾", text))
    total, limit, digit, zero = 0, 10_000, None, False
    for index, character in enumerate(text):
        if character in _UNITS:
            unit = _UNITS[character]
            if (digit is None and not (zero or (index == 0 and unit == 10 and first))) or unit >= limit:
                return None
            total, limit = total + (1 if digit is None and not zero else digit or 0) * unit, unit
            digit, zero = None, False
        elif digit is not None:
            return None
        elif _DIGITS.get(character) == 0:
            zero = True
        elif character in _DIGITS:
            digit, zero = _DIGITS[character], False
        else:
            return None
    return total + (digit or 0) if text else None
