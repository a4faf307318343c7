"""Volumes and editions that titles and mails name: '下' is not '上', volume 2 is not volume 1. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from maild.match.titled import bare
from maild.traditional import simplified

_HALVES = re.compile(r"[(（\[]\s*([上中下])\s*[册卷篇编集]?\s*[)）\]]|([上中下])[册卷篇编集]")
_COUNTED = re.compile(r"第\s?([一二三四五六七八九十百\d]{1,4})\s?([册卷辑编版集部])")
_LATIN = re.compile(r"\b(vol(?:ume)?|part|pt|bd|band|tome|book)\.? ?(\d{1,3}|[ivx]{1,5})\b", re.IGNORECASE)
_KINDS = {"volume": "vol", "pt": "part", "band": "bd"}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_ROMAN = {c: i for i, c in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"))}


def other_volume(title: str, text: str) -> str:
    """What the text says of a volume, part or edition that the title names another of; '' where they agree."""
    known = dict(_marks(title))
    if not known:
        return ""
    said = simplified(text).replace(simplified(title), " ")
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


def _number(said: str) -> int:
    """'十二', '12' as 12."""
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones[-1:], 0)
