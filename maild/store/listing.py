"""Lists, a page at a time by key: as cheap on the last page as on the first.

A filter that allows several values of one indexed column is asked value by value and merged: neither database
walks several ranges of an index in one order by itself, and both would sort all that is found instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import Permanent
from maild.domain.listing import COUNTED, Page
from maild.store.types import Time, clean

F = TypeVar("F")
T = TypeVar("T")
Condition = sa.ColumnElement[bool]
_BETWEEN = "~"  # the parts of a place
_MOST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Several values of one column that are asked for one by one."""

    column: sa.Column[Any]
    values: Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a filter means: conditions that all hold, and perhaps one column with several values.

    source: where to look, instead of the table alone (a join that the conditions need)
    """

    where: Sequence[Condition] = ()
    spread: Spread | None = None
    source: sa.FromClause | None = None


class SqlListing(Generic[F, T]):
    """ports.Listing of one table. `keys`: the columns of its order, the last of which tells any two rows apart."""

    table: sa.Table
    columns: Sequence[Any] = ()  # what is read of it; all where nothing is said
    keys: tuple[sa.Column[Any], ...]
    newest_first = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def asked(self, asked: F) -> Asked:
        """What the filter means."""
        raise NotImplementedError

    def items(self, rows: Sequence[Any]) -> list[T]:
        """The values of rows of the table."""
        raise NotImplementedError

    def page(self, asked: F, *, limit: int = 50, after: str = "", before: str = "", backwards: bool = False) -> Page[T]:
        """Up to `limit` items after or before a place, or from the beginning."""
        down = self.newest_first is not backwards
        place, turned = (before, True) if before else (after, False)
        beyond = [self._beyond(place, down=down is not turned)] if place else []
        wanted = self._rows(self.asked(asked), beyond, down=down is not turned, limit=limit + 1)
        rows = self._connection.execute(wanted).all()
        more, rows = len(rows) > limit, rows[:limit]
        if turned:
            rows = rows[::-1]
        first, last = (self._place(rows[0]), self._place(rows[-1])) if rows else ("", "")
        return Page(
            items=tuple(self.items(rows)),
            before=first if (more if turned else place) else "",
            after=last if (place if turned else more) else "",
        )

    def count(self, asked: F, *, most: int = COUNTED) -> int:
        """How many there are, counted up to `most` + 1."""
        counted = sa.select(self.total(self.asked(asked), most=most))
        return min(int(self._connection.execute(counted).scalar_one()), most + 1)

    def total(self, meant: Asked, *more: Condition, most: int = 0) -> sa.ColumnElement[int]:
        """How many there are, as part of a statement; of each range no more than `most` + 1 if that is given."""
        total: sa.ColumnElement[int] = sa.literal(0)
        for which in _each(meant.spread):
            part = self._select(meant, [*more, *which])
            part = part.limit(most + 1) if most else part
            total = total + sa.select(sa.func.count()).select_from(part.subquery()).scalar_subquery()
        return total

    def _select(self, meant: Asked, more: Sequence[Condition]) -> sa.Select[Any]:
        """The keys of what is meant."""
        chosen = sa.select(*self.keys)
        if meant.source is not None:
            chosen = chosen.select_from(meant.source)
        return chosen.where(*meant.where, *more)

    def _order(self, *, down: bool) -> list[Any]:
        return [key.desc() if down else key.asc() for key in self.keys]

    def _rows(self, meant: Asked, beyond: Sequence[Condition], *, down: bool, limit: int) -> sa.Select[Any]:
        whole = sa.select(*self.columns or (self.table,)).order_by(*self._order(down=down)).limit(limit)
        ranges = list(_each(meant.spread))
        if len(ranges) == 1:
            if meant.source is not None:
                whole = whole.select_from(meant.source)
            return whole.where(*meant.where, *beyond, *ranges[0])
        parts = [
            self._select(meant, [*beyond, *more]).order_by(*self._order(down=down)).limit(limit).subquery()
            for more in ranges
        ]
        last = self.keys[-1]
        found = sa.union_all(*(sa.select(part.c[last.name]) for part in parts))
        return whole.where(last.in_(found))

    def _beyond(self, place: str, *, down: bool) -> Condition:
        """What stands after a place, going up or down."""
        parts = place.split(_BETWEEN, len(self.keys) - 1)
        if len(parts) != len(self.keys):
            raise _no_place(place)
        values = [_read(key, part, place) for key, part in zip(self.keys, parts, strict=True)]
        if len(values) == 1:
            mine, there = self.keys[0], sa.literal(values[0], self.keys[0].type)
            return mine < there if down else mine > there
        ours = sa.tuple_(*self.keys)
        theirs = sa.tuple_(*(sa.literal(value, key.type) for key, value in zip(self.keys, values, strict=True)))
        return ours < theirs if down else ours > theirs

    def begins(self, column: sa.Column[Any], text: str) -> Condition:
        """Whether the column begins with `text`. In SQLite a range of its index; PostgreSQL's may be in the order of
        a language, in which what begins alike does not stand together.
        """
        start = clean(text)
        if self._connection.dialect.name == "sqlite":
            return sa.and_(column >= start, column < start + "\U0010ffff")
        return column.startswith(start, autoescape=True)

    def _place(self, row: Any) -> str:
        return _BETWEEN.join(_written(getattr(row, key.name)) for key in self.keys)


def _each(spread: Spread | None) -> list[list[Condition]]:
    """The conditions of each range: one without any where nothing is spread."""
    if spread is None or not spread.values:
        return [[]]
    return [[spread.column == value] for value in spread.values]


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _read(key: sa.Column[Any], part: str, place: str) -> Any:
    try:
        if isinstance(key.type, sa.Integer):
            if abs(number := int(part)) > _MOST_ID:
                raise _no_place(place)
            return number
        if isinstance(key.type, Time):
            moment = datetime.fromisoformat(part)
            if moment.tzinfo is None:
                raise _no_place(place)
            return moment
        if isinstance(key.type, sa.Date):
            return date.fromisoformat(part)
    except ValueError as error:
        raise _no_place(place) from error
    return part


def _no_place(place: str) -> Permanent:
    return Permanent(f"'{clean(place)[:60]}' is no place in this list", remedy="begin at its first page")
