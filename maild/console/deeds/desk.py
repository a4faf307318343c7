"""What staff set up at the desk that the pages must know of: saved views, turns by topic, drafts as they were read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Act, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.made import of_several
from maild.console.pages.queue.listed import asked_of
from maild.console.who import Who
from maild.console.work import TOPICS, Topic
from maild.domain.desk.access import Role
from maild.domain.desk.kept import Sort
from maild.domain.errors import Permanent
from maild.office.queue.acts_queue import Marked

_READ = re.compile(r"([0-9]{1,18}):([0-9]{1,9}):([0-9a-f]{16})")
Name = Annotated[str, Field(min_length=1, max_length=100)]


class SavedView(Input):
    """query: which part of the queue, as the address of its page says it."""

    name: Name
    query: Annotated[str, Field(max_length=1000)] = ""
    shared: bool = False


class Read(Input):
    """items: as ID:VERSION:STAMP; the stamp is that of the drafts as they were read."""

    items: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]


class Duty(Input):
    """names: who takes turns, with commas; '' for nobody."""

    topic: Topic
    names: Line = ""


def _view(desk: Desk, who: Who, asked: SavedView) -> Outcome:
    acts = desk.services.desk_acts
    asked_of(asked.query)
    return Outcome.of(acts.keep(Sort.VIEW, asked.name, {"query": asked.query}, actor=who.name, shared=asked.shared))


def _duty(desk: Desk, who: Who, asked: Duty) -> Outcome:
    names = asked.names.replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
    causes = [cause.value for cause in TOPICS[asked.topic]]
    return Outcome.of(desk.services.desk_acts.duty(asked.topic.value, causes, names, actor=who.name))


def _release_read(desk: Desk, who: Who, asked: Read) -> Outcome:
    named = [_READ.fullmatch(text) for text in asked.items]
    if not all(named):
        raise Permanent(SAY("no_draft_named"), remedy=SAY("drafts_as_told"))
    items = [Marked(item_id=int(one[1]), seen=int(one[2])) for one in named if one]
    stamps = {int(one[1]): one[3] for one in named if one}
    return of_several(desk.acts.several_acts.release_read(items, stamps, actor=who.name), None)


def _act(name: str, run: object, input: type[Input], summary: str, role: Role = Role.LIBRARIAN) -> Act:
    path = f"/desk/{name}"
    return Act(name=f"desk.{name}", path=path, role=role, input=input, run=run, summary=summary)  # type: ignore[arg-type]


ACTS: tuple[Act, ...] = (
    Act(
        name="queue.release_read",
        path="/queue/release-read",
        role=Role.LIBRARIAN,
        input=Read,
        run=_release_read,
        summary="Send the drafts of several items as they were read; one that says something else now is refused.",
        slow=True,
    ),
    _act("view", _view, SavedView, "Keep a part of the queue under a name."),
    _act("duty", _duty, Duty, "Say who takes turns with the items of a topic.", Role.ADMINISTRATOR),
)
