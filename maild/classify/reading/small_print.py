"""A house's small print about who may read its mails: it says nothing of a request, and is not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maild.classify.vocabulary.lexicon import Lexicon

MOST_CHARACTERS = 1500
_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n")


def without_small_print(text: str, lexicon: Lexicon) -> str:
    """The text less the paragraphs behind the first that only tell who may read the mail."""
    begins = lexicon.hedges["confidential"]
    if not lexicon.hedges["misdirected"].search(text):
        return text
    lines: list[str] = []
    for block in _PARAGRAPH.split(text):
        kept = block.split("\n")
        # It may stand right below a signature; what stands below it in its paragraph is it, too.
        start = next((at for at, line in enumerate(kept) if begins.match(line)), -1)
        printed = "\n".join(kept[start:])
        if start >= 0 and (lines or start) and _is_small_print(printed, lexicon):
            kept = kept[:start]
        lines += [*kept, ""]
    return "\n".join(lines[:-1])


def _is_small_print(text: str, lexicon: Lexicon) -> bool:
    for_others, more = lexicon.hedges["misdirected"].search(text), lexicon.hedges["more_than_print"].search(text)
    return len(text) <= MOST_CHARACTERS and bool(for_others) and not more
