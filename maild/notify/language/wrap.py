"""Folding plain text to columns, where Chinese characters take two and need no space to break at."""

from __future__ import annotations

import re
from functools import lru_cache

WIDTH = 76  # columns; leaves room for one quoting '> ' within 78 (RFC 5322 section 2.1.1)

_WIDE_SET = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff"
    "\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
_WIDE = re.compile(f"[{_WIDE_SET}]")
_OPEN = "（《「『【〔“‘"
_CLOSE = "，。、；：！？）》」』】〕”’…"
# A unit is what must stay together: marks that may not begin a line stick to what stands before them, and
# those that may not end one to what follows.
_UNIT = re.compile(
    f"[ \t]+|[{_OPEN}]*(?:[^ \t{_OPEN}{_CLOSE}{_WIDE_SET}]+|[{_WIDE_SET}])[{_CLOSE}]*|[{_OPEN}{_CLOSE}]+"
)
_LEAD = re.compile(r"[ \t]*(?:(?:[-•*]|\d{1,3}[.)])[ \t]+)?")


@lru_cache(maxsize=4096)  # folding asks for the same characters over and over
def columns(text: str) -> int:
    """How many columns `text` takes in a fixed-width font."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def shorten(text: str, width: int) -> str:
    """`text`, cut to `width` columns with '…' where it is longer."""
    if columns(text) <= width:
        return text
    room, kept = width - 1, []
    for character in text:
        room -= 2 if _WIDE.match(character) else 1
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` with spaces behind it (before it with `right`) up to `width` columns; longer text as it is."""
    space = " " * (width - columns(text))
    return space + text if right else text + space


def fold(text: str, width: int = WIDTH) -> str:
    """Fold long lines; lists and indented lines keep their indent. Addresses and links are never broken.

    Trailing spaces go, and of several empty lines one stays.
    """
    folded: list[str] = []
    for raw in text.split("\n"):
        line = raw.rstrip()
        if not line and (not folded or not folded[-1]):
            continue
        if len(line) * 2 <= width or columns(line) <= width:
            folded.append(line)
        else:
            folded.extend(_folded(line, width))
    while folded and not folded[-1]:
        folded.pop()
    return "\n".join(folded) + "\n"


@lru_cache(maxsize=1024)  # most long lines are the templates' own
def _folded(line: str, width: int) -> tuple[str, ...]:
    folded: list[str] = []
    lead = _LEAD.match(line)
    start = lead.group() if lead else ""
    hang = " " * columns(start)
    current, used, empty = [start], len(hang), True
    for unit in _UNIT.findall(line, len(start)):
        wide = columns(unit)
        if not empty and used + wide > width:
            folded.append("".join(current).rstrip())
            current, used, empty = [hang], len(hang), True
        if empty and unit.isspace():
            continue
        current.append(unit)
        used += wide
        empty = False
    if not empty:
        folded.append("".join(current).rstrip())
    return tuple(folded)
