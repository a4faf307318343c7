"""The guide of a new librarian: a day in steps, every cause with what to look at, the keys. Shown until it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.console.work import TOPICS, Topic
from maild.domain.desk.kept import Sort
from maild.domain.incoming.decision import Cause

# The steps of a day, each with the page where it is done.
STEPS: Mapping[str, str] = {
    "today": "today",
    "queue": "queue.list",
    "answer": "queue.drafts",
    "money": "payments.list",
    "registrations": "registrations.list",
    "undo": "audit",
    "desk": "desk",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """read: whether who looks has said so."""

    read: bool
    steps: Mapping[str, str]
    topics: Mapping[Topic, Sequence[Cause]]


def _load(desk: Desk, who: Who, asked: Input) -> Shown:
    with desk.services.store.read() as uow:
        read = bool(uow.kept.find(Sort.TOUR, [who.name]))
    return Shown(read=read, steps=STEPS, topics=TOPICS)


VIEWS = (View(name="guide", path="/guide", input=Input, load=_load, template="desk/guide.html.j2"),)
