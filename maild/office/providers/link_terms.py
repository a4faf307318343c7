"""Terms of a link: by when, how often and from where it works, as its supplier says it."""

from __future__ import annotations

import re2

from maild.domain.incoming.ruling import Ruling
from maild.domain.text import chinese_marks

MOST_TERMS = 300  # characters: a notice says them whole or not at all
_DAY = re2.compile(
    r"\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?|\d{1,2}(?:st|nd|rd|th)?[ -][A-Za-z]{3,9}\.?,?[ -]\d{4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}[./]\d{1,2}[./]\d{4}"
)
# What limits a link beside its last day.
_LIMITS = re2.compile(
    r"(?i)\d|[一二两三四五六七八九十半]\s*(?:次|天|日|小时|周|个?月)|仅|只|最多|至多|不得|不超过|不可|限[于在本校]|校园网|内网"
    r"|\b(?:only|once|or|and|just|campus|network|one|two|three|five|ten|single|vpn|ip)\b"
)


def terms_of(ruling: Ruling) -> str:
    """Every term of the link, in its supplier's words; that it ends on the day that is told anyway is left out."""
    told = ruling.value("terms").split("\n")
    if ruling.value("expires"):
        told = [one for one in told if _LIMITS.search(_DAY.sub("", one))]
    return "; ".join(chinese_marks(one) for one in told if one)
