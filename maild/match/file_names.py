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
HALF, LEAST_NEW = 0.5, 5  # no more than half is shared, and so many characters in a row are not: a sister work's
LEAST_OTHER = 5  # letters of a word that tells a work from its sister
LEAST_PIECE, LEAST_WORDS = 4, 2  # characters in a row, words of a title that no name says by chance
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_HAN = re.compile("[\u3400-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z]+")
_BRACKETS = re.compile(r"[()（）【】\[\]]")
_MARKS = re.compile(r"[_.+-]+")
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])")  # 'WaterTariffs'


def calls_another(filename: str, title: str, known: Iterable[str]) -> bool:
    """Whether the name of a file is of another work than the title's.

    known: what else may name the file: the mail, the request's journal and volume
    """
    stem = simplified(_EXTENSION.sub("", filename))
    if says("file_of_issue", stem):
        return False
    if says("file_no_text", _MARKS.sub(" ", stem)) and not says("file_no_text", simplified(title)):
        return True
    said = fold(simplified("\n".join((title, *known))))
    han = _HAN.findall(without("file_words", " ".join(_HAN.findall(stem))))
    if any(map(is_han, stem)):
        pairs = {run[at : at + 2] for run in han for at in range(len(run) - 1)}
        told = sum(map(len, han)) >= LEAST_HAN and any(map(is_han, title))
        shared = sum(pair in said for pair in pairs)
        sister = any(_new(run, said) >= LEAST_NEW for run in han) and shared <= HALF * len(pairs)
        return told and (sister or shared < SHARED * len(pairs))
    words = {word.lower() for word in _LATIN.findall(_CASES.sub(" ", stem)) if len(word) >= LEAST_LETTERS}
    telling = {word for word in words if without("file_words", word).strip()}
    told = len(telling) >= LEAST_LATIN and not any(map(is_han, title))
    return told and (_replaced(stem, title) or not any(word[:LEAST_LETTERS] in said for word in telling))


def _replaced(stem: str, title: str) -> bool:
    """Whether a name has a title's words in their order, and one in their midst is another: 'Die Moosflora der …'."""
    ours, theirs = ([fold(word) for word in _LATIN.findall(_CASES.sub(" ", each))] for each in (title, stem))
    around = {(ours[at - 1], ours[at + 1]): ours[at] for at in range(1, len(ours) - 1)}
    for at in range(1, len(theirs) - 1):
        word, ahead = theirs[at], around.get((theirs[at - 1], theirs[at + 1]), theirs[at])
        if min(len(word), len(ahead)) >= LEAST_OTHER and word[:LEAST_LETTERS] != ahead[:LEAST_LETTERS]:
            return True
    return False


def calls_part(filename: str, title: str) -> bool:
    """Whether the name of a file says that it is a part of the work, where its title says no such thing."""
    stem = _MARKS.sub(" ", _BRACKETS.sub(" ", simplified(_EXTENSION.sub("", filename)))).strip()
    return says("file_part", stem) and not says("file_part", simplified(title))


def calls_it(filename: str, title: str) -> bool:
    """Whether the name of a file says the title or a good part of it: four characters in a row, two words."""
    stem, said = simplified(_EXTENSION.sub("", filename)), fold(simplified(title))
    runs = (fold(run) for run in _HAN.findall(stem))
    if any(run[at : at + LEAST_PIECE] in said for run in runs for at in range(len(run) - LEAST_PIECE + 1)):
        return True
    words = {word.lower() for word in _LATIN.findall(_CASES.sub(" ", stem)) if len(word) >= LEAST_LETTERS}
    return sum(word in said for word in words) >= LEAST_WORDS


def _new(run: str, said: str) -> int:
    """The most characters in a row of which no two beside each other are said."""
    longest = new = 0
    for at in range(len(run)):
        told = (at > 0 and run[at - 1 : at + 1] in said) or (at + 1 < len(run) and run[at : at + 2] in said)
        new = 0 if told else new + 1
        longest = max(longest, new)
    return longest
