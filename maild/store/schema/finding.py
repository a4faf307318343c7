"""Typed text against one folded column: any part of a word is found. As the column stands in the index of a list,
reading all of it costs little (200,000 patrons: some 25 ms); requests, of which there are more, have an index of their
own for it (maild.store.desk.grams).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.search import MOST_QUERY, MOST_TERMS, fold
from maild.store.engine import READ_ONLY
from maild.store.schema.types import clean
from maild.traditional import simplified

FEW = 500  # rows that are named one by one
_SPECIAL, _ESCAPED = re.compile(r"[\\%_]"), r"\\\g<0>"  # of LIKE
MOST_KEY = 600  # characters: in UTF-8 an index row of PostgreSQL may have 2,700 bytes


def request_key(number: str, title: str) -> str:
    """What a request is found by."""
    return _key(number, title)


def patron_key(patron_id: str, name: str, login: str, addresses: Iterable[str], department: str) -> str:
    """What a patron is found by."""
    return _key(patron_id, name, login, *addresses, department)


def has(connection: Connection, column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """Whether a key has every term of the text in it, wherever; width, case and variants do not count."""
    asked = terms(text)
    if connection.dialect.name == "sqlite":
        found = [sa.func.instr(column, term) > 0 for term in asked]
    else:  # strpos() prepares a search anew for each row
        found = [column.like(f"%{_SPECIAL.sub(_ESCAPED, term)}%") for term in asked]
    return sa.and_(*found) if asked else sa.false()


def terms(text: str) -> list[str]:
    """What is looked for of a typed text, as keys have it."""
    return _fold(text[:MOST_QUERY]).split()[:MOST_TERMS]


class Few:
    """Which rows a text fits, asked first: where they are few they are named one by one, and found by an index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], list[str]] = {}

    def named(
        self, what: str, text: str, wanted: Callable[[], sa.Select[Any]], most: int = FEW
    ) -> Sequence[str] | None:
        """What the statement finds, which is of the text alone; None where there are more than `most`. While nothing is
        written they are looked for once, however many lists ask for `what`.
        """
        kept = what, text
        if kept not in self._known or not self._connection.get_execution_options().get(READ_ONLY, False):
            self._known[kept] = list(self._connection.scalars(wanted().limit(most + 1)))
        found = self._known[kept]
        return found if len(found) <= most else None


def _key(*parts: str) -> str:
    return " ".join(" ".join(_fold(part).split()) for part in parts if part)[:MOST_KEY]


def _fold(text: str) -> str:
    return fold(clean(text), simplified)
