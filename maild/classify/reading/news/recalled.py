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
# What is done with the book that is wanted back.
_GIVEN_BACK = re.compile(r"还|寄回|寄出|送回|收回|退还|\b(?:return\w*|back|send|sent)\b", re.IGNORECASE)
_BY = re.compile(r"[之以]?前|期限|日期|最迟|最晚|\b(?:by|before|until|no later|due|date)\b", re.IGNORECASE)
# It was wanted, and is no more; or may be.
_NO_MORE = re.compile(
    r"(?:取消|撤[销回]|作废|解除|不再|不用|不必|无需|无须|可能|或许|也许|如(?!期|下)|若|是否)[^。;\n]{0,8}召回"
    r"|召回[^。;\n]{0,8}(?:取消|撤[销回]|作废|解除|不算|有误)"
    r"|算了|也(?:行|可以?|成)(?:$|[,。;!])|不急|尽量|方便(?:时|的话)"
    r"|\b(?:when (?:convenient|you can)|no (?:rush|hurry))\b"
    r"|\b(?:cancel\w*|withdr\w+|lift\w*|no longer|not|may|might|if|unless)\b[^.;\n]{0,24}\brecall"
    r"|\brecall\w*\b[^.;\n]{0,24}\b(?:cancel\w*|withdrawn|lifted|in error|mistake)",
    re.IGNORECASE,
)


def recalled(view: View) -> Claim | None:
    """The words by which a mail that tells nothing else wants a book back, and by a day; None where it does not."""
    recall, text = view.lexicon.hedges["recall"], f"{view.read_subject}\n{view.read_text}"
    if not recall.search(text) or _NO_MORE.search(text) or view.lexicon.hedges["question"].search(view.read_text):
        return None
    if not all(pattern.search(view.read_text) for pattern in (_DAY, _BY, _GIVEN_BACK)):
        return None
    if said := next((each for each in view.claims.find(recall) if isinstance(each, Claim)), None):
        return said
    hit = recall.search(view.read_subject)
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
