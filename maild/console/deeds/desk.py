"""What staff set up at the desk: ready answers, saved views and searches, turns, absences."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Day, Id, Input, Line, Outcome, Words
from maild.console.desk import Desk
from maild.console.made import of_several
from maild.console.pages.queue import asked_of
from maild.console.who import Who
from maild.console.work import TOPICS, Topic
from maild.domain.desk.access import Role
from maild.domain.desk.kept import Sort
from maild.domain.errors import Permanent
from maild.office.queue.acts_queue import Marked

_READ = re.compile(r"([0-9]{1,18}):([0-9]{1,9}):([0-9a-f]{16})")
Name = Annotated[str, Field(min_length=1, max_length=100)]


class ReadyAnswer(Input):
    """text: words with variables such as {patron}; id: the one that it takes the place of, 0 for a new one."""

    id: Id = 0
    name: Name
    text: Words
    shared: bool = False


class SavedView(Input):
    """query: which part of the queue, as the address of its page says it."""

    name: Name
    query: Annotated[str, Field(max_length=1000)] = ""
    shared: bool = False


class SavedSearch(Input):
    name: Name
    text: Annotated[str, Field(min_length=1, max_length=200)]
    shared: bool = False


class Read(Input):
    """items: as ID:VERSION:STAMP; the stamp is that of the drafts as they were read."""

    items: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]


class Forget(Input):
    id: Id


class Away(Input):
    """The first day and the last. keep: items that wait stay one's own."""

    since: Day
    until: Day
    keep: bool = False


class Duty(Input):
    """names: who takes turns, with commas; '' for nobody."""

    topic: Topic
    names: Line = ""


class Nothing(Input):
    """Nothing has to be said."""


def _answer(desk: Desk, who: Who, asked: ReadyAnswer) -> Outcome:
    acts, body = desk.services.desk_acts, {"text": asked.text}
    return Outcome.of(
        acts.keep(Sort.ANSWER, asked.name, body, actor=who.name, shared=asked.shared, kept_id=asked.id), go="/desk"
    )


def _view(desk: Desk, who: Who, asked: SavedView) -> Outcome:
    acts = desk.services.desk_acts
    asked_of(asked.query)
    return Outcome.of(acts.keep(Sort.VIEW, asked.name, {"query": asked.query}, actor=who.name, shared=asked.shared))


def _search(desk: Desk, who: Who, asked: SavedSearch) -> Outcome:
    acts = desk.services.desk_acts
    return Outcome.of(acts.keep(Sort.SEARCH, asked.name, {"text": asked.text}, actor=who.name, shared=asked.shared))


def _forget(desk: Desk, who: Who, asked: Forget) -> Outcome:
    return Outcome.of(desk.services.desk_acts.forget(asked.id, actor=who.name))


def _away(desk: Desk, who: Who, asked: Away) -> Outcome:
    acts = desk.services.desk_acts
    return Outcome.of(acts.away(asked.since, asked.until, actor=who.name, give_back=not asked.keep))


def _back(desk: Desk, who: Who, asked: Nothing) -> Outcome:
    return Outcome.of(desk.services.desk_acts.back(actor=who.name))


def _duty(desk: Desk, who: Who, asked: Duty) -> Outcome:
    names = asked.names.replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
    causes = [cause.value for cause in TOPICS[asked.topic]]
    return Outcome.of(desk.services.desk_acts.duty(asked.topic.value, causes, names, actor=who.name))


def _share(desk: Desk, who: Who, asked: Nothing) -> Outcome:
    return Outcome.of(desk.services.desk_acts.share_out(actor=who.name))


def _tour(desk: Desk, who: Who, asked: Nothing) -> Outcome:
    return Outcome.of(desk.services.desk_acts.read_guide(actor=who.name), go="/today")


def _release_read(desk: Desk, who: Who, asked: Read) -> Outcome:
    named = [_READ.fullmatch(text) for text in asked.items]
    if not all(named):
        raise Permanent("that names no draft", remedy="ID:VERSION:STAMP, as the page of drafts tells them")
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
    _act("answer", _answer, ReadyAnswer, "Keep a ready answer with variables, for oneself or for everybody."),
    _act("view", _view, SavedView, "Keep a part of the queue under a name."),
    _act("search", _search, SavedSearch, "Keep a search under a name."),
    _act("forget", _forget, Forget, "Remove something kept: one's own, or everybody's."),
    _act("away", _away, Away, "Say that one is away: nothing is given to one on these days."),
    _act("back", _back, Nothing, "Say that one is there again."),
    _act("duty", _duty, Duty, "Say who takes turns with the items of a topic.", Role.ADMINISTRATOR),
    _act("tour", _tour, Nothing, "Say that one has read the guide."),
    _act("share", _share, Nothing, "Give what waits and is nobody's to those whose turn it is."),
)
