"""Copies of notices that left, which lie in the database until their files are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.copies import joined
from maild.store._sql import any_of, insert_if_new
from maild.store.prepared import Prepared
from maild.store.schema.tables_service import fresh_copy

c = fresh_copy.c
_ONE = sa.select(c.whole).where(c.name == sa.bindparam("asked"))
_SOME = sa.select(c.name, c.whole).order_by(c.name).limit(sa.bindparam("most", type_=sa.Integer))
_DROP = sa.delete(fresh_copy).where(c.name.in_(any_of("names"))).returning(c.name)


@cache
def _add(dialect: str) -> Prepared:
    return Prepared(insert_if_new(dialect, fresh_copy, "name"))


class SqlFreshCopies:
    """Copies by name (SHA-256 in hex of their bytes)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, copies: Mapping[str, bytes]) -> None:
        """Keep these; one that is there changes nothing."""
        if rows := [{"name": name, "whole": whole} for name, whole in copies.items()]:
            _add(self._connection.dialect.name).change(self._connection, rows)

    def mail(self, name: str, blob: Callable[[str], bytes]) -> bytes:
        """The mail as it left. blob: the bytes of a blob, which a copy is once it is no longer here.

        Raises Damaged, and what `blob` does.
        """
        whole = self._connection.execute(_ONE, {"asked": name}).scalar()
        return joined(whole if whole is not None else blob(name), blob)

    def some(self, most: int) -> dict[str, bytes]:
        """Up to so many of them."""
        return {row.name: row.whole for row in self._connection.execute(_SOME, {"most": most})}

    def drop(self, names: Iterable[str]) -> set[str]:
        """Their files are written; those that were still here."""
        wanted = sorted(names)
        return set(self._connection.scalars(_DROP, {"names": wanted})) if wanted else set()
