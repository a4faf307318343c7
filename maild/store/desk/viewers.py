"""Who looks at which queue item now: on every host the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.journal import ReviewState
from maild.store._sql import any_of, chunks, insert
from maild.store.schema.tables import review
from maild.store.schema.tables_console import viewer

v = viewer.c

_KNOWN = sa.select(review.c.id).where(review.c.id.in_(any_of("items")))
_OF = (
    sa.select(v.item_id, v.account)
    .where(v.item_id.in_(any_of("items")), v.seen >= sa.bindparam("since"))
    .order_by(v.account)
)


_SEEN = sa.select(v.item_id).where(v.item_id.in_(any_of("items")), v.account == sa.bindparam("name"))


class SqlViewers:
    """Who looks at which item."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, pairs: Sequence[tuple[int, str]], now: datetime) -> None:
        """These accounts have these items before them now; items that do not exist are passed over."""
        known = {
            item
            for some in chunks(item for item, _ in pairs)
            for item in self._connection.scalars(_KNOWN, {"items": some})
        }
        rows = [{"item_id": item, "account": name, "seen": now} for item, name in sorted(set(pairs)) if item in known]
        if not rows:
            return
        adding = insert(self._connection.dialect.name, viewer)
        self._connection.execute(
            adding.on_conflict_do_update(index_elements=("item_id", "account"), set_={"seen": adding.excluded.seen}),
            rows,
        )

    def of(self, item_ids: Sequence[int], since: datetime) -> Mapping[int, tuple[str, ...]]:
        """Who has looked at each since then, by name."""
        found: dict[int, tuple[str, ...]] = {}
        for some in chunks(item_ids):
            for row in self._connection.execute(_OF, {"items": some, "since": since}):
                found[row.item_id] = (*found.get(row.item_id, ()), row.account)
        return found

    def seen(self, account: str, item_ids: Sequence[int]) -> set[int]:
        """Those that the account has opened."""
        return {
            item
            for some in chunks(item_ids)
            for item in self._connection.scalars(_SEEN, {"items": some, "name": account})
        }

    def forget(self, before: datetime) -> None:
        """Drop who has not been seen since with what is handled: of what waits it is known who has read it."""
        waits = sa.exists().where(review.c.id == v.item_id, review.c.state == ReviewState.OPEN)
        self._connection.execute(sa.delete(viewer).where(v.seen < before, ~waits))
