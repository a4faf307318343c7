"""What a letter says beside its matter, and calls so: '另：…', 'P.S. …', to the end of its paragraph.

It may take back what the letter tells, often without a word that shows it ('另外，只有上半部'). Apart is only what is
known to be a matter of its own (another month's bill, a holiday, a platform's maintenance), and touches neither the
request nor what came; all else is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from maild.classify.reading.row_words import folded
from maild.classify.vocabulary.patterns import Pattern

MOST_CHARACTERS = 8_000
MOST_MARK = 40  # characters that the mark of an aside is looked for in
# Where one may begin: a line, a sentence, an item of a list.
_BEGINS = re.compile(r"(?:(?<=\n)|(?<=[。！!；;])|(?<=[.?？] ))[ \t\u3000]*(?:[(（]?\d{1,2}[)）、.．][ \t]*)?")
_ENDS = re.compile(r"\n[^\S\n]*\n")
_TITLE = re.compile(r"《[^《》\n]{1,200}》")  # of another work, or of ours: it says nothing of what came
# Lists of words/hedges.toml: it speaks of the request or of what came, leaves that open, or takes it back.
_TOUCHING = (
    "aside_touches",
    "incomplete",
    "another_version",
    "on_terms",
    "ours_first",
    "not_final",
    "retraction",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What is said beside the matter. main: the letter without it; apart: it is known to be a matter of its own; talk:
    that needs nobody.
    """

    text: str
    main: str
    apart: bool
    talk: bool


def aside_in(text: str, hedges: Mapping[str, Pattern]) -> Aside | None:
    """The first aside of a letter; None where none is marked, and of a letter that is nothing else, or very long."""
    start = _start(text, hedges["aside_begins"]) if len(text) <= MOST_CHARACTERS else 0
    if not text[:start].strip():
        return None
    ends = _ENDS.search(text, start)
    end = ends.start() if ends else len(text)
    said = folded(text[start:end])
    theirs, own = hedges["aside_of_theirs"], _TITLE.sub(" ", said)
    touches = any(hedges[name].search(theirs.sub(" ", own)) for name in _TOUCHING)
    talk = bool(hedges["aside_talk"].search(said))
    other = bool(hedges["aside_else"].search(said) or theirs.search(own))
    return Aside(
        text=text[start:end].strip(),
        main=f"{text[:start]}{text[end:]}",
        apart=(talk or other) and not touches,
        talk=talk and not (other or touches),
    )


def _start(text: str, mark: Pattern) -> int:
    """Where the first aside begins; 0 for none."""
    places = (hit.end() for hit in _BEGINS.finditer(text) if not text[hit.end() : hit.end() + 1].isspace())
    return next((at for at in places if mark.match(folded(text[at : at + MOST_MARK]))), 0)
