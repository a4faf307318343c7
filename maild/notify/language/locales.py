"""The languages of notices, and how dates, amounts, sizes and foreign text look in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from maild.domain.money import SYMBOLS, Money
from maild.domain.requests.patron import Language, Patron

ZH = Language.ZH.value
EN = Language.EN.value
LOCALES: tuple[str, ...] = (ZH, EN)  # in the order in which a mail in both shows them

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SIGNS = {code: sign for sign, code in SYMBOLS.items() if len(sign) == 1 and sign not in "￥元"}
_WHOLE = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})

# C0 and C1 controls, soft hyphen, zero-width and direction marks, separators, lone surrogates, non-characters:
# nothing a title or a name needs, and all that can break a header or turn a line around.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def line(value: object, limit: int = 300) -> str:
    """Anything as one clean line of at most `limit` characters; None is ''."""
    if value is None:
        return ""
    text = _UNWANTED.sub("", _SPACE.sub(" ", str(value))).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def block(value: object, limit: int = 6000) -> str:
    """Anything as clean text that keeps its line ends; None is ''."""
    if value is None:
        return ""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _UNWANTED.sub("", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def choose(wanted: str, patron: Patron | None) -> tuple[str, ...]:
    """The locales of a notice: the one asked for, else the patron's, else all."""
    known = by_name(wanted) or by_name(patron.language if patron else "")
    return (known,) if known else LOCALES


def by_name(name: str) -> str:
    """The locale for 'zh-CN', 'zh', 'zh_Hans', 'en-GB' …, or '' for what we do not write."""
    language = name.lower().replace("_", "-").partition("-")[0]
    return next((locale for locale in LOCALES if locale.lower().partition("-")[0] == language), "")


@dataclass(frozen=True, slots=True)
class Style:
    """How values are written in one locale. `zone` is the office's time zone; `currency` that of amounts
    that name none.
    """

    locale: str
    zone: tzinfo
    currency: str = "CNY"

    def date(self, value: object) -> str:
        """'2026年11月24日' or '24 November 2026'; what is no date is shown as it came, None as ''."""
        day = to_date(value, self.zone)
        if day is None:
            return line(value, 60)
        if self.locale == ZH:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def money(self, value: Money | None) -> str:
        """'¥12.50 (CNY 12.50)', or 'CHF 12.50' where that is all there is to say; None as ''."""
        short = self.short_money(value)
        if value is None or value.currency not in _SIGNS:
            return short
        return f"{short} ({value.currency} {value.amount:,.{_digits(value)}f})"

    def short_money(self, value: Money | None) -> str:
        """'¥12.50', or 'CHF 12.50' where the currency has no sign of its own; None as ''."""
        if value is None:
            return ""
        sign = _SIGNS.get(value.currency, f"{value.currency} ")
        return f"{'-' if value.amount < 0 else ''}{sign}{abs(value.amount):,.{_digits(value)}f}"

    def size(self, count: int) -> str:
        """'32.4 MB' or '120 kB' (powers of ten, as mail systems count)."""
        return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1000))} kB"


def _digits(value: Money) -> int:
    """Digits after the point: none for a whole amount of a currency that has no smaller unit (ISO 4217)."""
    return 0 if value.currency in _WHOLE and value.amount == value.amount.to_integral_value() else 2


def to_date(value: object, zone: tzinfo) -> date | None:
    """A day of the office's calendar, from a datetime, a date, or ISO text; None for anything else."""
    if isinstance(value, str) and _ISO_DATE.match(value.strip()):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(zone)).date()
    return value if isinstance(value, date) else None


def to_money(value: object, currency: str = "CNY") -> Money | None:
    """Money from what JSON can carry: '12.50', 12, '12.50 CNY', '¥12.50'; None where it is not an amount."""
    if isinstance(value, Money):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip().upper()
    for sign, code in SYMBOLS.items():
        if sign in text:
            text, currency = text.replace(sign, ""), code
    named = re.search(r"[A-Z]{3}", text)
    if named:
        text, currency = text.replace(named.group(), ""), named.group()
    try:
        return Money.of(text, currency)
    except (ValueError, ArithmeticError):  # '1E100' is a number, but no amount
        return None
