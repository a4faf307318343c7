"""Words and letters of names and titles, for comparing them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Set
from itertools import pairwise

from maild.match.weights import Weights
from maild.traditional import simplified

# So many words that long, or so many characters in a row, are a piece by which a title is called: one word is chance
# ("transport is not possible" of 'Sediment transport in gravel rivers').
ALLUDED_LATIN, ALLUDED_HAN = 5, 4
LEAST_OF_PAIR = 4  # letters of each of two words that stand together
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{3,}")
_CLAUSE = re.compile(r"[,，.。;；:：、!！?？()（）\[\]【】“”\"'\n\t]")
# What stands ahead of a name in its clause, and behind it: 'Re: Praesepe article'.
_AHEAD = re.compile(r"^(?:回复|答复|关于|贵馆|您的?|你们?的?|[那这][篇本]|(?:re|fwd?|the|your)\b)\s*", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?:(?<!\s)\s+)?(?:[的]?[那这][篇本章份单件]|[一两][篇本文书]|的?(?:论文|文章|全文|文献)|\b(?:article|paper|chapter|book|thesis|one|request|scan|pdf))$"
)
_NAMED = re.compile(r"(.{2,24}?)的?(?:[那这][篇本章份单件]|论文|文章)")
_HAN_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")
LEAST_SUBJECT = 3  # characters of a name that is only a subject: two are many a work's
MOST_NAME = 24  # characters of a name that is a clause by itself
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
        own = (p for p in pieces if p in said and not any(common in p for common in weights.common))
        told = next((p for p in own if _called(p, said)), "")
        if told:
            break
    return told


def called_so(title: str, told: str, number: str, weights: Weights) -> str:
    """A short name from the title that a text calls a work by: all of a clause that names a work ('缢蛏那篇', 'the lute
    article') or stands beside its number, or the subject, which is the text's first line; or ''.

    Enough beside the work's number only.
    """
    title, told = simplified(title).lower(), simplified(told).lower()
    ordinary = weights.common | weights.ordinary
    for place, line in enumerate(told.split("\n")):
        for clause in _CLAUSE.split(line.replace(number, "\n")):
            plain = _AHEAD.sub("", clause.strip())
            named = _NAMED.match(plain)
            name = named[1] if named else _BEHIND.sub("", plain)
            names = name != plain or number in line or (place == 0 and len(name) >= LEAST_SUBJECT)
            if names and len(name) <= MOST_NAME and name in title and _tells(name, ordinary, title):
                return name
    return ""


def _tells(short: str, ordinary: Set[str], title: str) -> bool:
    """Whether a piece of a title is more than words that many titles have."""
    if short.isascii():
        words = latin_words(short)
        return bool(words) and {*words} <= {*latin_words(title)} and not {*words} <= ordinary
    pairs = {short[i : i + 2] for i in range(len(short) - 1)}
    return any(_HAN_PAIR.fullmatch(pair) and pair not in ordinary for pair in pairs)


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
