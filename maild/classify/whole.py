"""Values that belong together: an amount keeps its currency, and a reason is told whole, in its own words.

Patterns find where such a value stands; what stands beside it and is part of it is taken along here.
"""

from __future__ import annotations

import re

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
    r"(?:的?(?:原因|缘故))?[,，]?\s*(?:我馆|本馆|[我本](?:中心|部|处|室|组)|我们|暂时?|目前|现|故|所以|因此)*"
    r"(?:无法|不能|未能|未予|不予|难以|被?退回|不便)[^,，。;]{0,16}(?:[,，](?:敬请|请|特此|深表|抱歉|谨)[^,，。;]{0,12})*$"
)
_MOST = 500


def with_currency(text: str, start: int, end: int) -> str:
    """The amount at start…end of the text with a currency that stands right before or behind it."""
    before, after = _BEFORE.search(text, max(0, start - 8), start), _AFTER.match(text, end)
    return text[before.start() if before else start : after.end() if after else end]


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
