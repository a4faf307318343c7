"""What staff keep at the desk: one table for what is little and alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.kept import Kept, Sort
from maild.store._sql import insert
from maild.store.schema.tables_console import desk_kept

k = desk_kept.c


class SqlKept:
    """What staff keep by a name: views, answers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, sort: Sort, owners: Sequence[str] = ()) -> list[Kept]:
        """By name; of these owners ('' is everybody), or of all."""
        asked = sa.select(desk_kept).where(k.sort == sort).order_by(k.name, k.id)
        if owners:
            asked = asked.where(k.owner.in_(owners))
        return [_kept(row) for row in self._connection.execute(asked).mappings()]

    def get(self, kept_id: int) -> Kept | None:
        """The one of that id."""
        row = self._connection.execute(sa.select(desk_kept).where(k.id == kept_id)).mappings().one_or_none()
        return _kept(row) if row else None

    def put(self, kept: Kept) -> int:
        """Keep it, in the place of the one of its id, or else of its sort, owner and name. Returns the id."""
        values = {"sort": kept.sort, "owner": kept.owner, "name": kept.name, "body": dict(kept.body),
                  "actor": kept.by, "at": kept.at}  # fmt: skip
        if kept.id:
            self._connection.execute(sa.update(desk_kept).where(k.id == kept.id).values(values))
            return kept.id
        adding = insert(self._connection.dialect.name, desk_kept).values(values)
        anew = {name: adding.excluded[name] for name in ("body", "actor", "at")}
        said = adding.on_conflict_do_update(index_elements=("sort", "owner", "name"), set_=anew).returning(k.id)
        return int(self._connection.execute(said).scalar_one())

    def remove(self, ids: Sequence[int]) -> int:
        """Forget them; how many there were."""
        return int(self._connection.execute(sa.delete(desk_kept).where(k.id.in_(ids))).rowcount)


def _kept(row: Any) -> Kept:
    names = ("id", "sort", "owner", "name", "body", "at")
    return Kept(**{name: row[name] for name in names}, by=row["actor"])
