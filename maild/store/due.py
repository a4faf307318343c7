"""The short look: whether there may be anything to claim. No lock, no transaction, one statement.

It is made some times a second by a process that rests, and what is rarely run costs many times what it costs when it
is run in a row (docs/decisions/0121): so it has a connection of its own and goes past everything that it can.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from maild.domain.operation.waits import MAIL_CAP, NOTICE_CAP, Due
from maild.store.engine import connect
from maild.store.prepared import Prepared
from maild.store.schema.tables import mail, outbox
from maild.store.schema.types import Time


def _due(free_at: sa.Column[Any], far: str) -> sa.ColumnElement[bool]:
    over = sa.or_(free_at <= sa.bindparam("now", type_=Time), free_at > sa.bindparam(far, type_=Time))
    return sa.exists().where(free_at.is_not(None), over)


_LOOK = Prepared(
    sa.select(_due(mail.c.free_at, "mails_far").label("mails"), _due(outbox.c.free_at, "notices_far").label("notices"))
)


class DueLook:
    """Safe from several threads. The connection is made at the first look, and anew after one that failed."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, threading.Lock()
        self._connection: Connection | None = None
        if engine.dialect.name != "sqlite":  # there nothing is begun unless it is asked for (maild.store.engine)
            self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def look(self, now: datetime) -> Due:
        """Waits and leases by one clock, the caller's. Raises Temporary or Permanent."""
        asked = {"now": now, "mails_far": now + MAIL_CAP, "notices_far": now + NOTICE_CAP}
        with self._lock:
            if self._connection is None:
                self._connection = connect(self._engine)
            try:
                found = _LOOK.row(self._connection, asked)
            except BaseException:
                self._drop()
                raise
        return Due(mails=bool(found.mails), notices=bool(found.notices))

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
