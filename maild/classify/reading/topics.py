"""The topic reader: what a patron's mail is about where no rule knows its phrases.

Words that speak of one matter are counted, telling ones double; the matter that is clearly ahead is the kind.
It is a guess, made for the queue of staff: the rule set keeps patron_other beside it, so that nobody is
answered and nothing is settled by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.claims import Claim, Hedging
from maild.classify.vocabulary.model import ReaderResult
from maild.classify.vocabulary.patterns import compile_pattern
from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from maild.classify.rules.view import View
    from maild.classify.vocabulary.patterns import Pattern
    from maild.classify.vocabulary.values import Typing
    from maild.domain.incoming.ruling import Field

WEAK = "_weak"
TELLING = 2  # points of a telling word, and the least that a topic needs
MOST_CHARACTERS = 2000  # a long letter speaks of everything


class TopicReader:
    """words/topics.toml: lists named as kinds hold telling words, lists named <kind>_weak what only adds to them."""

    def __init__(
        self, lists: Mapping[str, tuple[str, ...]], fields: Mapping[Kind, Callable[[View], Mapping[str, Field]]]
    ) -> None:
        """`fields`: what is read of a mail about a kind. Raises ValueError for a list that names no kind."""
        self._fields = fields
        self._words: list[tuple[Kind, int, Pattern]] = []
        for name, patterns in lists.items():
            kind, points = name.removesuffix(WEAK), 1 if name.endswith(WEAK) else TELLING
            if kind not in frozenset(Kind):
                raise ValueError(f"list {name!r} is named after no kind")
            self._words += [(Kind(kind), points, compile_pattern(pattern)) for pattern in patterns]

    def __call__(self, view: View, typing: Typing) -> ReaderResult:
        """`kind` is None where no topic is ahead. What is denied or merely supposed is not counted."""
        if len(view.text) > MOST_CHARACTERS:
            return ReaderResult(reasons=(SAY("long_letter"),))
        points: dict[Kind, int] = {}
        said: dict[Kind, str] = {}
        for kind, weight, pattern in self._words:
            if claim := next((c for c in view.claims.find(pattern, Hedging.WISH) if isinstance(c, Claim)), None):
                points[kind] = points.get(kind, 0) + weight
                said[kind] = f"{said[kind]}, {claim.said}" if kind in said else claim.said
        ranking = sorted(points, key=lambda kind: -points[kind])
        if not ranking or points[ranking[0]] < TELLING:
            return ReaderResult(reasons=(SAY("no_topic"),))
        best, ahead = ranking[0], points[ranking[0]] - (points[ranking[1]] if len(ranking) > 1 else 0)
        if not ahead:
            return ReaderResult(reasons=(SAY("topics_alike", one=ranking[1], other=best),))
        fields = self._fields[best](view) if best in self._fields else {}
        return ReaderResult(kind=best, fields=fields, reasons=(SAY("about_it", words=said[best][:80]),))
