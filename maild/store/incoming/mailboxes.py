"""How far each folder of each mailbox is read."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.journal import MailboxState
from maild.store._sql import insert
from maild.store.schema.tables import mailbox_state

_PROGRESS = ("uidvalidity", "last_uid", "baseline_uid", "armed", "filing")
_STATE = sa.select(mailbox_state).where(mailbox_state.c.mailbox == sa.bindparam("name"))


class SqlMailboxes:
    """How far each folder has been read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self, mailbox: str) -> MailboxState | None:
        """How far a mailbox has been read, or None if it was never seen."""
        row = self._connection.execute(_STATE, {"name": mailbox}).first()
        return MailboxState(**row._mapping) if row else None

    def save(self, state: MailboxState) -> None:
        """Insert or replace."""
        row = {name: getattr(state, name) for name in ("mailbox", *_PROGRESS)}
        self._connection.execute(_save_state(self._connection.dialect.name), row)

    def progress(self, mailbox: str, uidvalidity: int, last_uid: int) -> None:
        """Move the mark forward, and touch nothing else: an operator may be arming the folder at this moment."""
        here = (mailbox_state.c.mailbox == mailbox, mailbox_state.c.uidvalidity == uidvalidity)
        behind = mailbox_state.c.last_uid < last_uid
        self._connection.execute(sa.update(mailbox_state).where(*here, behind).values(last_uid=last_uid))

    def all(self) -> list[MailboxState]:
        """All mailboxes, by name."""
        rows = self._connection.execute(sa.select(mailbox_state).order_by(mailbox_state.c.mailbox))
        return [MailboxState(**row._mapping) for row in rows]


@cache
def _save_state(dialect: str) -> Any:
    """Insert or replace how far a mailbox has been read."""
    statement = insert(dialect, mailbox_state)
    replaced = {name: statement.excluded[name] for name in _PROGRESS}
    return statement.on_conflict_do_update(index_elements=["mailbox"], set_=replaced)
