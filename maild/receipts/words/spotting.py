"""How far a known word explains what a recogniser saw of a line, though it reads other letters there. Pure.

A worn or crossed stamp is read as 新江大学则务处. Which of the words that a stamp may have was it? Each column of the
recogniser's answer has a chance for every letter: a word's distance is what its letters cost there at its best place,
in logarithms, against the letters that were read. 0: it is what was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FAR = 60.0  # what cannot be
_NEAR = 1.4  # so far off a word may be, by each of its letters
_APART = 5.0  # so much farther off another has to be
_AGAINST = 8.0  # so near is what speaks against it

_HAN = re.compile(r"[\u3400-\u9fff]")

Costs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a recogniser saw of a line: by column, what each of the letters watched for costs, after the blank.

    read: the line as it was read
    """

    letters: str
    costs: Costs  # columns × (1 + letters)
    read: str = ""

    @classmethod
    def of(cls, letters: str, chances: NDArray[np.float32], classes: Sequence[int]) -> Seen:
        """From a recogniser's chances, columns × classes, of which class 0 is the blank; `classes` of the letters."""
        logs = np.log(np.maximum(chances[:, [0, *classes]], 1e-12))
        best = np.log(np.maximum(chances.max(axis=1, keepdims=True), 1e-12))
        return cls(letters, np.minimum(best - logs, FAR).astype(np.float32))


def distances(seen: Seen, words: Sequence[str]) -> list[float]:
    """What each word costs at its best place in a line; FAR where one of its letters was not watched for."""
    if not words or not len(seen.costs):
        return [FAR] * len(words)
    # The states of CTC, a word in each row: letter, blank, letter, …; before and after it whatever was read is free.
    size = 2 * max(map(len, words)) - 1
    at = {letter: n for n, letter in enumerate(seen.letters)}
    told = [all(letter in at for letter in word) for word in words]
    states = np.zeros((len(words), size), np.intp)
    leap = np.full((len(words), size), FAR, np.float32)  # from a letter to the next, unless they are alike
    for row, word in enumerate(words):
        for n, letter in enumerate(word if told[row] else ""):
            states[row, 2 * n] = 1 + at[letter]
            if n and letter != word[n - 1]:
                leap[row, 2 * n] = 0
    ends = np.array([2 * len(word) - 2 for word in words])
    rows = np.arange(len(words))
    now = np.full((len(words), size + 2), FAR, np.float32)  # two more before the first letter
    best = np.full(len(words), FAR, np.float32)
    now[:, 1] = 0
    for column in seen.costs:
        now[:, 2:] = np.minimum(np.minimum(now[:, 2:], now[:, 1:-1]), now[:, :-2] + leap) + column[states]
        best = np.minimum(best, now[rows, ends + 2])
    return [float(cost) if known else FAR for cost, known in zip(best, told, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the words are that explain what was seen of a stamp by far best.

    office   the finance office; moved: that the money was moved; seal: of business
    against  something else that a stamp may say
    """

    office: bool = False
    moved: bool = False
    seal: bool = False
    against: bool = False

    def __or__(self, other: Told) -> Told:
        """What two lines of one stamp tell together."""
        return Told(
            office=self.office or other.office,
            moved=self.moved or other.moved,
            seal=self.seal or other.seal,
            against=self.against or other.against,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelt:
    """Words that a stamp may have, in full. others: names like the finance office's; against: what else may be said."""

    offices: tuple[str, ...]
    others: tuple[str, ...]
    moved: tuple[str, ...]
    seals: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def letters(self) -> str:
        """All that are to be watched for."""
        words = (*self.offices, *self.others, *self.moved, *self.seals, *self.against)
        return "".join(sorted(set("".join(words))))

    def told(self, seen: Seen) -> Told:
        """What the words of one line are."""
        kinds = self.offices, self.others, self.moved, self.seals, self.against
        costs = iter(distances(seen, [word for kind in kinds for word in kind]))
        office, others, moved, seal, against = (
            min(((next(costs), len(word)) for word in kind), default=(FAR, 0)) for kind in kinds
        )
        # Of a booking no letter may be over: another word may be written over it, and is read into it (作赞论 of 作废).
        over = len(_HAN.findall(seen.read))
        return Told(
            office=_is_near(office, others),
            moved=_is_near(moved, against) and over <= moved[1],
            seal=_is_near(seal, against) and over <= seal[1],
            against=against[0] < _AGAINST and against[0] < min(moved[0], seal[0]) + _APART,
        )


def _is_near(word: tuple[float, int], other: tuple[float, int]) -> bool:
    """Whether a word, by its cost and letters, is what was seen rather than the other."""
    cost, letters = word
    return cost < _NEAR * letters and cost + _APART < other[0]
