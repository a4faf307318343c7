"""Others' words among ours: nothing in them turns the line round, nothing is piled up, each stays in its place.

Characters that would are shown as U+FFFD, one for one: places in a text stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MARKS = 6  # over and under one letter: no language writes more
JOINED = 10  # letters and signs that make one sign: the longest emoji have that many
GONE = "\ufffd"
SHORT = 200  # characters of a text that is remembered
# Embeddings, overrides and isolates (UAX #9): what they begin goes on behind the words, and beside them.
_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), GONE)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Where letters join, from Hebrew to Myanmar; Hangul's parts; marks; joiners; signs that join. Looked at one by one.
_JOINING = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u10ff\u1100-\u11ff\u135d-\u135f\u1700-\u1cff\u1dc0-\u1dff\u200b-\u200f"
    "\u2060-\u2064\u206a-\u206f\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ua66f-\ua69f\ua6f0-\ua6f1\ua802-\uabff\ud7b0-\ud7ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uff9e\uff9f\ufff9-\ufffb\U00010000-\U0001ffff\U000e0000-\U000e0fff]"
    f"{{{MARKS + 1},}}"
)
# Letters by their class that join what is before them, or what is behind.
_ONTO = frozenset("\u0e33\u0eb3\uff9e\uff9f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_BEFORE = frozenset(
    "\u0d4e\U000111c2\U000111c3\U0001193f\U00011941\U00011a3a\U00011a84\U00011a85\U00011a86"
    "\U00011a87\U00011a88\U00011a89\U00011d46\U00011f02"
)


def legible(text: str) -> str:
    """The same text, as long as it was, with U+FFFD for what would disturb what stands around it."""
    if text.isascii():  # what most of a page is
        return text
    return _remembered(text) if len(text) < SHORT else _cleared(text)


@lru_cache(maxsize=4096)  # a page's own words come again and again
def _remembered(text: str) -> str:
    return _cleared(text)


def _cleared(text: str) -> str:
    if _TURNS.search(text):
        text = text.translate(_TURNING)
    return _JOINING.sub(_thinned, text)


def _thinned(found: re.Match[str]) -> str:
    out: list[str] = []
    marks = joined = 0
    before = ""
    for char in found[0]:
        mark = unicodedata.category(char)[0] == "M"
        on = mark or _joins(before, char)
        marks = marks + 1 if mark else 0 if not on else marks
        joined = joined + 1 if on else 0
        if marks > MARKS or joined > JOINED:
            marks = joined = 0
            before = GONE
        else:
            before = char
        out.append(before)
    return "".join(out)


def _joins(before: str, char: str) -> bool:
    """Whether no line may end between the two (UAX #29, grapheme clusters, said more strictly)."""
    if not before:
        return False
    if char in _ONTO or before in _BEFORE or "Cf" in (unicodedata.category(char), unicodedata.category(before)):
        return True
    return unicodedata.combining(before) == 9 or (_is_jamo(before) and _is_jamo(char))  # 9: a virama


def _is_jamo(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\ua960" <= char <= "\ua97c" or "\ud7b0" <= char <= "\ud7fb"
