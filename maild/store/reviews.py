"""The review queue: what waits for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.decision import Cause
from maild.domain.errors import NotFound, StaleVersion
from maild.domain.journal import ReviewItem, ReviewState
from maild.store.tables import review

_SAID = ("cause", "kind", "sender", "subject", "transactions", "candidates", "reasons")
r = review.c


class SqlReviews:
    """ports.Reviews."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: ReviewItem, now: datetime) -> int:
        """Put an item into the queue; returns its id. A mail has one open item: a second one replaces it."""
        values = {name: getattr(item, name) for name in _SAID}
        if item.mail_id is not None:
            open_item = (r.mail_id == item.mail_id, r.state == ReviewState.OPEN)
            update = sa.update(review).where(*open_item).values(**values, version=r.version + 1)
            known = self._connection.execute(update.returning(r.id)).first()
            if known is not None:
                return int(known.id)
        statement = sa.insert(review).values(
            **values, mail_id=item.mail_id, state=item.state, created=now, handled_by=item.handled_by,
            handled=item.handled, note=item.note, version=0,
        )  # fmt: skip
        return int(self._connection.execute(statement.returning(r.id)).scalar_one())

    def get(self, item_id: int) -> ReviewItem | None:
        """The item of that id."""
        row = self._connection.execute(sa.select(review).where(r.id == item_id)).first()
        return _item(row) if row else None

    def find(
        self, *, state: ReviewState | None = ReviewState.OPEN, cause: Cause | None = None, limit: int = 100
    ) -> list[ReviewItem]:
        """Oldest first: who waits longest is served first."""
        statement = sa.select(review).order_by(r.id).limit(limit)
        if state is not None:
            statement = statement.where(r.state == state)
        if cause is not None:
            statement = statement.where(r.cause == cause)
        return [_item(row) for row in self._connection.execute(statement)]

    def handle(
        self, item_id: int, state: ReviewState, *, expected_version: int, actor: str, note: str,
        transactions: Sequence[str], now: datetime,
    ) -> None:  # fmt: skip
        """Write down what staff did. Raises StaleVersion if somebody was faster, NotFound."""
        statement = (
            sa.update(review)
            .where(r.id == item_id, r.version == expected_version)
            .values(
                state=state, handled_by=actor, handled=now, note=note, transactions=tuple(transactions),
                version=r.version + 1,
            )
        )  # fmt: skip
        if self._connection.execute(statement).rowcount == 1:
            return
        if self.get(item_id) is None:
            raise NotFound(f"there is no review item {item_id}")
        raise StaleVersion(f"review item {item_id} was handled meanwhile by somebody else")


def _item(row: Any) -> ReviewItem:
    return ReviewItem(**row._mapping)
