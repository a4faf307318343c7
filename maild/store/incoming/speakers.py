"""Addresses of which staff said for whom they speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.incoming.speaker import Speaker
from maild.store._sql import any_of, chunks, contains
from maild.store.prepared import Prepared
from maild.store.schema.tables_console import sender_speaks

s = sender_speaks.c

_THESE = Prepared(sa.select(s.address, s.institution).where(s.address.in_(any_of("addresses"))))


class SqlSpeakers:
    """Addresses are compared in lower case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, speaker: Speaker) -> None:
        """From now on; whom it spoke for before is forgotten."""
        self.remove(speaker.address)
        values = asdict(speaker) | {"address": speaker.address.lower()}
        self._connection.execute(sa.insert(sender_speaks), values)

    def get(self, address: str) -> Speaker | None:
        """Whom the address speaks for, by whose word."""
        row = self._connection.execute(sa.select(sender_speaks).where(s.address == address.lower())).first()
        return Speaker(**row._mapping) if row else None

    def named(self, addresses: Sequence[str]) -> dict[str, str]:
        """Address (lower case) → id, of those that are known."""
        found: dict[str, str] = {}
        for some in chunks(address.lower() for address in addresses if address):
            found |= {row.address: row.institution for row in _THESE.rows(self._connection, {"addresses": some})}
        return found

    def remove(self, address: str) -> bool:
        """It speaks for nobody any more; whether it did."""
        gone = sa.delete(sender_speaks).where(s.address == address.lower())
        return self._connection.execute(gone).rowcount == 1

    def find(self, *, text: str = "", limit: int = 1000) -> list[Speaker]:
        """By address; `text` is looked for in address, institution and reason."""
        statement = sa.select(sender_speaks).order_by(s.address).limit(limit)
        if text:
            statement = statement.where(contains(text, s.address, s.institution, s.reason))
        return [Speaker(**row._mapping) for row in self._connection.execute(statement)]
