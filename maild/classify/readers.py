"""Readers: where conditions and patterns are not enough, a rule names one of these (`reader = "status"`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maild.domain.lifecycle import Event
from maild.domain.ruling import Field, Kind

if TYPE_CHECKING:
    from maild.classify.lexicon import Words
    from maild.classify.values import Typing
    from maild.classify.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderResult:
    """What a reader understood. `kind` None: it has nothing to say, and the rule does not fire."""

    kind: Kind | None = None
    event: Event | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


Reader = Callable[["View", "Typing"], ReaderResult]


def build_reader(name: str, words: Words, own: str = "") -> Reader | None:
    """The reader of that name, or None. `own`: the word file of one provider's own wordings (rule key `words`).

    Raises ValueError where a list of that file is nothing the reader knows.
    """
    if name == "status":
        from maild.classify.status import StatusReader

        return StatusReader(words, words[own] if own else {})
    if name == "topic":
        from maild.classify.topics import TopicReader

        return TopicReader(words["topics"])
    if name == "iso18626":
        from maild.classify.iso18626 import read_message

        return read_message
    return None
