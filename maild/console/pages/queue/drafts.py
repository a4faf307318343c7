"""Drafts of one kind, one below the other: read, and sent together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from maild.console.acts import Id, Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.listing import ReviewFilter
from maild.domain.errors import ConfigError
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem
from maild.office.queue.acts_answer import Draft, stamp_of

MOST = 12  # items of a page: each mail is read again
ASKING = ReviewFilter(causes=(Cause.QUESTION, Cause.NOT_RECEIVED), drafted=True)


class Asked(Input):
    """kind: what the mails ask, '' for all; after: the item after which to go on."""

    kind: Annotated[str, Field(max_length=100)] = ""
    after: Id = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """An item with its drafts, and the stamp by which they are known again."""

    item: ReviewItem
    drafts: Sequence[Draft]

    @property
    def stamp(self) -> str:
        return stamp_of(self.drafts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """kinds: what the mails ask that have drafts, by how many; more: there are further ones."""

    piles: Sequence[Pile]
    kinds: Mapping[str, int]
    more: bool


def _load(desk: Desk, who: Who, asked: Asked) -> Shown:
    with desk.services.store.read() as uow:
        heads = uow.listings.queue.heads(ASKING)
        wanted = [number for number, kind in heads if number > asked.after and asked.kind in ("", kind)]
        items = uow.reviews.get_many(wanted[:MOST])
    found = [Pile(item=item, drafts=_drafts(desk, item)) for item in items]
    kinds = dict(Counter(sorted(kind for _, kind in heads)).most_common())
    return Shown(piles=[pile for pile in found if pile.drafts], kinds=kinds, more=len(wanted) > MOST)


def _drafts(desk: Desk, item: ReviewItem) -> Sequence[Draft]:
    """None where the rules are broken: that is told on every page."""
    with suppress(ConfigError):
        return desk.services.answer_acts.drafts(item.id)
    return ()


def _json(loaded: Shown) -> object:
    return {
        "items": [
            {
                "item": pile.item.id,
                "version": pile.item.version,
                "kind": pile.item.kind,
                "stamp": pile.stamp,
                "drafts": [
                    {"id": d.id, "to": d.request.recipient, "subject": d.subject, "text": d.text} for d in pile.drafts
                ],
            }
            for pile in loaded.piles
        ],
        "kinds": dict(loaded.kinds),
        "more": loaded.more,
    }


VIEWS = (
    View(
        name="queue.drafts",
        path="/queue/drafts",
        input=Asked,
        load=_load,
        json=_json,
        template="queue/drafts.html.j2",
        slow=True,
        summary="Drafts of open items of one kind, to be read and sent together.",
    ),
)
