"""Lists, a page at a time by key: as cheap on the last page as on the first.

A filter that allows several values of one indexed column is asked value by value (a `Way` each) and merged: neither
database walks several ranges of an index in one order by itself, and both would sort all that is found instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.listing import COUNTED, Page
from maild.domain.errors import Permanent
from maild.store.schema.types import Time, clean
from maild.store.texts import SAY

F = TypeVar("F")
T = TypeVar("T")
Condition = sa.ColumnElement[bool]
_BETWEEN = "~"  # the parts of a place
_MOST_ID = 2**63 - 1
# Rows are numbered as they are written, but for what clocks of several hosts differ by.
SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One of several ways to be in a list: conditions that all hold, looked for in the table or in `source`, a join
    that brings columns of the same order along as `keys`."""

    where: Sequence[Condition] = ()
    source: sa.FromClause | None = None
    keys: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a filter means: conditions that all hold, in any of some ways that share no row.

    walks: the same rows by other ways, where those bring a page in its order better than they count
    """

    where: Sequence[Condition] = ()
    ways: Sequence[Way] = (Way(),)
    walks: Sequence[Way] = ()


def spread(column: sa.Column[Any], values: Sequence[Any]) -> Sequence[Way]:
    """Several values of an indexed column, a way each; no value: any."""
    return [Way(where=[column == value]) for value in dict.fromkeys(values)] or [Way()]


class SqlListing(Generic[F, T]):
    """One list of one table, a page at a time, cheap however long it is.

    keys: the columns of its order, the last of which tells any two rows apart
    """

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
        wanted = self._rows(self.asked(asked), place, down=down is not turned, limit=limit + 1)
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
        """How many there are, as part of a statement; in each way no more than `most` + 1 if that is given."""
        total: sa.ColumnElement[int] = sa.literal(0)
        for way in meant.ways:
            part = self._select(way, self._keys(way), [*meant.where, *more])
            part = part.limit(most + 1) if most else part
            total = total + sa.select(sa.func.count()).select_from(part.subquery()).scalar_subquery()
        return total

    def _keys(self, way: Way) -> Sequence[Any]:
        return way.keys or self.keys

    def _select(self, way: Way, columns: Sequence[Any], where: Sequence[Condition]) -> sa.Select[Any]:
        chosen = sa.select(*columns)
        if way.source is not None:
            chosen = chosen.select_from(way.source)
        return chosen.where(*where, *way.where)

    def _rows(self, meant: Asked, place: str, *, down: bool, limit: int) -> sa.Select[Any]:
        """The rows after a place, going up or down."""
        columns, ways = self.columns or (self.table,), meant.walks or meant.ways
        if len(ways) == 1:
            return self._slice(meant, ways[0], columns, place, down=down, limit=limit)
        parts = [self._slice(meant, way, self._keys(way), place, down=down, limit=limit).subquery() for way in ways]
        found = sa.union_all(*(sa.select(list(part.c)[-1]) for part in parts))
        return sa.select(*columns).where(self.keys[-1].in_(found)).order_by(*_order(self.keys, down)).limit(limit)

    def _slice(
        self, meant: Asked, way: Way, columns: Sequence[Any], place: str, *, down: bool, limit: int
    ) -> sa.Select[Any]:
        keys = self._keys(way)
        beyond = [_beyond(keys, place, down=down)] if place else []
        return self._select(way, columns, [*meant.where, *beyond]).order_by(*_order(keys, down)).limit(limit)

    def begins(self, column: sa.ColumnElement[Any], text: str) -> Condition:
        """Whether the column begins with `text`: a range of its index (in PostgreSQL of one made for that, as others
        are in the order of a language, in which what begins alike does not stand together).
        """
        start = clean(text)
        if self._connection.dialect.name == "sqlite":
            return sa.and_(column >= start, column < start + "\U0010ffff")
        return column.startswith(start, autoescape=True)

    def distinct(self, column: sa.Column[Any]) -> list[str]:
        """The values of an indexed column, one look each: neither database does that for DISTINCT."""
        first = sa.select(sa.func.min(column).label("value")).cte("seen", recursive=True)
        following = sa.select(sa.func.min(column)).where(column > first.c.value).scalar_subquery()
        seen = first.union_all(sa.select(following).where(first.c.value.is_not(None)))
        return [value for value in self._connection.scalars(sa.select(seen.c.value)) if value is not None]

    def contains(self, text: str, *columns: sa.Column[Any]) -> Condition:
        """Whether `text` occurs in any of the columns, case apart: read through, so for lists that are short."""
        joined: Any = sa.func.coalesce(sa.cast(columns[0], sa.Text), "")
        for column in columns[1:]:
            joined = joined.concat("\n").concat(sa.func.coalesce(sa.cast(column, sa.Text), ""))
        place = sa.func.instr if self._connection.dialect.name == "sqlite" else sa.func.strpos
        return place(sa.func.lower(joined), sa.func.lower(clean(text))) > 0

    def _place(self, row: Any) -> str:
        return _BETWEEN.join(_written(getattr(row, key.name)) for key in self.keys)


def _order(keys: Sequence[Any], down: bool) -> list[Any]:
    return [key.desc() if down else key.asc() for key in keys]


def _beyond(keys: Sequence[Any], place: str, *, down: bool) -> Condition:
    """What stands after a place, going up or down."""
    parts = place.split(_BETWEEN, len(keys) - 1)
    if len(parts) != len(keys):
        raise _no_place(place)
    values = [_read(key, part, place) for key, part in zip(keys, parts, strict=True)]
    if len(values) == 1:
        mine: Condition = keys[0]
        there = sa.literal(values[0], keys[0].type)
        return mine < there if down else mine > there
    ours = sa.tuple_(*keys)
    theirs = sa.tuple_(*(sa.literal(value, key.type) for key, value in zip(keys, values, strict=True)))
    return ours < theirs if down else ours > theirs


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
    return Permanent(SAY("no_place", place=clean(place)[:60]), remedy=SAY("begin_at_first"))
