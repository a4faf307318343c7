"""Copies of sent notices that are still to be laid into the folder of sent mail."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.operation.waits import COPY_CAP
from maild.domain.records.copies import SentCopy
from maild.store._sql import any_of, insert_if_new
from maild.store.schema.tables import outbox
from maild.store.schema.tables_service import sent_copy

c = sent_copy.c
# What is due further off than any wait may be was written by a clock that was ahead.
_DUE = (
    sa.select(c.outbox_id)
    .where(sa.or_(c.due <= sa.bindparam("now", type_=c.due.type), c.due > sa.bindparam("far", type_=c.due.type)))
    .order_by(c.outbox_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
_CLAIM = (
    sa.update(sent_copy)
    .where(c.outbox_id.in_(sa.select(_DUE.c.outbox_id)))
    .values(due=sa.bindparam("until", type_=c.due.type), tries=c.tries + 1)
    .returning(c.outbox_id, c.tries)
)
_SENT = sa.select(outbox.c.id, outbox.c.message_id, outbox.c.copy, outbox.c.sent).where(outbox.c.id.in_(any_of("ids")))
_ONE = c.outbox_id == sa.bindparam("at_id")


class SqlSentCopies:
    """Copies of what left that are still to be laid into a folder."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def want(self, outbox_id: int, now: datetime) -> None:
        """A copy is to be laid; wanting it again changes nothing."""
        statement = insert_if_new(self._connection.dialect.name, sent_copy, "outbox_id")
        self._connection.execute(statement, {"outbox_id": outbox_id, "due": now, "tries": 0, "reply": ""})

    def claim(self, limit: int, now: datetime, until: datetime) -> list[SentCopy]:
        """Up to `limit` that are due, oldest first; they are nobody else's until then."""
        asked = {"most": limit, "now": now, "far": now + COPY_CAP, "until": until}
        tries = {row.outbox_id: row.tries for row in self._connection.execute(_CLAIM, asked)}
        rows = self._connection.execute(_SENT, {"ids": sorted(tries)}) if tries else ()
        found = [
            SentCopy(outbox_id=r.id, message_id=r.message_id, copy=r.copy, sent=r.sent or now, tries=tries[r.id])
            for r in rows
        ]
        return sorted(found, key=lambda one: one.outbox_id)

    def later(self, outbox_id: int, due: datetime, reply: str) -> None:
        """It is tried again then; reply: why."""
        self._connection.execute(sa.update(sent_copy).where(_ONE), {"at_id": outbox_id, "due": due, "reply": reply})

    def done(self, outbox_id: int) -> None:
        """It lies there, or nobody wants it any more."""
        self._connection.execute(sa.delete(sent_copy).where(_ONE), {"at_id": outbox_id})

    def waiting(self) -> int:
        """How many are still to be laid."""
        return self._connection.execute(sa.select(sa.func.count()).select_from(sent_copy)).scalar_one()
