"""Volumes and editions that titles and mails name: '下' is not '上', volume 2 is not volume 1. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from maild.match.titled import bare
from maild.traditional import simplified

_HALVES = re.compile(r"[(（\[]\s*([上中下])\s*[册卷篇编集]?\s*[)）\]]|([上中下])[册卷篇编集]")
_COUNTED = re.compile(r"第\s?([一二三四五六七八九十百\d]{1,6})\s?([册卷辑编版集部])")
_LATIN = re.compile(r"\b(vol(?:ume)?|part|pt|bd|band|tome|book)\.? ?(\d{1,3}|[ivx]{1,5})\b", re.IGNORECASE)
# A journal's volume, behind its name; the person who writes, behind a part of something: 'the part I scanned'.
_BEHIND_MARKED = re.compile(r"《([^《》\n]{1,80})》[^《》\n第]{0,4}(第\s?[一二三四五六七八九十百\d]{1,6}\s?[卷辑集])")
_WRITER = re.compile(
    r"\b(?:part|book|volume|tome|band) I (?!(?:of|and|or|is|was|has|in|to|on|by|from|at|with|for)\b)(?=[a-z'])"
)
_KINDS = {"volume": "vol", "pt": "part", "band": "bd"}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_ROMAN = {c: i for i, c in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"))}


def other_volume(title: str, text: str) -> str:
    """What the text says of a volume, part or edition that the title names another of; '' where they agree."""
    known = dict(_marks(title))
    if not known:
        return ""
    own = simplified(title)
    said = _BEHIND_MARKED.sub(lambda hit: hit[0] if _shares(hit[1], own) else " ", simplified(text).replace(own, " "))
    said = _WRITER.sub(" ", said)
    return next((mark for (kind, mark) in _marks(said) if kind in known and known[kind] != mark), "")


def _marks(text: str) -> Iterator[tuple[str, str]]:
    """What is counted, and which of it: ('halves', '上'), ('卷', '7'), ('vol', '2')."""
    plain = bare(simplified(text))
    for hit in _HALVES.finditer(plain):
        yield "halves", hit[1] or hit[2]
    for hit in _COUNTED.finditer(plain):
        yield hit[2], str(_number(hit[1]))
    for hit in _LATIN.finditer(plain):
        kind, which = hit[1].lower(), hit[2].lower()
        yield _KINDS.get(kind, kind), str(_ROMAN.get(which, which))


def _shares(name: str, title: str) -> bool:
    """Whether two characters of a name stand in the title: it may be a short form of it."""
    return any(name[at : at + 2] in title for at in range(max(1, len(name) - 1)))


def _number(said: str) -> int:
    """'一百二十' as 120, '十二' and '12' as 12."""
    if said.isdecimal():
        return int(said)
    hundreds, hundred, rest = said.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    below = (_DIGITS.get(tens[-1:], 1) * 10 if ten else 0) + _DIGITS.get(ones[-1:], 0)
    return (_DIGITS.get(hundreds[-1:], 1) * 100 if hundred else 0) + below
