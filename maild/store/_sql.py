"""Small helpers that all repositories share.

PostgreSQL's dialect is imported where it is spoken: it costs every other process 0.03 s and 3 MB.

Statements on the way of every mail are module constants with bound parameters: SQLAlchemy then neither
builds nor hashes them anew, which costs four to eight times the statement itself (docs/decisions).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from maild.domain.operation.waits import LEASE_CAP
from maild.domain.text import normalise
from maild.store.schema.types import Time, clean

T = TypeVar("T")

# IN lists are cut to this many values: well below the limits of both databases.
CHUNK = 500


def insert(dialect: str, table: sa.Table) -> Any:
    """The INSERT of a dialect, which knows ON CONFLICT (the same words in both)."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


@cache
def insert_if_new(dialect: str, table: sa.Table, *key: str) -> Any:
    """INSERT … ON CONFLICT (key) DO NOTHING, made once for each dialect."""
    return insert(dialect, table).on_conflict_do_nothing(index_elements=key)


def any_of(name: str) -> sa.BindParameter[Any]:
    """A parameter that stands for a list of values."""
    return sa.bindparam(name, expanding=True)


def among(connection: Connection, column: Any, values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Whether the column has one of many numbers or texts: one parameter, however many they are. A list of thousands of
    parameters costs either database more than the rows that it finds.
    """
    if connection.dialect.name == "sqlite":
        each = sa.func.json_each(json.dumps(values)).table_valued("value")
        found: sa.ColumnElement[bool] = column.in_(sa.select(each.c.value))
        return found
    from sqlalchemy.dialects.postgresql import ARRAY

    kind = ARRAY(column.type)
    whole: Any = sa.literal(values, kind)
    if isinstance(column.type, sa.Integer):  # as one text: the driver looks at each number of a list by itself
        whole = sa.cast(sa.literal(f"{{{','.join(map(str, values))}}}", sa.Text), kind)
    same: sa.ColumnElement[bool] = column == sa.any_(whole)
    return same


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """`values` without repetitions, in order, in lists of at most `size`."""
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), size):
        yield unique[start : start + size]


def folded(text: str) -> str:
    """A name or login for comparison: width, case and spaces do not count (張三 stays 張三)."""
    return "".join(normalise(text).casefold().split())


def contains(text: str, *columns: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Whether `text` occurs in any of the columns, case apart; % and _ are ordinary characters."""
    return sa.or_(*(sa.cast(column, sa.Text).icontains(clean(text), autoescape=True) for column in columns))


def is_free(free_at: sa.Column[Any], leased: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether a row may be claimed: its wait, or the lease on it, is over; or it ends beyond its cap, which no clock
    that is right has written. Takes the parameters of `free_when`.
    """
    moment = sa.case((leased, _moment("lease_now")), else_=_moment("now"))
    far = sa.case((leased, _moment("lease_far")), else_=_moment("far"))
    return sa.and_(free_at.is_not(None), sa.or_(free_at <= moment, free_at > far))


def _moment(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=Time)


def free_when(now: datetime, cap: timedelta, lease_now: datetime) -> Mapping[str, datetime]:
    """The parameters of `is_free`. cap: the longest a row may be put off; lease_now: by the clock that leases go by."""
    return {"now": now, "far": now + cap, "lease_now": lease_now, "lease_far": lease_now + LEASE_CAP}


def database_now(connection: Connection) -> datetime:
    """The database's own clock."""
    if connection.dialect.name == "sqlite":
        text = connection.scalar(sa.text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"))
        return datetime.fromisoformat(str(text))
    moment: datetime = connection.execute(sa.select(sa.func.now())).scalar_one()
    return moment
