"""What was learned from the office's own history: weights by version, and the decisions which of them speak."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.learning.learned import Model, Use, Used
from maild.store._sql import insert_if_new
from maild.store.schema.tables_console import learned_model, learned_use

m, u = learned_model.c, learned_use.c
_MODEL = (m.version, m.made, m.actor, m.report)
_USE = (u.id, u.at, u.actor, u.what, u.version, u.note)


class SqlLearnedModels:
    """The second reader's models."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, version: str, weights: bytes, report: Mapping[str, object], *, actor: str, at: datetime) -> None:
        """Keep weights; those that are known already are left as they are."""
        row = {"version": version, "made": at, "actor": actor, "weights": weights, "report": report}
        self._connection.execute(insert_if_new(self._connection.dialect.name, learned_model, "version"), row)

    def models(self, limit: int = 50) -> list[Model]:
        """All versions, newest first, without their weights."""
        rows = self._connection.execute(sa.select(*_MODEL).order_by(m.made.desc(), m.version).limit(limit))
        return [Model(**row._mapping) for row in rows]

    def get(self, version: str) -> Model | None:
        """That version, without its weights."""
        row = self._connection.execute(sa.select(*_MODEL).where(m.version == version)).first()
        return Model(**row._mapping) if row else None

    def weights(self, version: str) -> bytes | None:
        """The weights of that version, as `classify.second.pack` made them."""
        found: Any = self._connection.scalar(sa.select(m.weights).where(m.version == version))
        return None if found is None else bytes(found)

    def last(self) -> Used | None:
        """The decision that is in force."""
        return next(iter(self.uses(1)), None)

    def uses(self, limit: int = 50) -> list[Used]:
        """All decisions, newest first."""
        rows = self._connection.execute(sa.select(*_USE).order_by(u.id.desc()).limit(limit))
        return [Used(**row._mapping) for row in rows]

    def use(self, what: Use, version: str, *, actor: str, at: datetime, note: str = "") -> int:
        """Decide; returns the decision's id."""
        row = {"what": what, "version": version, "actor": actor, "at": at, "note": note}
        return int(self._connection.execute(sa.insert(learned_use).returning(u.id), row).scalar_one())
