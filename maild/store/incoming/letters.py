"""Letters of librarians to libraries about requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.incoming.letter import Letter
from maild.store._sql import any_of, chunks, insert_if_new
from maild.store.prepared import Prepared
from maild.store.schema.tables_console import letter

le = letter.c

_KNOWN = Prepared(
    sa.select(le.address).distinct().where(le.address.in_(any_of("addresses")), le.at >= sa.bindparam("since"))
)
_ABOUT = Prepared(
    sa.select(le.number)
    .distinct()
    .where(
        le.address == sa.bindparam("address"),
        le.message_id.in_(any_of("messages")),
        le.at >= sa.bindparam("since"),
    )
    .order_by(le.number)
)


class SqlLetters:
    """Letters of librarians to libraries about requests."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, letters: Sequence[Letter]) -> None:
        """Remember them; one that is known stays as it is."""
        if letters:
            statement = insert_if_new(self._connection.dialect.name, letter, "address", "message_id", "number")
            self._connection.execute(statement, [asdict(each) for each in letters])

    def known(self, addresses: Sequence[str], since: datetime) -> frozenset[str]:
        """Those of the addresses (lower case) that were written to since then."""
        found: set[str] = set()
        for some in chunks(address for address in addresses if address):
            found |= set(_KNOWN.scalars(self._connection, {"addresses": some, "since": since}))
        return frozenset(found)

    def about(self, address: str, message_ids: Sequence[str], since: datetime) -> list[str]:
        """Numbers of the requests that the letters to that address with these Message-IDs were about."""
        if not message_ids:
            return []
        values = {"address": address, "messages": list(message_ids), "since": since}
        return _ABOUT.scalars(self._connection, values)

    def remove(self, address: str) -> int:
        """Forget the letters to an address; how many there were."""
        return self._connection.execute(sa.delete(letter).where(le.address == address.lower())).rowcount
