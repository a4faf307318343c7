"""The trial balance: kept up to some entry and summed from there, so that it costs the same however old the books are.

Entries are never changed, so what was summed once holds for ever. It is kept among the figures of the past, and is
only ever exact: what came since is added when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.ledger import Book
from maild.domain.money import Money
from maild.store._sql import insert
from maild.store.schema.tables_money import ledger_entry, ledger_posting
from maild.store.schema.tables_statistics import figure
from maild.store.schema.types import money

p, f = ledger_posting.c, figure.c
# A figure of this name: key is the book, second the currency, value the cents, count the last entry that is in it.
KEPT = "trial balance"
_DAY = date(1970, 1, 1)  # it is of no day
LATE = 5000  # an entry may be committed after later ones: no transaction is open while so many others are written

_KEPT = (f.measure == KEPT, f.day == _DAY)
_UPTO = sa.select(sa.func.coalesce(sa.func.max(f.count), 0)).where(*_KEPT).scalar_subquery()
_LAST = sa.select(sa.func.coalesce(sa.func.max(ledger_entry.c.id), 0))


def _sums(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """What is kept, and the entries after that."""
    kept = sa.select(f.key.label("book"), f.second.label("currency"), f.value.label("cents")).where(*_KEPT)
    # As text: a book and a key are not of one type.
    book = sa.type_coerce(p.book, sa.Text()).label("book")
    later = sa.select(book, p.currency, p.cents).where(p.entry_id > _UPTO, *where)
    both = kept.union_all(later).subquery()
    total = sa.cast(sa.func.sum(both.c.cents), sa.BigInteger).label("cents")
    return sa.select(both.c.book, both.c.currency, total).group_by(both.c.book, both.c.currency)


_BALANCES = _sums()
_BALANCES_UPTO = _sums(p.entry_id <= sa.bindparam("upto"))
_WRONG = (
    sa.select(f.key, f.second, f.value, sa.cast(sa.func.sum(p.cents), sa.BigInteger))
    .select_from(
        figure.outerjoin(
            ledger_posting,
            sa.and_(sa.type_coerce(p.book, sa.Text()) == f.key, p.currency == f.second, p.entry_id <= f.count),
        )
    )
    .where(*_KEPT)
    .group_by(f.key, f.second, f.value)
    .having(sa.func.coalesce(sa.func.sum(p.cents), 0) != f.value)
)


def balances(connection: Connection) -> dict[tuple[Book, str], Money]:
    """By book and currency: each currency sums to zero."""
    found = {}
    for row in connection.execute(_BALANCES):
        if (amount := money(row.cents, row.currency)) is not None:
            found[Book(row.book), row.currency] = amount
    return found


def keep(connection: Connection, late: int = LATE) -> None:
    """Keep the balance up to the entry before the last `late` ones. Harmless to repeat, on several hosts as well."""
    upto = int(connection.scalar(_LAST) or 0) - late
    if upto <= int(connection.scalar(sa.select(_UPTO)) or 0):
        return
    rows = [
        {"measure": KEPT, "day": _DAY, "key": row.book, "second": row.currency, "count": upto, "value": row.cents}
        for row in connection.execute(_BALANCES_UPTO, {"upto": upto})
    ]
    if rows:
        connection.execute(_put(connection.dialect.name), rows)


@cache
def _put(dialect: str) -> Any:
    """What another host has kept meanwhile, and that reaches further, stays."""
    statement = insert(dialect, figure)
    said = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["measure", "day", "key", "second"],
        set_={"count": said.count, "value": said.value},
        where=said.count > f.count,
    )


def faults(connection: Connection) -> Iterator[str]:
    """A sentence for each kept sum that is not that of its entries."""
    for book, currency, kept, found in connection.execute(_WRONG):
        yield f"the kept balance of {book} is {kept} {currency} cents, its entries come to {found or 0}"
