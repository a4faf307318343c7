"""A mail's raw source as text that can be looked at: nothing in it is invisible, nothing turns it round."""

from __future__ import annotations

import re

from maild.domain.desk.shown import ShownText

MOST_SOURCE = 512_000  # bytes shown
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)


def source_text(raw: bytes, most: int = MOST_SOURCE) -> ShownText:
    """The first `most` bytes, line by line as UTF-8, else GB18030, else Latin-1; headers folded as they are."""
    shown = raw[:most]
    lines = [_line(line) for line in re.split(rb"\r\n|\n|\r", shown)]
    return ShownText(text=visible_controls("\n".join(lines)), left_out=len(raw) - len(shown))


def visible_controls(text: str) -> str:
    """Characters that cannot be seen, by their numbers: '⟨U+202E⟩'."""
    return _ODD.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def _line(line: bytes) -> str:
    for charset in ("utf-8", "gb18030"):
        try:
            return line.decode(charset)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")
