"""The consent reader: a patron accepts the fee that is asked for, or declines it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.claims import Claim, Hedging
from maild.classify.vocabulary.lexicon import Words, joined
from maild.classify.vocabulary.model import ReaderResult
from maild.classify.vocabulary.patterns import compile_pattern
from maild.domain.incoming.ruling import Field, Kind
from maild.domain.incoming.wishes import RESERVE, WAYS
from maild.texts import one_line

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

# Field of the ruling ← word list.
LISTS = {"consent": "accept", "declined": "decline"}
_MARKS = " ,.。;:!\n"
_SAID = {"consent": "consent_said", "declined": "declined_said", RESERVE: "reserve_said"}


class ConsentReader:
    """words/consent.toml. Only what is stated counts: no question, no condition, no 'perhaps'."""

    def __init__(self, words: Words) -> None:
        """Raises ValueError where a list is missing."""
        lists = words.get("consent", {})
        if missing := [name for name in (*LISTS.values(), RESERVE, WAYS) if name not in lists]:
            raise ValueError(f"the list {missing[0]!r} is missing in words/consent.toml")
        self._patterns = {field: compile_pattern(joined(lists[name])) for field, name in LISTS.items()}
        self._reserve, self._ways = (compile_pattern(joined(lists[name])) for name in (RESERVE, WAYS))

    def __call__(self, view: View, typing: Typing) -> ReaderResult:
        """Field `consent` or `declined` holds the words; both, where both are said. It is no question: patron_other.

        Field `reserve`: words that say there is more to it; `ways`: questions how it is paid, which are none. A subject
        counts for nothing: it may be an answered one.
        """
        fields: dict[str, Field] = {}
        for field, pattern in self._patterns.items():
            found = view.claims.find(pattern, Hedging.FACT)
            told = (each for each in found if isinstance(each, Claim) and each.place == "text")
            if claim := next(told, None):
                fields[field] = Field(claim.said.strip(_MARKS)[:80], 1.0, claim.place)
        if not fields:
            return ReaderResult(reasons=(SAY("no_fee_answered"),))
        if asked := [hit.group().strip(_MARKS) for hit in self._ways.finditer(view.read_text)]:
            fields[WAYS] = Field("\n".join(asked), 1.0, "text")  # a clause or more a line
        if more := self._reserve.search(self._ways.sub("\n", view.read_text)):
            fields[RESERVE] = Field(more.group(), 1.0, "text")
        said = one_line((SAY(_SAID[name], words=fields[name].value) for name in _SAID if name in fields), ", ")
        return ReaderResult(kind=Kind.PATRON_OTHER, fields=fields, reasons=(said,))
