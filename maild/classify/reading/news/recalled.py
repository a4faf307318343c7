"""A loan that its library wants back before its time, and asks for by a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from maild.classify.reading.claims import Claim
from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View

_DAY = re.compile(
    r"\d{4} ?[-年/.] ?\d{1,2} ?[-月/.] ?\d|\d{1,2} ?月 ?\d{1,2} ?[日号]|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z.]* \d"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{4}",
    re.IGNORECASE,
)
_BACK_BY = re.compile(
    r"之?前[^,。;]{0,6}(?:归还|还回|寄回|寄还)"
    r"|\b(?:due back|return(?:ed)?|back)\b[^.;]{0,12}\b(?:by|before|on)\b",
    re.IGNORECASE,
)


def recalled(view: View) -> Claim | None:
    """The words by which a mail that tells nothing else wants a book back, and by a day; None where it does not."""
    hedges, text = view.lexicon.hedges, f"{view.read_subject}\n{view.read_text}"
    recall = hedges["recall"]
    if not recall.search(text) or hedges["no_recall"].search(text) or hedges["question"].search(view.read_text):
        return None
    if not all(pattern.search(view.read_text) for pattern in (_DAY, hedges["by_a_day"], hedges["given_back"])):
        return None
    if said := next((each for each in view.claims.find(recall) if isinstance(each, Claim)), None):
        return said
    hit = None if view.is_reply else recall.search(view.read_subject)  # an answer's subject may be ours: 'Re: 提前归还'
    return Claim(hit.group(), view.read_subject, "subject", hit.start(), hit.end()) if hit else None


def recalled_by_label(labelled: Mapping[Kind, Claim], told: Mapping[Kind, Claim], view: View) -> str:
    """The word by which a loan is wanted back, where all else that is said is that, and till when."""
    every = {**told, **labelled}
    recall = view.lexicon.hedges["recall"]
    other = every.get(Kind.PROVIDER_OTHER)
    if not set(every) <= {Kind.LOAN_DUE, Kind.PROVIDER_OTHER} or (other and not recall.search(other.said)):
        return ""
    wanted = Kind.LOAN_DUE in every or _BACK_BY.search(view.text)
    return other.said if other and wanted and _DAY.search(view.text) else ""
