"""What leaves an outcome open, though a mail tells it: a question to us, a condition, a guess, a part that is missing,
and what is taken back or another request's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.claims import Claim, Claims, Doubt
from maild.classify.reading.news.set_apart import another_meant
from maild.classify.reading.numbers import Numbers, find_parcel
from maild.classify.vocabulary.patterns import Pattern
from maild.domain.incoming.ruling import Field, Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View

_ASKING = frozenset({Kind.FEE_QUOTED})  # a price is told in questions: 'is that all right?'


SUM = re.compile(
    r"[¥$€£]|\d ?(?:元|块|圆)|\b(?:cny|rmb|yuan|usd|eur|gbp|jpy|hkd|aud|cad|chf|krw|twd|won|yen)\b", re.IGNORECASE
)


# Sums in the office's money that running text says, the figures alone.
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,5}(?:\.\d{1,2})?"
_YUAN = re.compile(
    rf"(?<!\d)(?<!\d[.,])({_FIGURES}) ?(?:元|块(?:钱)?|圆|rmb\b|cny\b|yuan\b|人民币)"
    rf"|(?:[¥￥]|\b(?:rmb|cny)) ?({_FIGURES})(?![\d.]|,\d)",
    re.IGNORECASE,
)
# Sums in other money.
_CODES = r"(?:usd|eur|gbp|jpy|hkd|aud|cad|chf|krw|twd|sgd|nok|sek|dkk)"
FOREIGN = re.compile(
    rf"(?:[$€£]|\b{_CODES}) ?\d(?:[\d.,]*\d)?"
    rf"|(?<![\d.,])\d[\d.,]*+ ?(?:[€£]|(?:{_CODES}|euros?|pounds?|dollars?)\b|美元|欧元|英镑|日元|港[元币])",
    re.IGNORECASE,
)
# What an account holds is nobody's fee, unless it is taken from it.
_HELD = re.compile(r"(?:余额|预付款|账户)[^,。;\n扣收付补欠]{0,12}$")
MOST_SUMS = 20
_SUPPLIES = frozenset({Kind.SHIPPED, Kind.DELIVERED})


_BACK = frozenset({Kind.LOAN_DUE, Kind.LOAN_OVERDUE})


# What makes an outcome none that a mail tells in sentences alone: lists of words/hedges.toml.
_OPEN: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.UNFILLED: ("unsettled", "partly", "no_refusal"),
        Kind.LOAN_RETURNED: ("unsettled", "asks_us", "damaged", "partly", "not_inside", "guess"),
        Kind.CANCELLED: ("unsettled", "asks_us", "partly"),
        Kind.REQUEST_ACCEPTED: ("unsettled", "asks_us", "wants_reply", "yours", "guess", "astray", "not_there"),
        Kind.REQUEST_FORWARDED: ("unsettled", "asks_us", "wants_reply", "other_copy"),
        Kind.FEE_QUOTED: ("yours", "no_price", "guess"),
        Kind.SHIPPED: ("incomplete", "did_it_come", "sample", "astray"),
        Kind.LOAN_DUE: ("of_a_notice", "unsettled"),
        Kind.LOAN_OVERDUE: ("of_a_notice", "unsettled"),
    }
)


# What looks as if it left an outcome open, and is of others, or of when: it is read over.
_READ_OVER: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.REQUEST_ACCEPTED: "when",
        Kind.SHIPPED: "offer",
        Kind.UNFILLED: "others_hold",
        Kind.REQUEST_FORWARDED: "onward",
        Kind.LOAN_DUE: "threat",
    }
)


_OF_A_PRICE = re.compile(
    r"[费費价價]|收取|\b(?:fees?|costs?|charge[sd]?|price[sd]?|prices|pay\w*|quot\w+|tariff|geb(?:ü|ue)hr\w*|kosten\w*|frais|coûts?)\b|料金",
    re.IGNORECASE,
)
# Who bears what something else costs: a condition, and no price.
_AT_COST = re.compile(r"\bat (?:[\w'’]+ ){1,3}(?:cost|expense|charge)s?\b|[费用]+(?:自理|自负)", re.IGNORECASE)
# What a book is worth, or is insured for: nobody pays it.
_OF_THE_THING = re.compile(
    r"\b(?:insur\w+|replacement|declared|valued?)\b[^.;\n]{0,24}?(?:[a-z]{3}|[$€£¥])? ?\d[\d.,]*(?: ?[a-z]{3}\b)?"
    r"|(?:保价|保险|投保|赔偿|定价|原价|书价|估价)[^,。;\n\d]{0,8}\d[\d.,]*(?: ?元)?",
    re.IGNORECASE,
)
_IS_NOT = re.compile(r"(?:并非|不是|并不是|绝非|\bnot (?:a|an|the)?)\s?$", re.IGNORECASE)  # '并非缺页'
_PRICE = re.compile(r"报价|费用|quot(?:e|ation)", re.IGNORECASE)


def takes_back(view: View, kind: Kind | None = None) -> str:
    """The words by which a mail takes an earlier one back, or ''. Who refuses may take the price back with it."""
    found = filter(_is_claim, view.claims.find(view.lexicon.hedges["retraction"]))
    over = kind in (Kind.UNFILLED, Kind.CANCELLED)
    return next((each.said for each in found if not (over and _PRICE.match(each.said))), "")


def unsettled(kind: Kind, view: View) -> str:
    """What leaves an outcome open that only sentences tell: a contradiction, a question to us, a guess."""
    hedges, claims = view.lexicon.hedges, view.claims
    if kind is Kind.UNFILLED and (can := next(filter(_is_claim, view.claims.find(hedges["willing"])), None)):
        return SAY("can_be_supplied", words=can.said[:40])
    if kind is Kind.FEE_QUOTED and (guess := _first_hit(hedges["approximate"], claims)):
        return SAY("sum_is_a_guess", words=guess[:40])
    if kind in _BACK and (asked := _first_hit(hedges["already"], claims)):
        return SAY("done_is_asked", words=asked[:40])
    aside = hedges["elsewhere"] if kind is Kind.UNFILLED else hedges["asks_back"] if kind in _BACK else None
    apart = _READ_OVER.get(kind)
    without = hedges[apart] if apart else None
    letters = ("no_supply",) if kind is Kind.SHIPPED and view.sender.institution else ()
    for name in (*_OPEN.get(kind, ()), *letters):
        if left := _first_hit(hedges[name], claims, aside, without):
            return SAY("left_open", words=left[:40])
    return ""


def wanted_back(kind: Kind, view: View) -> str:
    """The word by which a loan is wanted back before its time."""
    return _first_hit(view.lexicon.hedges["recall"], view.claims) if kind in _BACK else ""


def remarks(view: View, kind: Kind) -> dict[str, Field]:
    """What a person should read beside the outcome (advice, a condition, a fine that is threatened), and a recall."""
    hedges = view.lexicon.hedges
    back = hedges["recall"] if kind in _BACK else None  # a recall is told, and is no remark
    remark = _first_hit(hedges["remark"], view.claims, None, back)
    found = {"remark": remark, "recalled": wanted_back(kind, view)}
    if kind in _SUPPLIES | _ASKING:
        found["sums"] = "\n".join(dict.fromkeys(islice(sums(view.read_text), MOST_SUMS)))
    return {name: Field(said, 0.7, "text") for name, said in found.items() if said}


def sums(text: str) -> Iterator[str]:
    """Sums in the office's money that a folded text says, as figures without separators of thousands."""
    for hit in _YUAN.finditer(text):
        if not _HELD.search(text[max(0, hit.start() - 20) : hit.start()]):
            yield (hit[1] or hit[2]).replace(",", "")


