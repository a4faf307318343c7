"""Does a supplied file's name call another work? Pure: a request's words, what the mail says, the name.

Names are made by scanners, by systems and in a hurry: most tell nothing. One that is words, a title's worth of them,
of which the request and the mail say hardly any, is another work's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from maild.match.folding import is_han
from maild.match.supply_words import says, without
from maild.match.words import fold
from maild.traditional import simplified

LEAST_HAN, LEAST_LATIN = 6, 4  # characters, words: a shorter name is a reader's, some authors', a scanner's
LEAST_LETTERS = 4  # of a Latin word that tells anything, and from its beginning on
SHARED = 0.2  # of the pairs of characters: less is said by chance
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_HAN = re.compile("[\u3400-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z]+")
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])")  # 'WaterTariffs'


def calls_another(filename: str, title: str, known: Iterable[str]) -> bool:
    """Whether the name of a file is of another work than the title's.

    known: what else may name the file: the mail, the request's journal and volume
    """
    stem = simplified(_EXTENSION.sub("", filename))
    if says("file_of_issue", stem):
        return False
    said = fold(simplified("\n".join((title, *known))))
    han = _HAN.findall(without("file_words", " ".join(_HAN.findall(stem))))
    if any(map(is_han, stem)):
        pairs = {run[at : at + 2] for run in han for at in range(len(run) - 1)}
        told = sum(map(len, han)) >= LEAST_HAN and any(map(is_han, title))
        return told and sum(pair in said for pair in pairs) < SHARED * len(pairs)
    words = {word.lower() for word in _LATIN.findall(_CASES.sub(" ", stem)) if len(word) >= LEAST_LETTERS}
    telling = {word for word in words if without("file_words", word).strip()}
    told = len(telling) >= LEAST_LATIN and not any(map(is_han, title))
    return told and not any(word[:LEAST_LETTERS] in said for word in telling)
