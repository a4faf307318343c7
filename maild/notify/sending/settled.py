"""Items of the queue that wait for nobody any more, closed by what made them pointless."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import StaleVersion
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


def close_item(uow: UnitOfWork, item: ReviewItem, why: str, now: datetime, *, actor: str = "maild") -> bool:
    """Close an open item, with its line of history. False where a person was faster."""
    with suppress(StaleVersion), uow.savepoint():
        uow.reviews.handle(
            item.id,
            ReviewState.ASSIGNED,
            expected_version=item.version,
            actor=actor,
            note=why,
            transactions=item.transactions,
            now=now,
        )
        line = JournalEntry(
            what="review",
            at=now,
            actor=actor,
            number=next(iter(item.transactions), ""),
            before=item.state,
            after=ReviewState.ASSIGNED,
            reasons=(why,),
            data={"item": item.id},
        )
        uow.journal.add([line])
        return True
    return False
