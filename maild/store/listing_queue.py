"""The review queue as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from maild.domain.decision import Cause
from maild.domain.journal import ReviewItem, ReviewState
from maild.domain.listing import NOBODY, Neighbours, ReviewFilter, Shown
from maild.store._sql import contains
from maild.store.listing import Asked, Condition, Spread, SqlListing
from maild.store.reviews import review_item
from maild.store.tables import decision, journal, review

r = review.c
_HANDLED = (ReviewState.ASSIGNED, ReviewState.DISMISSED)
_LATEST = sa.select(*(
    sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)).scalar_subquery() for table in (review, journal, decision)
))  # fmt: skip
_ASSIGNEES = (
    sa.select(r.assignee, sa.func.count().label("number")).where(r.state == ReviewState.OPEN).group_by(r.assignee)
)


class SqlQueueListing(SqlListing[ReviewFilter, ReviewItem]):
    """ports.QueueListing."""

    table = review
    keys = (r.id,)
    newest_first = False

    def asked(self, asked: ReviewFilter) -> Asked:
        """One cause, and one state, is a range of an index each; several are merged."""
        where = list(self._other(asked))
        causes = Spread(column=r.cause, values=asked.causes)
        if asked.shown is Shown.HANDLED:
            if asked.causes:
                where.append(r.cause.in_(asked.causes))
            return Asked(where=where, spread=Spread(column=r.state, values=_HANDLED))
        if asked.shown is Shown.OPEN:
            where.append(r.state == ReviewState.OPEN)
            return Asked(where=where, spread=causes)
        if asked.causes:
            where.append(r.cause.in_(asked.causes))
        return Asked(where=where)

    def _other(self, asked: ReviewFilter) -> Sequence[Condition]:
        where: list[Condition] = []
        if asked.assignee:
            where.append(r.assignee == ("" if asked.assignee == NOBODY else asked.assignee))
        if asked.kinds:
            where.append(r.kind.in_(asked.kinds))
        if asked.sender:
            where.append(r.sender.istartswith(asked.sender, autoescape=True))
        if asked.text:
            where.append(contains(asked.text, r.sender, r.subject))
        return where

    def items(self, rows: Sequence[Any]) -> list[ReviewItem]:
        """The items of rows."""
        return [review_item(row) for row in rows]

    def counts(self, asked: ReviewFilter) -> dict[Cause, int]:
        """How many there are of each cause, whatever causes are asked for."""
        where = list(self._other(asked))
        if asked.shown is not Shown.ANY:
            where.append(r.state.in_((ReviewState.OPEN,) if asked.shown is Shown.OPEN else _HANDLED))
        counted = sa.select(r.cause, sa.func.count().label("number")).where(*where).group_by(r.cause)
        return {row.cause: row.number for row in self._connection.execute(counted)}

    def assignees(self) -> dict[str, int]:
        """How many open items everybody has; '' is nobody."""
        return {row.assignee: row.number for row in self._connection.execute(_ASSIGNEES)}

    def neighbours(self, item_id: int, asked: ReviewFilter, *, backwards: bool = False) -> Neighbours:
        """What stands beside an item, which need not be in the list any more."""
        place = str(item_id)
        previous = self._ids(asked, place, down=not backwards)
        following = self._ids(asked, place, down=backwards)
        passed = r.id > item_id if backwards else r.id < item_id
        meant = self.asked(asked)
        before, there, of = self._connection.execute(
            sa.select(self.total(meant, passed), self.total(meant, r.id == item_id), self.total(meant))
        ).one()
        return Neighbours(previous=previous, next=following, position=before + there, total=of)

    def _ids(self, asked: ReviewFilter, place: str, *, down: bool) -> int | None:
        beyond = [self._beyond(place, down=down)]
        row = self._connection.execute(self._rows(self.asked(asked), beyond, down=down, limit=1)).first()
        return int(row.id) if row else None

    def latest(self) -> tuple[int, int, int]:
        """The newest item, line of history and decision."""
        item, line, decided = self._connection.execute(_LATEST).one()
        return item, line, decided
