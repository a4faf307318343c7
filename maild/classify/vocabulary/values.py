"""Values by type: what a rule found as words, made into what a field promises, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.vocabulary.days import COMPACT, DMY, MDY, MONTHS, SLASHED, YEARLESS, YMD
from maild.classify.vocabulary.patterns import compile_pattern
from maild.classify.vocabulary.whole import another_fee
from maild.domain.money import Money
from maild.domain.requests.lifecycle import State

if TYPE_CHECKING:
    from maild.classify.vocabulary.patterns import Pattern

MOST_CHARACTERS = 1000
MOST_NUMBERS = 50


class Unfit(ValueError):
    """The words are no value of that type; the message says why."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The value, and further fields that the same words give (currency, reason_code)."""

    value: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """What typing depends on: the office's number pattern, unfilled reasons, and the mail's year."""

    number: Pattern
    reasons: tuple[tuple[str, Pattern], ...]
    year: int | None = None

    def read(self, kind: str, words: str) -> Typed:
        """Raises Unfit."""
        readers: Mapping[str, Callable[[str], Typed]] = {
            "text": _text,
            "transaction": self._transaction,
            "money": read_money,
            "date": self._date,
            "datetime": self._datetime,
            "url": _url,
            "integer": _integer,
            "email": _email,
            "state": _state,
            "reason": self._reason,
            "code": _code,
            "length": _length,
            "login": _login,
            "terms": _text,
        }
        return readers[kind](words.strip())

    def numbers(self, words: str) -> tuple[str, ...]:
        """Distinct transaction numbers in the words; a hit is never part of a longer run."""
        found: dict[str, None] = {}
        at = 0
        # The separator behind a hit may be the one before the next: go on right behind the number. Only a window is
        # searched: with all that is left each time, one number said again and again would take squares.
        while len(found) < MOST_NUMBERS and at < len(words):
            window = words[at : at + WINDOW]
            more = at + WINDOW < len(words)
            hit = self.number.search(window)
            if hit is not None and not (more and hit.end(1) == len(window)):
                found[hit.group(1)] = None
                at += max(hit.end(1), 1)
                continue
            apart = _APART.search(words, at + WINDOW - OVERLAP) if more else None
            if apart is None:
                break
            at = apart.start()
        return tuple(found)

    def _transaction(self, words: str) -> Typed:
        numbers = self.numbers(words)
        if len(numbers) != 1:
            raise Unfit(SAY("numbers_in", count=len(numbers) or "no", words=_short(words)))
        return Typed(numbers[0])

    def _date(self, words: str) -> Typed:
        return Typed(read_date(words, self.year).isoformat())

    def _datetime(self, words: str) -> Typed:
        day = read_date(words, self.year)
        clock = re.search(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", words)
        if not clock:
            return Typed(day.isoformat())
        hour, minute, second, zone = clock.groups()
        if re.search(r"下午|晚上|\bpm\b", words, re.IGNORECASE) and int(hour) < 12:
            hour = str(int(hour) + 12)
        return Typed(f"{day.isoformat()}T{int(hour):02}:{minute}:{second or '00'}{zone or ''}")

    def _reason(self, words: str) -> Typed:
        text = _text(words).value
        code = next((code for code, pattern in self.reasons if pattern.search(text)), "")
        return Typed(text, {"reason_code": code} if code else {})


_APART = re.compile(r"[^0-9A-Za-z]")
WINDOW, OVERLAP = 4096, 512  # characters; no number is longer than the latter


def number_pattern(transaction_number: str) -> Pattern:
    """The office's pattern as a whole word, in group 1."""
    return compile_pattern(rf"(?:^|[^0-9A-Za-z])({transaction_number})(?:$|[^0-9A-Za-z])")


def _text(words: str) -> Typed:
    text = " ".join(words.split())
    if not text or text in {"-", "--", "—", "/", "无", "n/a", "N/A"}:
        raise Unfit(SAY("empty"))
    return Typed(text[:MOST_CHARACTERS])


_CURRENCIES = {
    "rmb": "CNY",
    "cny": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "人民币": "CNY",
    "¥": "CNY",
    "yuan": "CNY",
    "usd": "USD",
    "us$": "USD",
    "$": "USD",
    "美元": "USD",
    "eur": "EUR",
    "€": "EUR",
    "欧元": "EUR",
    "gbp": "GBP",
    "£": "GBP",
    "英镑": "GBP",
    "hkd": "HKD",
    "hk$": "HKD",
    "jpy": "JPY",
    "日元": "JPY",
    "日圆": "JPY",
    "日币": "JPY",
    "円": "JPY",
    "港币": "HKD",
    "港元": "HKD",
    "cad": "CAD",
    "加元": "CAD",
    "加币": "CAD",
    "aud": "AUD",
    "澳元": "AUD",
    "chf": "CHF",
    "瑞士法郎": "CHF",
    "krw": "KRW",
    "韩元": "KRW",
    "韩币": "KRW",
    "sgd": "SGD",
    "新加坡元": "SGD",
    "twd": "TWD",
    "新台币": "TWD",
    "台币": "TWD",
    "nzd": "NZD",
    "sek": "SEK",
    "nok": "NOK",
    "dkk": "DKK",
}
_CURRENCY = "|".join(re.escape(c) for c in sorted(_CURRENCIES, key=len, reverse=True))
_CURRENCY_NAMED = re.compile(_CURRENCY, re.IGNORECASE)
_AMOUNT = re.compile(
    rf"(?:({_CURRENCY})\s*)?(-?\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|-?\d+(?:[.,]\d{{1,2}})?)(?![\d%])\s*({_CURRENCY})?",
    re.IGNORECASE,
)
_SUM = re.compile(r"[\d元圆)]\s*=")
# What makes the figures another sum than they are: a multiple, a range, a rate, a guess, a part of it, or a currency
# that is none of the above. Then there is no amount: a person reads it.
_UNREAD = re.compile(
    r"\d\s*[千万亿]|\d\s*(?:元|圆)?\s*[-~–—至到]\s*[¥$€£]?\d+(?:\.\d+)?\s*(?:元|圆|usd|eur|gbp|cny|rmb|美元|欧元|英镑)"
    r"|\d\s*(?:元|圆|cny|rmb|usd|eur|gbp)?\s*(?:/|每|起(?!算)|左右|以上|上下)|(?:约|预计|估计|预估|每[页本篇份张册次卷]|单价)[^\d]{0,4}\d"
    r"|韩圆|新[元币]|法郎|克朗|卢[布比]|泰铢|\d\s*刀|(?<![a-z])(?:ntd|inr|rs|rub|thb|mop|won|yen|francs?)(?![a-z])|[₩₹₽฿₫]",
    re.IGNORECASE,
)
# What a list of fees comes to.
_TOTAL = re.compile(
    r"(?:合计|总计|共计|总共|一共|总价|共)(?:为|是|需付?|收费?|:)?\s*(?=[¥$€£]?\s*\d[\d,.]*\s*(?:元|圆|cny|rmb|usd|eur|gbp|美元|欧元|英镑))"
    r"|\b(?:in total|altogether|total)\b\W{0,3}(?=(?:[a-z]{3}\s?|[¥$€£]\s?)?\d)",
    re.IGNORECASE,
)
_LESS = re.compile(r"补[贴助]|优惠|减免|已[付缴]|subsid|discount|paid", re.IGNORECASE)
_FREE = re.compile(r"免费|全额补贴|无需付费|不收费|free of charge|no charge|^free$|^无$", re.IGNORECASE)


def read_money(words: str) -> Typed:
    """One amount as '12.50', with its currency if said. A sum written out counts by what follows '='.

    Raises Unfit where there is no amount, several, or one that is no fee.
    """
    if not (_LESS.search(words) or _SUM.search(words)) and any(
        another_fee(words, hit.end()) for hit in _AMOUNT.finditer(words)
    ):
        if not (totals := list(_TOTAL.finditer(words))):
            raise Unfit(SAY("several_amounts", words=_short(words)))
        words = words[totals[-1].end() :]
    part = re.split(r"[;。](?!\d)|,(?![\d ])", words)[0]  # what a sentence goes on to say is no part of it
    part = part[sums[-1].end() :] if (sums := list(_SUM.finditer(part))) else part
    hits = _AMOUNT.findall(part)
    found = {(_decimal(number), _CURRENCIES.get((before or after).lower(), "")) for before, number, after in hits}
    named = {_CURRENCIES[sign.lower()] for sign in _CURRENCY_NAMED.findall(part)}
    if hits and ("其中" in words or _UNREAD.search(part) or (len(found) == 1 and len(named) > 1)):
        raise Unfit(SAY("no_amount", words=_short(words)))
    if not found and _FREE.search(words):
        return Typed("0.00")
    if len(found) > 1 and any(currency for _, currency in found):
        found = {entry for entry in found if entry[1]}
    if len(found) != 1:
        raise Unfit(SAY("several_amounts" if found else "no_amount", words=_short(words)))
    amount, currency = found.pop()
    if amount < 0 or amount > 1_000_000:
        raise Unfit(SAY("no_fee", words=_short(words)))
    return Typed(f"{Money(amount).amount:.2f}", {"currency": currency} if currency else {})


def _decimal(number: str) -> Decimal:
    if re.fullmatch(r"-?\d+,\d{1,2}", number):  # '12,50' as written in Europe
        number = number.replace(",", ".")
    try:
        return Decimal(number.replace(",", ""))
    except InvalidOperation as error:
        raise Unfit(SAY("not_a_number", words=number)) from error


def read_date(words: str, year: int | None = None) -> date:
    """The one date the words say. `year` completes a date said without one. Raises Unfit."""
    days = {_day(int(y), int(m), int(d)) for y, m, d in (*YMD.findall(words), *COMPACT.findall(words))}
    days |= {_day(int(y), MONTHS[m.lower()[:3]], int(d)) for d, m, y in DMY.findall(words)}
    days |= {_day(int(y), MONTHS[m.lower()[:3]], int(d)) for m, d, y in MDY.findall(words)}
    days |= {_slashed(int(a), int(b), int(y), words) for a, b, y in SLASHED.findall(words)}
    if not days and year:
        days = {_day(year, int(m), int(d)) for m, d in YEARLESS.findall(words)}
    if len(days) != 1:
        raise Unfit(SAY("several_dates" if days else "no_date", words=_short(words)))
    return days.pop()


def _slashed(first: int, second: int, year: int, words: str) -> date:
    if first > 12 or first == second:
        return _day(year, second, first)
    if second > 12:
        return _day(year, first, second)
    raise Unfit(SAY("day_or_month", words=_short(words)))


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unfit(SAY("impossible_date", year=year, month=month, day=day)) from error


_URL = re.compile(r"https?://[^\s<>\"'「」【】《》，。；！、（）\u4e00-\u9fff]+", re.IGNORECASE)


def _url(words: str) -> Typed:
    hit = _URL.search(words)
    if not hit:
        raise Unfit(SAY("no_http", words=_short(words)))
    url = hit.group().replace("&amp;", "&").rstrip(".,;:!?*_")
    while url and url[-1] in ")]}" and url.count(url[-1]) > url.count("([{"[")]}".index(url[-1])]):
        url = url[:-1].rstrip(".,;:!?")
    if len(url) > 2000 or not re.match(r"https?://[^/?#]*[^/?#.@:]", url, re.IGNORECASE):
        raise Unfit(SAY("no_usable_address", words=_short(words)))
    return Typed(url)


def _code(words: str) -> Typed:
    hit = re.match(
        r"[\"'“「\[(]*([!-~]{1,64}?)[\"'”」\])]*"
        r"(?:[,;.。]?(?:\s|$)|[,;。](?=[^!-~]|(?:19|20)\d\d[-/.年]|\d{1,2} ?[月号日]|\d{1,3} ?[天次小])|(?=[^!-~]))",
        words,
    )
    if not hit:
        raise Unfit(SAY("no_code", words=_short(words)))
    # '密码 2k6p,12月4日前有效': a pattern of ASCII alone ends within the date behind the comma.
    return Typed(re.sub(r",\d{1,2}$", "", hit.group(1)))


def _integer(words: str) -> Typed:
    numbers = set(re.findall(r"\d+", words.replace(",", "")))
    if len(numbers) != 1 or len(number := numbers.pop()) > 9:
        raise Unfit(SAY("no_whole_number", words=_short(words)))
    return Typed(str(int(number)))


_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {
    **{sign: count for count, sign in enumerate("零一二三四五六七八九十")},
    "两": 2,
    "半": 0,
    **{word: count for count, word in enumerate(_WORDS, 1)},
    "a": 1,
    "an": 1,
    "another": 1,
}
_SPAN = re.compile(
    r"(?:(?:(\d{1,2})|([一二两三四五六七八九十半])|\b(an?|another|one|two|three|four|five|six|seven|eight|nine|ten)\b)\s*|(?<!\s)\s+)?"
    r"(?:个|more |extra |additional )*(半)?(天|日|周|星期|礼拜|月|day|week|fortnight|month)",
    re.IGNORECASE,
)


def _length(words: str) -> Typed:
    """A length of time as ISO 8601 duration: P10D, P2W, P1M. Half a month is taken as 15 days."""
    hit = _SPAN.search(words)
    if not hit:
        raise Unfit(SAY("no_length_of_time", words=_short(words)))
    digits, sign, word, half, unit = hit.groups()
    count = int(digits) if digits else _COUNTS[(sign or word or "one").lower()]
    unit = unit.lower()
    if unit in {"月", "month"}:
        days = 30 * count + (15 if half or sign == "半" else 0)
        return Typed(f"P{count}M" if days == 30 * count else f"P{days}D")
    if unit == "fortnight":
        return Typed(f"P{2 * count}W")
    if not count:
        raise Unfit(SAY("no_length_of_time", words=_short(words)))
    return Typed(f"P{count}{'D' if unit in ('天', '日', 'day') else 'W'}")


def _login(words: str) -> Typed:
    """A login name or a number of a card; a number may be written with blanks."""
    name = words.replace(" ", "").strip(".,;:\"'“”")
    if not re.fullmatch(r"[\w@.-]{3,40}", name, re.ASCII) or re.fullmatch(r"[a-z]{2,5}", name):
        raise Unfit(SAY("no_login", words=_short(words)))
    return Typed(name)


def _email(words: str) -> Typed:
    found = {m.lower() for m in re.findall(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}", words)}
    if len(found) != 1:
        raise Unfit(SAY("mail_addresses", count=len(found) or "no", words=_short(words)))
    return Typed(found.pop())


# ISO 10161 state names that are not spelt as ours are.
_ISO_STATES = {
    "pending": State.SUBMITTED,
    "in-process": State.IN_PROCESS,
    "forward": State.FORWARDED,
    "not-supplied": State.UNFILLED,
    "checked-in": State.CLOSED,
}


def _state(words: str) -> Typed:
    word = words.lower().strip()
    if word in _ISO_STATES:
        return Typed(_ISO_STATES[word])
    try:
        return Typed(State(word.replace(" ", "_").replace("-", "_")))
    except ValueError as error:
        raise Unfit(SAY("no_state", words=_short(words))) from error


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
