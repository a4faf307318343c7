"""Whether bytes are what their label says: Chinese under a Western label, Big5 under a Chinese one.

A few Russian or French letters are valid GB18030, too: the label is believed where what it gives reads like words.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_GB, _BIG5 = "gb18030", "big5hkscs"
_LOOK = 20_000  # characters
_LATIN = frozenset(
    {
        "cp1252",
        "cp1250",
        "cp1254",
        "cp1257",
        "iso8859_2",
        "iso8859_3",
        "iso8859_4",
        "iso8859_10",
        "iso8859_13",
        "iso8859_14",
        "iso8859_15",
        "iso8859_16",
        "mac_roman",
        "cp437",
        "cp850",
    }
)
_RUN = re.compile(rb"[\x80-\xff]++")
_LETTERS = re.compile(rb"[A-Za-z]")
_BIG5_PAIR = re.compile(rb"([\xa1-\xfe])([\x40-\x7e\xa1-\xfe])")
_BIG5_COMMON = range(0xA1, 0xC7)  # lead bytes of punctuation and of the 5,401 common characters
_FEWEST = 2  # characters from which on Big5 is told from its bytes


def looks_chinese(text: str) -> bool:
    """Whether text that decoded as GB18030 is likely Chinese: most of it within GB2312."""
    foreign = [c for c in text[:_LOOK] if c >= "\x80"]
    if not foreign:
        return False
    common = len("".join(foreign).encode("gb2312", "ignore")) // 2
    han = sum(1 for c in foreign if "\u4e00" <= c <= "\u9fff")
    return common * 10 >= len(foreign) * 8 and han * 2 >= len(foreign)


def mislabelled(data: bytes, codec: str, text: str | None) -> str:
    """The codec that the bytes speak for against their label, '' for none. text: as the label reads them, or None."""
    gb = _decoded(data, _GB)
    if codec == _GB:
        return _BIG5 if gb is not None and not looks_chinese(gb) and _is_big5(data) else ""
    if gb is None or not looks_chinese(gb) or (text is not None and _reads_well(data[:_LOOK], codec, text[:_LOOK])):
        return ""
    return _GB


def _is_big5(data: bytes) -> bool:
    """Whether all double bytes are common Big5 characters. Traditional Chinese in GBK has other ones in between."""
    pairs = whole = 0
    for run in re.finditer(rb"[\x80-\xff][\x40-\x7e\x80-\xff]", data[:_LOOK]):
        pairs += 1
        whole += run[0][0] in _BIG5_COMMON and _BIG5_PAIR.fullmatch(run[0]) is not None
    return pairs >= _FEWEST and whole * 20 >= pairs * 19 and _decoded(data, _BIG5) is not None


def _reads_well(data: bytes, codec: str, text: str) -> bool:
    """Whether the text is words in the label's script."""
    if codec in _LATIN:
        return _within_words(data)
    foreign = [c for c in text if c >= "\x80"]
    letters = sum(unicodedata.category(c)[0] in "LM" for c in foreign)
    return letters * 20 >= len(foreign) * 19 and not _mixed_case(text)


def _within_words(data: bytes) -> bool:
    """Whether accented letters stand beside plain ones, two in a row at most; Chinese is in longer runs or alone."""
    runs = list(_RUN.finditer(data))
    if any(len(run[0]) > 2 for run in runs):
        return False
    beside = sum(
        bool(_LETTERS.search(data[max(run.start() - 1, 0) : run.start()] + data[run.end() : run.end() + 1]))
        for run in runs
    )
    return beside * 2 > len(runs)


def _mixed_case(text: str) -> bool:
    """Whether capitals follow small letters within words, as they do where the bytes are no letters at all."""
    return any(a.islower() and b.isupper() and a >= "\x80" and b >= "\x80" for a, b in pairwise(text))


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None
