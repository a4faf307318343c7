"""Which sums a writer's words have, in digits or in Chinese, and which of them a request's fee is. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from maild.domain.incoming.reading import Reading
from maild.domain.requests.patron import Transaction
from maild.match.pieces import folded
from maild.spine.facts import Facts

_THINGS = r"页|分钟|小时|点|号|期|卷|年|月|天|日|次|本|篇|份|张|个|万|千|%"
_COUNTED = rf" ?(?:{_THINGS}|pages?\b|pp\b|min\w*|hours?\b|days?\b|copies\b|vol\b)"
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_DAY = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}(?:[日号]|(?![\d.元块圆]))|\d{4}([-/.])\d{1,2}\1\d{1,2}"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? ?(?:{_MONTH})\b\.?(?: \d{{4}}\b)?|\b\d{{1,2}} ?may \d{{4}}\b"
)
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")  # 大写金额
# A sum, or a number of anything else, in digits or in Chinese; the request's own number is taken out before.
_SUM = re.compile(
    r"(\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千廿卅]{1,12}(?=[元块圆]))"
    rf"(?:[元块圆]([1-9]|[一二三四五六七八九](?=[角毛可行同没我的吧就]|[^\u4e00-\u9fff]|$))(?![\d.十百千折成]|{_COUNTED})(?:[角毛])?)?"
)
# A room or a counter, where one pays; the end of an account's number; a name and a day below the letter.
_PLACE = re.compile(
    r"\n[^\W\d_付缴交出自费价元块为收额限最]{2,4} (?:1[0-2]|0?[1-9])[./](?:[12]\d|3[01]|0?[1-9])\s*$|"
    r"(?:尾号|[账帐卡]号)[^\d,。;]{0,3}\d+|\d{3,4} ?(?:室|房间?)|\b(?:room|rm|counter|window)\b\.? ?\d+"
    r"|[到去在至往][^\W\d_付交出缴给收要为是费钱价款减补]{2,8} ?\d{3}(?! ?[\d.元块圆¥$]| ?(?:yuan|rmb|cny))"
)
_UNIT = re.compile(_COUNTED)  # behind a number: it counts something else
MOST_ANSWERED = 2000  # characters of the quoted letter: the latest comes first
_OTHER_THINGS = -1.0  # no fee is that
_CURRENCIES = {
    "EUR": re.compile(r"\beur(?:os?)?\b|€|欧元"),
    "USD": re.compile(r"\busd\b|us ?\$|\bdollars?\b|美[元金刀]"),
    "GBP": re.compile(r"\bgbp\b|£|\bpounds?\b|英镑"),
    "JPY": re.compile(r"\bjpy\b|\byen\b|日元"),
    "CHF": re.compile(r"\bchf\b|\bfrancs?\b|法郎"),
    "SEK": re.compile(r"\bsek\b|\bkron(?:or|er|a|e)\b|\d ?kr\b|克朗"),
    "KRW": re.compile(r"\bkrw\b|\d ?won\b|韩[元币]"),
    "TWD": re.compile(r"\btwd\b|\bnt ?\$|新?台币"),
    "RUB": re.compile(r"\broubles?\b|\brubles?\b|\d ?rub\b|卢布"),
    "INR": re.compile(r"\binr\b|\brupees?\b|卢比"),
    "BRL": re.compile(r"\bbrl\b|\breais\b|雷亚尔"),
    "MXN": re.compile(r"\bmxn\b|\bpesos?\b|比索"),
    "PLN": re.compile(r"\bpln\b|\bzloty\b|兹罗提"),
    "THB": re.compile(r"\bthb\b|\bbaht\b|泰铢"),
    "MYR": re.compile(r"\bmyr\b|\bringgit\b|令吉"),
    "TRY": re.compile(r"\blira\b|\d ?try\b|里拉"),
    "VND": re.compile(r"\bvnd\b|\d ?dong\b|越南盾"),
    "HKD": re.compile(r"\bhkd\b|hk ?\$|港[元币纸]"),
}
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30}


def own_of(facts: Facts, patron_id: str) -> dict[str, Transaction]:
    """The patron's requests that were looked up, by number."""
    known = (*facts.requests, *(c.transaction for c in facts.candidates))
    return {t.number: t for t in known if t.patron_id == patron_id}


