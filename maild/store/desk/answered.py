"""Answers of the API under a key, for who asks again."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.access import Answered
from maild.store._sql import insert_if_new
from maild.store.schema.tables_console import api_answer

KEEP = timedelta(days=7)
DEAD = timedelta(minutes=10)  # longer than any answer takes: who began it has died

a = api_answer.c


class SqlApiAnswers:
    """What was answered to a request of the API that may be asked twice."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, account: str, key: str, digest: str, now: datetime) -> Answered | None:
        """Work under this key begins; or what is known of it: it is answered, or being worked on. What a process that
        died had begun is begun anew.
        """
        gone = (a.at < now - KEEP) | (a.at > now + KEEP) | (a.status.is_(None) & (a.at < now - DEAD))
        self._connection.execute(sa.delete(api_answer).where(gone))
        row = {"account": account, "key": key, "digest": digest, "at": now, "status": None, "body": ""}
        statement = insert_if_new(self._connection.dialect.name, api_answer, "account", "key").returning(a.key)
        if self._connection.execute(statement, row).first() is not None:
            return None
        known = self._connection.execute(sa.select(api_answer).where(a.account == account, a.key == key)).one()
        return Answered(digest=known.digest, at=known.at, status=known.status, body=known.body)

    def keep(self, account: str, key: str, status: int, body: str) -> None:
        """The answer, for who asks again."""
        one = sa.update(api_answer).where(a.account == account, a.key == key)
        self._connection.execute(one.values(status=status, body=body))

    def drop(self, account: str, key: str) -> None:
        """There was no answer worth keeping: the key is free."""
        self._connection.execute(sa.delete(api_answer).where(a.account == account, a.key == key))