def no_news(kind: Kind, view: View, numbers: Numbers, why: str) -> str:
    """Why an outcome that a label tells, too, is none: its number is asked for, or something is taken back."""
    waits = kind is Kind.REQUEST_ACCEPTED or (kind in _ASKING and not SUM.search(view.text))
    if waits and (wants := view.lexicon.hedges["wants_reply"].search(view.read_text)):
        return SAY("answer_asked", why=why, words=wants.group()[:40])
    priced = _AT_COST.sub(" ", _OF_THE_THING.sub(" ", view.read_text))
    if kind in _ASKING and not SUM.search(priced) and not _OF_A_PRICE.search(priced):
        return SAY("no_price_named", why=why)
    if waits and kind in _ASKING and (asked := _first_hit(view.lexicon.hedges["question"], view.claims)):
        return SAY("no_price", why=why, words=asked[:40])
    asked = "" if kind in _ASKING else _number_asked(view, numbers)
    if asked and not (kind in _BACK and view.lexicon.hedges["asks_back"].search(asked)):
        return SAY("number_is_asked", why=why, words=asked[:40])
    if kind in _ASKING and (unpaid := _first_hit(view.lexicon.hedges["unpaid"], view.claims)):
        return SAY("payment_awaited", why=why, words=unpaid[:40])
    back = takes_back(view, kind)
    return SAY("taken_back", why=why, words=back[:40]) if back else ""


def anothers(kind: Kind, view: View, numbers: Numbers, why: str, sentence: str) -> str:
    """Why the news is not of this request, or less than what has become of it. sentence: that tells it, or ''."""
    if another := another_meant(view, numbers, sentence):
        return SAY("may_be_other", why=why, words=another[:40])
    if kind is Kind.REQUEST_ACCEPTED and (parcel := find_parcel(view.text)):
        return SAY("parcel_number", why=why, words=parcel)
    return ""


def _number_asked(view: View, numbers: Numbers) -> str:
    """The question in which the number stands, where it stands in no other sentence: who asks does not know it."""
    question = view.lexicon.hedges["question"]
    said = [s.text for s in view.claims.sentences if any(number in s.text for number in numbers.distinct)]
    return said[0] if said and all(question.search(text) for text in said) else ""


def _first_hit(pattern: Pattern, claims: Claims, aside: Pattern | None = None, without: Pattern | None = None) -> str:
    """The first place in a sentence, less what `without` finds in it; none of those in which `aside` occurs."""
    sentences = claims.sentences if claims.may_hold(pattern) else ()
    read = (s for s in sentences if s.place != "status" and not (aside and aside.search(s.text)))
    texts = (without.sub("。", s.text) if without else s.text for s in read)
    hits = ((hit, text) for text in texts if (hit := pattern.search(text)))
    return next((hit.group().strip() for hit, text in hits if not _IS_NOT.search(text, 0, hit.start())), "")


def _is_claim(found: Claim | Doubt) -> bool:
    return isinstance(found, Claim)
