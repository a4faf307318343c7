"""What a letter says beside its matter, and calls so: '另：…', 'P.S. …', to the end of its paragraph.

Only what touches neither the request nor what came: a remark on those may take the news back.
"""

from __future__ import annotations

import re

MOST_CHARACTERS = 8_000
_MARK = re.compile(
    r"(?:(?<=\n)|(?<=[。！!；;])|(?<=[.!] ))[ \t\u3000]*(?:[(（]?\d{1,2}[)）、.．][ \t]*)?"
    r"(?:另(?:外|有一事|有件事)?(?:[:：,，]|(?=[贵我本请NC]))|此外[:：,，]|(?:再)?顺(?:便|带)|对了[,，]|还有(?:一|个|件)?(?:件)?事"
    r"|P\.? ?S\.?[:：. ]|By the way\b|BTW\b|Separately,|Incidentally\b|One more thing\b|Unrelated\b"
    r"|On (?:another|a different|an unrelated) (?:note|matter)\b)",
    re.IGNORECASE,
)
# It speaks of the request or of what came, or puts something off.
_TOUCHES = re.compile(
    r"\d{8,}|[上前]面|[上前]述|以上|[这那该此](?:篇|本|份|件|次|单|书|文|卷|条|两|些)|本(?:篇|单|件)|附件|文件|扫描|全文|原文"
    r"|复印件|pdf|\d ?页|页码|链接|密码|撤|作废|更正|[先暂]别|召回|取消|读者"
    r"|(?:不要|勿|别|先不|暂不|暂缓|等)[^,，。]{0,6}(?:发|给|转|交|用|寄|结)"
    r"|\b(?:attached|enclosed|pages?|password|link|scan|the (?:above|file|article|copy|request|loan|order))\b"
    r"|\bthis (?:one|request|article|scan|loan|order|copy|file)\b|\b(?:hold|wait|recall|withdraw|cancel)\b"
    r"|\b(?:do not|don.t|never) (?:send|forward|pass|give|hand|deliver|use|print)\b",
    re.IGNORECASE,
)


def parted(text: str) -> tuple[str, str]:
    """The letter without what it says beside its matter, and that; '' for nothing, or for what touches the matter."""
    hit = _MARK.search(text) if len(text) <= MOST_CHARACTERS else None
    if hit is None or not text[: hit.start()].strip():
        return text, ""
    ends = re.search(r"\n[^\S\n]*\n", text[hit.end() :])
    end = hit.end() + ends.start() if ends else len(text)
    aside = text[hit.start() : end]
    if _TOUCHES.search(aside):
        return text, ""
    return f"{text[: hit.start()]}{text[end:]}", aside.strip()
