"""Subjects of mails that speak of several requests. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from maild.domain.outgoing.notice import NoticeKind
from maild.notify.language.locales import EN, ZH
from maild.notify.writing.letter import Section

# One kind, several requests: what its own subject says, and of how many. Fees count for themselves.
_SEVERAL: Mapping[str, str] = MappingProxyType({ZH: "（共 {count} 件）", EN: " ({count} requests)"})
# Kinds of all sorts: the daily mail.
_GATHERED: Mapping[str, str] = MappingProxyType(
    {
        ZH: "您的申请动态汇总（{count} 条）",
        EN: "News of your requests ({count} notices)",
    }
)
_COUNTS_ITSELF = frozenset({NoticeKind.FEE_NOTICE})


def several(sections: Sequence[Section], locale: str) -> tuple[str, str]:
    """(the whole subject, or '' where the first section's serves; what is to be said after that one).

    Where the second is not '', no single title may stand in the subject.
    """
    kinds = {section.kind for section in sections}
    numbers = {str(section.context[locale].get("number", "")) for section in sections}
    if len(numbers) < 2 and not (len(kinds) > 1 and numbers == {""}):
        return "", ""
    if len(kinds) > 1:
        return _GATHERED[locale].format(count=len(sections)), ""
    return "", "" if kinds & _COUNTS_ITSELF else _SEVERAL[locale].format(count=len(numbers))
