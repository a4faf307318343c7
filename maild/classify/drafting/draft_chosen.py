"""Conditions of a rule from words that somebody chose: they have to stand in every such mail, and nothing else has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from maild.classify import SAY
from maild.classify.drafting.draft_fields import DraftFault, Pick, Place, words_pattern
from maild.classify.drafting.draft_words import CUT, EDGE, WhenDraft, claimed, holds, tells
from maild.classify.rules.view import View
from maild.classify.vocabulary.patterns import compile_pattern
from maild.domain.incoming.shape import shape_of

# Addresses, which stand right beside Chinese words: where one ends is not where the next blank is.
_ADDRESS = re.compile(r"(?a:(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+|https?://[!-~]+)")
_BETWEEN = {Place.SUBJECT: ".*", Place.TEXT: "(?s:.*)"}


def chosen_when(must: Sequence[Pick], view: View, values: Sequence[str], unlike: Sequence[View]) -> WhenDraft:
    """What was chosen of the subject, and what was chosen of the text, each in its order; what varies is left out.

    values: what was found in the mail. Raises DraftFault where nothing constant was chosen.
    """
    subject = _pattern(Place.SUBJECT, must, view, values)
    text = _pattern(Place.TEXT, must, view, values)
    said = bool(text) and claimed(compile_pattern(text), view)
    made = WhenDraft(
        subject=(subject,) if subject else (), says=(text,) if said else (), text=(text,) if text and not said else ()
    )
    return replace(made, also_takes=sum(holds(made, other) for other in unlike))


def _pattern(place: Place, must: Sequence[Pick], view: View, values: Sequence[str]) -> str:
    """One pattern for all that was chosen there, '' for nothing."""
    picks = sorted((pick for pick in must if pick.place is place), key=lambda pick: pick.start)
    parts = [part for pick in picks for part in _constant(pick, view, values)]
    made = _BETWEEN[place].join(map(words_pattern, dict.fromkeys(parts)))
    whole = view.read_subject if place is Place.SUBJECT else view.read_text
    if made and not compile_pattern(made).search(whole):
        raise DraftFault(SAY("words_not_found"), remedy=SAY("choose_fewer"))
    return made


def _constant(pick: Pick, view: View, values: Sequence[str]) -> Iterator[str]:
    """The pieces of what was pointed at that are the same in every such mail."""
    if pick.place is Place.PAIR:
        raise DraftFault(SAY("label_varies"), remedy=SAY("choose_words"))
    found = False
    words = replace(pick, field="words").words(view)
    for line in words.split("\n"):
        for part in CUT.split(shape_of(_ADDRESS.sub("#", view.read(line)), values)):
            if tells(said := part.strip(EDGE)):
                found = True
                yield said
    if not found:
        what = SAY("varies_or_short", words=" ".join(words.split())[:60])
        raise DraftFault(what, remedy=SAY("choose_common_words"))
