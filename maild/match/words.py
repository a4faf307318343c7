"""Words and letters of names and titles, for comparing them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from maild.match.weights import Weights
from maild.traditional import simplified

# So many words that long, or so many characters in a row, are a piece by which a title is called: one word is chance
# ("transport is not possible" of 'Sediment transport in gravel rivers').
ALLUDED_LATIN, ALLUDED_HAN = 5, 4
LEAST_OF_PAIR = 4  # letters of each of two words that stand together
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{3,}")
_THAT_ONE = ("那篇", "这篇", "那本", "这本", "一文", "一书")  # behind a shorter piece that is meant as a title


def latin_words(text: str) -> tuple[str, ...]:
    """Its words of five Latin letters or more, in lower case: those that may call a work."""
    words = re.findall(r"[^\W\d_]+", text)
    return tuple(word.lower() for word in words if word.isascii() and len(word) >= ALLUDED_LATIN)


def fold(text: str) -> str:
    """Letters and digits only, lower case: for comparing names and titles."""
    return "".join(filter(str.isalnum, text.lower()))


def similar(one: str, other: str) -> float:
    """Share of common two-character pieces (Dice), 0 to 1, of two folded texts."""
    pieces, others = _pieces(one), _pieces(other)
    if not pieces or not others:
        return 0.0
    return 2 * len(pieces & others) / (len(pieces) + len(others))


def _pieces(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def piece_said(title: str, said: str, weights: Weights) -> str:
    """A piece of the title that the folded text calls a work by: two words that stand together, some characters."""
    title = simplified(title)
    told = _pair(title, telling_words(title, weights), said)
    for run in _HAN_RUN.findall(title) if not told else ():
        pieces = (run[i : i + size] for size in (ALLUDED_HAN, ALLUDED_HAN - 1) for i in range(len(run) - size + 1))
        own = (p for p in pieces if not any(common in p for common in weights.common))
        told = next((p for p in own if _called(p, said)), "")
        if told:
            break
    return told


def telling_words(title: str, weights: Weights) -> list[str]:
    """Latin words of the title that other titles do not have."""
    return [word for word in latin_words(title) if word not in weights.common]


def _pair(title: str, telling: Collection[str], said: str) -> str:
    """Two words that stand together in the title and in what is said, one of them telling: 'heat islands'; or ''."""
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", title)]
    pairs = ((a, b) for a, b in pairwise(words) if min(len(a), len(b)) >= LEAST_OF_PAIR)
    return next((f"{a} {b}" for a, b in pairs if {a, b} & set(telling) and f"{a}{b}" in said), "")


def _called(piece: str, said: str) -> bool:
    return (len(piece) >= ALLUDED_HAN and piece in said) or any(f"{piece}{that}" in said for that in _THAT_ONE)
