"""Templates of notices as staff wrote them: rows are appended, the newest of a name is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import StaleVersion
from maild.domain.outgoing.template import TemplateVersion
from maild.store.schema.tables_console import template_version
from maild.store.texts import SAY

v = template_version.c
_FIELDS = ("id", "name", "body", "actor", "at", "note")
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('maild.template_version'))")

_REVISION = sa.select(sa.func.max(v.id))
_NEWEST = sa.select(sa.func.max(v.id)).where(v.name == sa.bindparam("of_name"))
_CURRENT = sa.select(template_version).where(v.id.in_(sa.select(sa.func.max(v.id)).group_by(v.name)))
_HISTORY = (
    sa.select(template_version)
    .where(v.name == sa.bindparam("of_name"))
    .order_by(v.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_BY_ID = sa.select(template_version).where(v.id == sa.bindparam("at_id"))
_ADD = sa.insert(template_version).returning(v.id)


class SqlTemplateVersions:
    """Templates as staff changed them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revision(self) -> int:
        """Grows with every version: who has seen this number has seen all. One look into an index."""
        return self._connection.scalar(_REVISION) or 0

    def current(self) -> dict[str, TemplateVersion]:
        """The newest version of each name, also where it says 'as shipped again'."""
        return {row.name: _version(row) for row in self._connection.execute(_CURRENT)}

    def history(self, name: str, limit: int = 100) -> list[TemplateVersion]:
        """All versions of a name, newest first."""
        return [_version(row) for row in self._connection.execute(_HISTORY, {"of_name": name, "most": limit})]

    def get(self, version_id: int) -> TemplateVersion | None:
        """The version of that id."""
        row = self._connection.execute(_BY_ID, {"at_id": version_id}).first()
        return _version(row) if row else None

    def add(self, name: str, body: str | None, *, actor: str, at: datetime, note: str = "", seen: int = 0) -> int:
        """Append a version; returns its id. `seen`: the newest version that its author knew, 0 for none.

        Raises StaleVersion where somebody was faster.
        """
        if self._connection.dialect.name == "postgresql":
            # Ids must become visible in their order, or `revision` would hide a version; SQLite has one writer anyway.
            self._connection.execute(_LOCK)
        newest = self._connection.scalar(_NEWEST, {"of_name": name}) or 0
        if newest != seen:
            raise StaleVersion(SAY("template_changed", name=name, number=newest), remedy=SAY("edit_again"))
        row = {"name": name, "body": body, "actor": actor, "at": at, "note": note}
        return int(self._connection.execute(_ADD, row).scalar_one())


def _version(row: Any) -> TemplateVersion:
    return TemplateVersion(**{name: getattr(row, name) for name in _FIELDS})
