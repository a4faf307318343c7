"""Senders that staff ignore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.ignored import IgnoredSender
from maild.store._sql import any_of, chunks, contains, insert_if_new
from maild.store.prepared import Prepared
from maild.store.schema.tables_console import ignored_sender

i = ignored_sender.c

_THESE = Prepared(sa.select(ignored_sender).where(i.address.in_(any_of("addresses"))))


class SqlIgnoredSenders:
    """Addresses are compared in lower case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sender: IgnoredSender) -> bool:
        """Ignore it from now on; False, and nothing changes, where it is ignored already."""
        statement = insert_if_new(self._connection.dialect.name, ignored_sender, "address").returning(i.address)
        values = asdict(sender) | {"address": sender.address.lower()}
        return self._connection.execute(statement, values).first() is not None

    def get(self, address: str) -> IgnoredSender | None:
        """Who ignores the address since when, and why."""
        return self.get_many([address]).get(address.lower())

    def get_many(self, addresses: Sequence[str]) -> dict[str, IgnoredSender]:
        """Those of the addresses that are ignored."""
        found: dict[str, IgnoredSender] = {}
        for some in chunks(address.lower() for address in addresses if address):
            for row in _THESE.rows(self._connection, {"addresses": some}):
                found[row.address] = IgnoredSender(**row._asdict())
        return found

    def remove(self, address: str) -> bool:
        """Ignore it no more; whether it was ignored."""
        gone = sa.delete(ignored_sender).where(i.address == address.lower())
        return self._connection.execute(gone).rowcount == 1

    def find(self, *, text: str = "", limit: int = 1000) -> list[IgnoredSender]:
        """By address; `text` is looked for in address and reason."""
        statement = sa.select(ignored_sender).order_by(i.address).limit(limit)
        if text:
            statement = statement.where(contains(text, i.address, i.reason))
        return [IgnoredSender(**row._mapping) for row in self._connection.execute(statement)]
