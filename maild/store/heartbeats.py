"""The last word of each process that runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.operation.heartbeat import Heartbeat, Running
from maild.store._sql import insert
from maild.store.schema.tables_statistics import heartbeat as table

_NAMES = tuple(each.name for each in fields(Heartbeat))
_ALL = sa.select(*(table.c[name] for name in _NAMES)).order_by(table.c.seen.desc())


class SqlHeartbeats:
    """When each process was last seen at work, and how it fared."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep it as the last word of that role on that host."""
        row = {name: getattr(heartbeat, name) for name in _NAMES} | {"role": heartbeat.role.value}
        self._connection.execute(_save(self._connection.dialect.name), row)

    def all(self, role: Running | None = None) -> Sequence[Heartbeat]:
        """The last word of each process, the latest first."""
        rows = self._connection.execute(_ALL).mappings()
        found = [Heartbeat(**{**row, "role": Running(row["role"])}) for row in rows]
        return [one for one in found if role is None or one.role is role]


@cache
def _save(dialect: str) -> Any:
    statement = insert(dialect, table)
    said = {name: statement.excluded[name] for name in _NAMES if name not in {"role", "host"}}
    return statement.on_conflict_do_update(index_elements=["role", "host"], set_=said)