def of_that_sum(
    reading: Reading, facts: Facts, own: Collection[Transaction], fits: Callable[[Transaction], bool]
) -> Transaction | None:
    """The only one whose fee is the only sum that is said ('78那篇可以'), and no other alone is answered."""
    priced = [t for t in own if fits(t) and sums_of(reading, t)]
    if len(priced) != 1 or other_sums(reading, priced[0]):
        return None
    query = facts.query
    number, told = priced[0].number, {*query.quoted}
    answered = {*query.numbers, *query.tokens, *query.threads}
    return priced[0] if answered <= {number} and (not told or number in told) else None


def sums_of(reading: Reading, case: Transaction) -> Collection[float]:
    """Numbers in the writer's words that are the fee that was told."""
    return _said(reading, case) & _told(case)


def other_sums(reading: Reading, case: Transaction) -> Collection[float]:
    """Numbers in the writer's words, in digits or in Chinese, that are not the fee that was told; beside the writer's
    own share what the office bears of it is none ('220 in all, 80 of it borne by the school, so 140').
    """
    said = _said(reading, case)
    whole, share = case.total, case.payable
    borne = {float(whole.amount - share.amount)} if whole and share and float(share.amount) in said else set()
    return said - _told(case) - borne


def other_currency(reading: Reading, case: Transaction) -> str:
    """A currency in the writer's words that is not the one in which the fee was told; ''."""
    return _other_currency(folded(reading.mail.reply_text), case)


def _other_currency(text: str, case: Transaction) -> str:
    told = {m.currency for m in (case.payable, case.total) if m is not None}
    return next((code for code, words in _CURRENCIES.items() if code not in told and words.search(text)), "")


_ANOTHER = re.compile(
    r"改为|改成|调整为|涨(?:到|为|价)|已(?:经)?(?:取消|撤销|免)|替您(?:取消|退|撤)"
    r"|\b(?:raised|changed|increased|reduced) to\b|\b(?:has|have) been cancell?ed\b"
    r"|\b(?:we|i) (?:shall|will|can|could) cancel\b|\binstead of \d|\bis now \d"
)


def asks_another(reading: Reading, case: Transaction) -> str:
    """What the letter that is answered says of the fee beside what was told: a yes may be to that; ''."""
    quoted = folded(reading.mail.quoted_text[:MOST_ANSWERED])
    hit = _ANOTHER.search(quoted)
    return hit.group() if hit else _other_currency(quoted, case)


def _said(reading: Reading, case: Transaction) -> set[float]:
    mail = reading.mail
    text = folded(mail.reply_text if mail.in_reply_to else f"{mail.subject}\n{mail.reply_text}")
    text = text.replace(case.number.lower(), " ").replace(folded(case.title), " ")
    text = _PLACE.sub(" ", _DAY.sub(" ", text)).translate(_CAPITALS)
    return {
        _OTHER_THINGS if _UNIT.match(text, hit.end()) else _value(hit[1]) + (_value(hit[2]) / 10 if hit[2] else 0.0)
        for hit in _SUM.finditer(text)
    }


def _told(case: Transaction) -> set[float]:
    return {float(m.amount) for m in (case.payable, case.total) if m is not None}


def _value(said: str) -> float:
    """'24', '24.00', '二十四', '廿四', '一百二十'."""
    if said[0].isdigit() and said.isascii():
        return float(said)
    whole, digit = 0, 0
    for sign in said:
        if sign in _TENS:
            whole += (digit or 1) * _TENS[sign] if sign in "十百千" else _TENS[sign]
            digit = 0
        else:
            digit = 10 * digit + _DIGITS[sign]
    return float(whole + digit)
