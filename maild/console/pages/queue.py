"""The review queue: what waits, oldest first."""

from __future__ import annotations

from dataclasses import dataclass

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.decision import Cause
from maild.domain.journal import ReviewItem


class Asked(Input):
    text: str = ""
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    items: tuple[ReviewItem, ...]


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    with desk.services.store.read() as uow:
        return Listing(items=tuple(uow.reviews.find(cause=asked.cause)))


VIEWS = (
    View(name="queue.list", path="/queue", input=Asked, load=_load, template="queue/list.html.j2",
         summary="What waits for staff."),
)  # fmt: skip
