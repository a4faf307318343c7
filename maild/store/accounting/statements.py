"""Statement lines: money that is really there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.channel import booked
from maild.domain.accounting.statement import StatementLine
from maild.store._sql import chunks, insert_if_new
from maild.store.schema.tables_money import statement_line
from maild.store.schema.types import cents, key_text, money

_PLAIN = (
    "key",
    "format",
    "channel",
    "booked",
    "time",
    "account",
    "payer",
    "payer_account",
    "purpose",
    "serials",
    "department",
    "project",
    "file",
    "row",
)
s = statement_line.c
_BY_KEY = sa.select(statement_line).where(s.key == sa.bindparam("at_key"))
_UNPLACED = (
    sa.select(statement_line)
    .where(sa.text("placed_cents <> cents"))  # word by word as its partial index has it
    .order_by(s.booked, s.key)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_OPEN, _WENT_OUT = _UNPLACED.where(s.cents > 0), _UNPLACED.where(s.cents < 0)


class SqlStatements:
    """Imported statement lines; which of them are used is told by the ledger entries that name them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, lines: Sequence[StatementLine], now: datetime) -> list[str]:
        """Keys that are new, in the order given; known ones are left alone."""
        statement = insert_if_new(self._connection.dialect.name, statement_line, "key").returning(s.key)
        unique = {key_text(line.key, 200): line for line in reversed(lines)}
        new: set[str] = set()
        for some in chunks(unique):
            new |= set(self._connection.scalars(statement, [_row(unique[key], now) for key in some]))
        return [key for key in dict.fromkeys(line.key for line in lines) if key_text(key, 200) in new]

    def get(self, key: str) -> StatementLine | None:
        """The line of that key."""
        row = self._connection.execute(_BY_KEY, {"at_key": key}).first()
        return statement_of(row) if row else None

    def open(self, *, limit: int = 1000) -> list[StatementLine]:
        """Lines of incoming money that no ledger entry names or whose money is UNCLAIMED still, oldest first."""
        return [statement_of(row) for row in self._connection.execute(_OPEN, {"most": limit})]

    def went_out(self, *, limit: int = 1000) -> list[StatementLine]:
        """Money that went out and that no refund explains yet, oldest first."""
        return [statement_of(row) for row in self._connection.execute(_WENT_OUT, {"most": limit})]

    def find(self, *, since: date | None = None, limit: int = 1000) -> list[StatementLine]:
        """Newest first."""
        statement = sa.select(statement_line).order_by(s.booked.desc(), s.key.desc()).limit(limit)
        if since is not None:
            statement = statement.where(s.booked >= since)
        return [statement_of(row) for row in self._connection.execute(statement)]


def _row(line: StatementLine, now: datetime) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in _PLAIN}
    return values | {"cents": cents(line.amount), "currency": line.amount.currency, "stored": now, "placed_cents": 0}


def statement_of(row: Any) -> StatementLine:
    """The line of a row."""
    values = {name: getattr(row, name) for name in _PLAIN}
    amount = money(row.cents, row.currency)
    assert amount is not None
    return StatementLine(**values | {"amount": amount, "serials": tuple(row.serials), "channel": booked(row.channel)})
