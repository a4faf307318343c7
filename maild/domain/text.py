"""Text folded so that equal words compare equal: width, white space, invisible characters."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and direction marks, byte order marks and soft hyphens: they split words invisibly.
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f]")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\u0085\x0b\x0c]")


def normalise(text: str) -> str:
    """Fold width (NFKC) and white space, drop invisible characters; lines stay lines, stripped.

    Lone surrogates become U+FFFD, so the result can always be encoded as UTF-8.
    """
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8") if _has_surrogates(text) else text
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    return "\n".join(line.strip(" ") for line in text.split("\n"))


def _has_surrogates(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
