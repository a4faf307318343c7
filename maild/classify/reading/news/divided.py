"""A list of patterns as one that is asked pattern by pattern, and only of those whose words stand in a text.

Sentences of libraries have gaps of up to ninety characters between their words. One automaton of a whole list has a
state for each way in which the gaps of all may stand beside each other: five lists took 20 MB of a reader
(decision 0163).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property

from maild.classify.needed import Index
from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.patterns import check_pattern, compile_pattern, is_tied
from maild.classify.vocabulary.searched import NOWHERE, Hit, Searched, encoded, width


class Divided:
    """What `compile_pattern(joined(patterns))` finds, with the methods of it that wordings use."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises BadPattern."""
        self.pattern = joined(tuple(patterns))
        check_pattern(self.pattern)
        self._patterns = sorted(patterns, key=len, reverse=True)  # as they stand when they are joined

    @cached_property
    def _parts(self) -> Sequence[Searched]:
        return [compile_pattern(pattern) for pattern in self._patterns]

    @cached_property
    def _index(self) -> Index:
        return Index(part.pattern for part in self._parts)

    @cached_property
    def _is_tied(self) -> bool:
        return is_tied(self.pattern)

    def _asked(self, raw: bytes) -> list[Searched]:
        return [self._parts[place] for place in sorted(self._index.may(raw))]

    def may_be_in(self, text: str) -> bool:
        """As Searched says."""
        raw = encoded(text)
        asked = self._asked(raw)
        return bool(asked) if self._is_tied else any(part.spans(raw)[0] != NOWHERE for part in asked)

    def search(self, text: str) -> Hit | None:
        """The first hit."""
        return next(self.finditer(text), None)

    def fullmatch(self, text: str) -> Hit | None:
        """The whole text as a hit."""
        hits = (part.fullmatch(text) for part in self._asked(encoded(text)))
        return next((hit for hit in hits if hit), None)

    def finditer(self, text: str) -> Iterator[Hit]:
        """All hits that do not overlap: at each place the first of the patterns counts that fits there."""
        raw, at, counted = encoded(text), 0, [0, 0]
        ahead = [(spans, part) for part in self._asked(raw) if (spans := part.spans(raw))[0] != NOWHERE]
        while ahead:
            spans, part = min(ahead, key=lambda each: each[0][0][0])  # of several the first
            yield Hit(part, text, raw, spans, counted)
            end = spans[0][1]
            if at == len(raw):
                return
            at = end if end > at else at + width(raw, at)
            ahead = [
                (found, each)
                for known, each in ahead
                if (found := known if known[0][0] >= at else each.spans(raw, at))[0] != NOWHERE
            ]


divided = cache(Divided)
