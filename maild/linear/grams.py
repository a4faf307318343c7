"""A text as numbers: hashed character n-grams (1 to 4), Latin words and pairs of them.

Readers and their training share this, so that what was learned is found again. No vocabulary of
strings is kept: a feature is its 32-bit hash.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

from maild.domain.subject import is_of_another
from maild.domain.text import normalise
from maild.traditional import simplified

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 4
MOST_SUBJECT, MOST_TEXT = 300, 2000  # characters; a longer letter speaks of everything
FACTOR = 16777619  # the FNV prime: hashes of neighbours fall far apart
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# What is told of a request differs from mail to mail: only that it is told counts.
_MASKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"《[^《》\n]{1,300}》"), "《》"),
    (re.compile(r"https?://[^\s\u4e00-\u9fff]+"), "¤"),
    # A word that is no address is taken as well, and stays: tried from each of its letters, it would take squares.
    (re.compile(r"([\w.+-]++)(@[\w.-]+)?"), lambda hit: "@" if hit[2] else hit[1]),
    (re.compile(r"\d+"), "0"),
)
_MASKS_OF_NO_ADDRESS = (*_MASKS[:2], *_MASKS[3:])


def fold(subject: str, text: str) -> str:
    """Both as one folded text. The subject of a reply is that of the mail answered, not the writer's word."""
    head, body = normalise(subject[:MOST_SUBJECT]), normalise(text[:MOST_TEXT])
    joined = body if is_of_another(head) else f"{head}\n{body}"
    folded = simplified(joined).strip().lower()
    for pattern, mark in _MASKS if "@" in folded else _MASKS_OF_NO_ADDRESS:
        folded = pattern.sub(mark, folded)
    return f"\n{folded}\n"


@dataclass(frozen=True)
class Grams:
    """The features of a folded text: `hashes` in order of size, each once; `starts` and `ends`: where each stands."""

    text: str

    @cached_property
    def _found(self) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        import numpy as np

        code = np.frombuffer(self.text.encode("utf-32-le", "replace"), dtype=np.uint32)
        grown = np.zeros(len(code), dtype=np.uint32)
        hashes, starts, ends = [], [], []
        for size in range(1, min(LONGEST, len(code)) + 1):
            grown = (grown[: len(code) - size + 1] * np.uint32(FACTOR)) ^ code[size - 1 :]
            hashes.append((grown ^ (grown >> np.uint32(15))) * np.uint32(0x85EBCA6B) + np.uint32(size))
            starts.append(np.arange(len(grown)))
            ends.append(starts[-1] + size)
        words = words_in(self.text)
        hashes.append(np.array([word[0] for word in words], dtype=np.uint32))
        starts.append(np.array([word[1] for word in words], dtype=np.int64))
        ends.append(np.array([word[2] for word in words], dtype=np.int64))
        unique, first = np.unique(np.concatenate(hashes), return_index=True)
        return unique, np.concatenate(starts)[first], np.concatenate(ends)[first]

    @property
    def hashes(self) -> NDArray[np.uint32]:
        return self._found[0]

    @property
    def starts(self) -> NDArray[np.int64]:
        return self._found[1]

    @property
    def ends(self) -> NDArray[np.int64]:
        return self._found[2]


@lru_cache(maxsize=8)  # several voices are asked of one mail
def grams(subject: str, text: str) -> Grams:
    """The features of a mail whose quoted history and signature are cut already."""
    return Grams(fold(subject, text))


def words_in(text: str) -> list[tuple[int, int, int]]:
    """(hash, start, end) of each Latin word, and of each pair of neighbours."""
    found = [(hit.group().encode(), hit.start(), hit.end()) for hit in _WORD.finditer(text)]
    single = [(crc32(word, 1), start, end) for word, start, end in found]
    pairs = [
        (crc32(after[0], crc32(before[0], 2)), before[1], after[2])
        for before, after in pairwise(found)
        if after[1] - before[2] <= 2
    ]
    return single + pairs
