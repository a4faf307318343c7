"""What staff keep at the desk, for themselves or for all: ready answers, views, turns, absences, mentions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Sort(StrEnum):
    """What is kept; beside each what its body holds."""

    ANSWER = "answer"  # text: words with variables
    VIEW = "view"  # query: which part of the queue, as its page's address says it
    SEARCH = "search"  # text: what is looked for
    DUTY = "duty"  # names: accounts that take turns; causes: of what. One for each topic, the office's
    AWAY = "away"  # since, until: days (ISO). One for each account
    TOUR = "tour"  # nothing: the owner has read the guide
    MENTION = "mention"  # item: a queue item beside which a colleague wrote to the owner


SHARED = ""  # owner of what is everybody's


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something kept. owner: an account's name, '' for everybody; by, at: who kept it last, and when (UTC)."""

    id: int = 0
    sort: Sort
    owner: str = SHARED
    name: str = ""
    body: Mapping[str, object]
    by: str = ""
    at: datetime | None = None

    def text(self, key: str) -> str:
        """A value of the body as text; '' where it is not there."""
        return str(self.body.get(key, ""))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of the body; () where it is not there."""
        found = self.body.get(key, ())
        return tuple(map(str, found)) if isinstance(found, list | tuple) else ()

    def holds(self, day: date) -> bool:
        """Whether an absence covers the day."""
        return self.text("since") <= day.isoformat() <= self.text("until")
