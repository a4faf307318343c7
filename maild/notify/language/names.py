"""How a person is addressed: names as the record has them, honorifics of both languages. Pure.

A name is never taken apart: which part is the surname (欧阳修, Nguyen Van An, Mary Ann Lee) is nobody's guess here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from maild.domain.requests.patron import Honorific
from maild.notify.language.locales import ZH, line

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_WRITTEN_IN_HAN = re.compile(f"[{_HAN}](?:[{_HAN}·\\s]*[{_HAN}])?")
# The point between the parts of a name is typed in many ways: 阿依夏木・买买提, 约翰.史密斯.
_POINT = re.compile(f"(?<=[{_HAN}])\\s*[·•・‧∙⋅．.]\\s*(?=[{_HAN}])")
_GAP = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")
_TITLED_ZH = re.compile(r"(?:同学|老师|教授|博士|先生|女士|小姐|院士|主任)$")
_TITLED_EN = re.compile(r"(?:prof(?:essor)?|dr|doctor|mr|mrs|ms|miss|mx|sir|madam)\b\.?", re.IGNORECASE)

_ZH: Mapping[Honorific, str] = MappingProxyType(
    {
        Honorific.STUDENT: "同学",
        Honorific.TEACHER: "老师",
        Honorific.MR: "先生",
        Honorific.MS: "女士",
    }
)
_EN: Mapping[Honorific, str] = MappingProxyType(
    {
        Honorific.TEACHER: "Prof.",
        Honorific.MR: "Mr",
        Honorific.MS: "Ms",
    }
)
NOBODY_KNOWN = "同学/老师"  # of a reader of the university of whom no more is known


def tidy(name: object) -> str:
    """A name on one line. Of a name in Han characters: no spaces within, one kind of point between its parts."""
    said = line(name, 80)
    return _GAP.sub("", _POINT.sub("·", said)) if _WRITTEN_IN_HAN.fullmatch(_POINT.sub("·", said)) else said


def greeting(name: object, honorific: Honorific, reader: str, locale: str) -> str:
    """The salutation, its colon or comma included. reader: internal, external or ''."""
    said = tidy(name)
    return _chinese(said, honorific, reader) if locale == ZH else _english(said, honorific)


def _chinese(name: str, honorific: Honorific, reader: str) -> str:
    title = _ZH.get(honorific, "")
    if not name:
        return f"{title}，您好：" if title else "您好："
    if _TITLED_ZH.search(name) or _TITLED_EN.match(name):
        return f"{name}，您好："
    if not title:
        return f"{name} {NOBODY_KNOWN}，您好：" if reader == "internal" else f"{name}，您好："
    # Chinese sets no space within 林知夏老师, and one beside a name in other letters.
    return f"{name}{'' if _WRITTEN_IN_HAN.fullmatch(name) else ' '}{title}，您好："


def _english(name: str, honorific: Honorific) -> str:
    if not name:
        return "Dear reader,"
    title = "" if _TITLED_EN.match(name) or _TITLED_ZH.search(name) else _EN.get(honorific, "")
    return f"Dear {title} {name}," if title else f"Dear {name},"
