"""Values that belong together: an amount keeps its currency, and a reason is told whole, in its own words.

Patterns find where such a value stands; what stands beside it and is part of it is taken along here.
"""

from __future__ import annotations

import re
from itertools import pairwise

_CURRENCY = r"(?:usd|us\$|eur|gbp|hkd|hk\$|jpy|cad|aud|chf|cny|rmb|美元|欧元|英镑|港[币元]|日元|人民币|[$€£¥])"
_BEFORE = re.compile(rf"(?:(?<![a-z]){_CURRENCY}|[$€£¥])\s?$", re.IGNORECASE)
_AFTER = re.compile(rf"\s?{_CURRENCY}(?![a-z])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[。;!\n]|\.(?=\s+[A-Z\u4e00-\u9fff]|\s*$)")
_CUE = re.compile(
    r"由于|因为|鉴于|(?<![\u4e00-\u9fff])因(?!此|而)|(?:原因|理由)(?:为|是|如下|:)+"
    r"|\b(?:because|since|due to|owing to)\b|\breasons?:",
    re.IGNORECASE,
)
# What follows from the reason is none of it: '…, 故无法提供'.
_REFUSAL = re.compile(
    r"(?:的?(?:原因|缘故))?[,，]?(?:(?<!\s)\s+)?(?:我馆|本馆|[我本](?:中心|部|处|室|组)|我们|暂时?|目前|现|故|所以|因此)*"
    r"(?:无法|不能|未能|未予|不予|难以|被?退回|不便)[^,，。;]{0,16}(?:[,，](?:敬请|请|特此|深表|抱歉|谨)[^,，。;]{0,12})*$"
)
_MOST = 500
# What is no word of the clause beside it.
_CUT = re.compile(r"https?://[^\s<>\"，。；（）]+|[()（）\[\]【】|]|\s-\s")
_COMMA = re.compile(r"[,，]|(?<=[\u4e00-\u9fff])[、](?=(?:仅|只|最多|限))")
_SECRET = re.compile(r"密码|提取码|取件码|访问码|口令|校验码|\b(?:password|passcode|pin|access code)\b", re.IGNORECASE)
# A clause that goes on what the one before it says, and one that the next goes on.
_GOES_ON = re.compile(
    r"\s*(?:仅|只|最多|至多|且|并|或|和|也|逾期|过期|超过|超时|之后|届时|否则|到期|过时|期间|不得|不能|不可|请勿"
    r"|(?:and|or|but|then|only|max(?:imum)?|at most|otherwise|after (?:which|that)|whichever|not)\b)",
    re.IGNORECASE,
)
_DEPENDS = re.compile(r"\s*(?:则|将|就|即|会|便|系统|自动|(?:then|it will|they will)\b)", re.IGNORECASE)
_CONDITION = re.compile(
    r"\s*(?:如|若|超过|逾|到期|过期|一旦|自|从|(?:if|after|once|when|unless|from)\b)", re.IGNORECASE
)
_ANOTHER = re.compile(
    r"\s*+(?:[元圆]\s*+)?(?:[,，、+]\s*+(?:另(?:收|加)?|加收?|及)?[\u3400-\u9fff]{1,4}费(?:用|为|[:：])?|\b(?:plus|\+))\s*"
    r"(?:[a-z]{3} ?|[¥$€£] ?)?\d",
    re.IGNORECASE,
)
_LIST_END = re.compile(r"[。;；\n]|\.(?!\d)")


def with_currency(text: str, start: int, end: int) -> str:
    """The amount at start…end of the text with a currency that stands right before or behind it, and with the fees that
    a list goes on to name: one of several is not the sum.
    """
    before, after = _BEFORE.search(text, max(0, start - 8), start), _AFTER.match(text, end)
    last = after.end() if after else end
    if another_fee(text, last):
        last = ends.start() if (ends := _LIST_END.search(text, last)) else len(text)
    return text[before.start() if before else start : last]


def another_fee(text: str, at: int) -> bool:
    """Whether the list of fees of which an amount ends there goes on."""
    return _ANOTHER.match(text, at) is not None


def whole_reason(text: str, start: int, end: int) -> str:
    """The reason of which start…end is a piece: from the word that gives it to the end of its sentence.

    As it stands where it cannot be told whole (more than 500 characters).
    """
    ends = _SENTENCE_END.search(text, end)
    last = ends.start() if ends else len(text)
    begun = [hit.end() for hit in _SENTENCE_END.finditer(text, 0, start)]
    first = begun[-1] if begun else 0
    cue = _CUE.search(text, first, start)
    head = cue.end() if cue else start
    said = text[head:last].strip(" ,:，：")
    if "," not in text[end:last] and "，" not in text[end:last] and not text[end:last].strip(" .)）"):
        said = text[head:end].strip(" ,:，：")
    shorter = _REFUSAL.sub("", said).strip(" ,，")
    told = shorter or said
    return told if len(told) <= _MOST else text[start:end]


def whole_terms(text: str, start: int, end: int) -> str:
    """The clause of which start…end is a piece, with those that only go on what it says: a term of a link.

    Without addresses, brackets and passwords, which are told beside it; '' where nothing else is left.
    """
    begun = [hit.end() for hit in _SENTENCE_END.finditer(text, 0, start)]
    ended = _SENTENCE_END.search(text, max(end - 1, start + 1))
    first, last = begun[-1] if begun else 0, ended.start() if ended else len(text)
    cuts = [first, *(place for hit in _CUT.finditer(text, first, last) for place in hit.span()), last]
    first = max(place for place in cuts if place <= start)
    last = min([place for place in cuts if place >= end], default=last)
    stops = [first, *(hit.end() for hit in _COMMA.finditer(text, first, last)), last]
    pieces = [(a, b) for a, b in pairwise(stops) if b > a]
    low = max((n for n, (a, _) in enumerate(pieces) if a <= start), default=0)
    high = max((n for n, (a, _) in enumerate(pieces) if a < end), default=low)

    def says(pattern: re.Pattern[str], n: int) -> bool:
        return pattern.match(text, pieces[n][0]) is not None and not _SECRET.search(text, *pieces[n])

    while low and (says(_DEPENDS, low) or says(_GOES_ON, low) or says(_CONDITION, low - 1)):
        low -= 1
    while high + 1 < len(pieces) and says(_GOES_ON, high + 1):
        high += 1
    return text[pieces[low][0] : pieces[high][1]].strip(" ,，:：;；.、-")
