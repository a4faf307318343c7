"""Whose news it is where a mail names a request of somebody else's beside ours: ours may be named in passing."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from maild.classify.reading.numbers import is_parcel, loose_numbers
from maild.domain.text import shape

if TYPE_CHECKING:
    from maild.classify.reading.numbers import Numbers
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

# How systems number requests of their own: letters and figures in one word, figures that are called so.
_THEIRS = re.compile(
    r"(?<![0-9A-Za-z/.@-])[A-Za-z]{1,8}-?\d[0-9A-Za-z-]{2,20}(?:/\d{1,4})?(?![0-9A-Za-z@])"
    r"|(?:(?<!运)单号|编号|\border|\brequest)(?: (?:no|number))?[ .:#]{0,3}(\d{5,20})",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\D")
_SENTENCES = re.compile(r"[\n。;；!！]|\.\s")
MOST, MOST_CHARACTERS, LEAST_FIGURES = 50, 20_000, 6


def another_meant(view: View, numbers: Numbers, sentence: str) -> str:
    """A number that says that the news may be another request's than the one of ours; '' where none does.

    Two of theirs stand beside one of ours; or the sentence that tells the news has theirs, and not ours, which no label
    calls ours. sentence: '' where a label, or the subject, tells it
    """
    if len(numbers.distinct) != 1:
        return ""
    ours = numbers.distinct[0]
    theirs = [each for each in _theirs(view, numbers) if ours not in each]
    if numbers.source != "label" and ours not in view.subject:
        beside = "\n".join(each for each in _SENTENCES.split(view.text[:MOST_CHARACTERS]) if ours in each)
        told = (each for each in theirs if each in sentence and each not in beside)
        if other := next((each for each in told if len(_FIGURES.sub("", each)) >= LEAST_FIGURES), ""):
            return other
    shapes = [shape(each) for each in theirs]
    return next((each for each in theirs if shapes.count(shape(each)) > 1), "")


def in_passing(view: View, typing: Typing, numbers: Numbers) -> tuple[str, ...]:
    """Numbers that stand only where they are set apart (left out, related, still worked on), beside others."""
    pattern, text = view.lexicon.hedges["set_apart"], f"{view.subject}\n{view.text[:MOST_CHARACTERS]}"
    if not pattern.search(view.read(text)):
        return ()
    said = loose_numbers(text, typing)
    sentences = _SENTENCES.split(text)
    apart = [n for n in said if all(pattern.search(view.read(each)) for each in sentences if n in each)]
    others = {*said, *_theirs(view, numbers)} - {*apart}
    return tuple(apart) if any(n not in each for n in apart for each in others) else ()


def _theirs(view: View, numbers: Numbers) -> list[str]:
    """What may be the number of a request in somebody else's system."""
    hits = islice(_THEIRS.finditer(f"{view.subject}\n{view.text[:MOST_CHARACTERS]}"), MOST)
    found = dict.fromkeys((numbers.request_id, *(hit[1] or hit.group() for hit in hits)))
    return [each for each in found if each and not is_parcel(each)]
