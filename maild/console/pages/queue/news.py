"""A list of the queue as it is now, for the page that has it open: its rows, and those that it still shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from maild.console.answered import Told, told_by_item
from maild.console.desk import Desk
from maild.console.pages.queue.listed import AskedList, Listing, due_by_item, listed, names_of, topics_of
from maild.console.serving.guard import LIVE
from maild.console.views import View
from maild.console.who import Who
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Patron

HELD = 200  # rows that a page may show; templates/console/static/queue-list.js lets it grow to half of that


class AskedNews(AskedList):
    """A page of the queue. held: the ids of the rows that are shown."""

    held: Annotated[str, Field(pattern=rf"^([0-9]{{1,18}}(,[0-9]{{1,18}}){{0,{HELD - 1}}})?$")] = ""

    @property
    def ids(self) -> set[int]:
        return {int(item) for item in self.held.split(",") if item}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The page as it is now, and how those rows stand that are not on it any more. due: of all of them; names, seen
    and told: of those that are not on it, as on the page.
    """

    listing: Listing
    elsewhere: Sequence[ReviewItem]
    due: Mapping[int, datetime]
    names: Mapping[str, Patron]
    seen: Set[int]
    told: Mapping[int, Told]


def _load(desk: Desk, who: Who, asked: AskedNews) -> News:
    with desk.services.store.read() as uow:
        listing = listed(desk, uow, who, asked)
        elsewhere = uow.reviews.get_many(sorted(asked.ids - {item.id for item in listing.page.items}))
        names, seen = names_of(uow, elsewhere), uow.viewers.seen(who.name, [item.id for item in elsewhere])
        told = told_by_item(uow, elsewhere, topics_of(desk))
    return News(
        listing=listing,
        elsewhere=elsewhere,
        names=names,
        seen=seen,
        told=told,
        due={**listing.due, **due_by_item(desk, elsewhere)},
    )


PARTS = (View(name="queue.news", path=f"{LIVE}/queue", input=AskedNews, load=_load, template="queue/news.html.j2"),)
