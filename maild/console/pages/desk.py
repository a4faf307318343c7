"""The desk: what a librarian, and everybody together, has set up for the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.pages.queue.listed import colleagues
from maild.console.views import View
from maild.console.who import Who
from maild.console.work import TOPICS, Topic
from maild.domain.desk.kept import SHARED, Kept, Sort
from maild.office.queue.acts_desk import away_on
from maild.office.queue.ready_answers import VARIABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """answers, views, searches: one's own and everybody's; away: one's own absence; gone: who is away today.

    duties  topic → who takes turns
    """

    answers: Sequence[Kept]
    views: Sequence[Kept]
    searches: Sequence[Kept]
    mentions: Sequence[Kept]
    away: Kept | None
    gone: Sequence[str]
    duties: Mapping[Topic, Sequence[str]]
    accounts: Sequence[str]
    variables: Sequence[str] = VARIABLES


def _load(desk: Desk, who: Who, asked: Input) -> Shown:
    today = desk.services.desk_acts.today
    with desk.services.store.read() as uow:
        duties = {one.name: one.texts("names") for one in uow.kept.find(Sort.DUTY)}
        away = next(iter(uow.kept.find(Sort.AWAY, [who.name])), None)
        return Shown(
            answers=uow.kept.find(Sort.ANSWER, [SHARED, who.name]),
            views=uow.kept.find(Sort.VIEW, [SHARED, who.name]),
            searches=uow.kept.find(Sort.SEARCH, [SHARED, who.name]),
            mentions=uow.kept.find(Sort.MENTION, [who.name]),
            away=away if away and away.text("until") >= today.isoformat() else None,
            gone=sorted(away_on(uow, today)),
            duties={topic: duties.get(topic.value, ()) for topic in TOPICS},
            accounts=colleagues(uow),
        )


def row(kept: Kept) -> dict[str, object]:
    """Something kept, for programs."""
    return {"id": kept.id, "name": kept.name, "shared": kept.owner == SHARED, "by": kept.by, **dict(kept.body)}


def _json(loaded: Shown) -> object:
    return {
        "answers": [row(one) for one in loaded.answers],
        "views": [row(one) for one in loaded.views],
        "searches": [row(one) for one in loaded.searches],
        "mentions": [row(one) for one in loaded.mentions],
        "away": dict(loaded.away.body) if loaded.away else None,
        "away_today": list(loaded.gone),
        "duties": {topic.value: list(names) for topic, names in loaded.duties.items()},
        "variables": list(loaded.variables),
    }


VIEWS = (
    View(
        name="desk",
        path="/desk",
        input=Input,
        load=_load,
        json=_json,
        template="desk/show.html.j2",
        summary="Ready answers, saved views and searches, mentions, absences and turns.",
    ),
)
