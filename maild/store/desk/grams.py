"""Which requests may have a text in their key: found by its grams, pieces of three characters and of two of a script
without spaces. The database cuts keys into grams itself (maild.store.schema.tables_search), so no statement that writes
a request has to think of it; what is asked for is cut here. Who has all grams of a text need not have the text, so the
key is still looked at.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.store.schema.finding import has, terms
from maild.store.schema.tables import transactions
from maild.store.schema.tables_search import LAST, WIDE

t = transactions.c
_NARROW_SIZE, _WIDE_SIZE = 3, 2
# The latest requests are not in SQLite's index yet: they are looked at one by one.
_MAYBE = (
    sa.text(
        """SELECT n.number FROM search_requests CROSS JOIN search_numbers AS n ON n.id = search_requests.rowid
 WHERE search_requests MATCH :grams
 UNION ALL SELECT n.number FROM search_numbers AS n WHERE n.id > LAST""".replace("LAST", LAST)
    )
    .columns(sa.column("number", sa.Text))
    .subquery("maybe")
)
_KEYS = sa.table("search_numbers", sa.column("number", sa.Text), sa.column("key", sa.Text))


def with_text(connection: Connection, text: str) -> sa.Select[Any]:
    """The numbers of requests whose key has every term of the text, in no order."""
    asked = list(dict.fromkeys(gram for term in terms(text) for gram in cover(term)))
    if not asked:
        return sa.select(t.number).where(sa.false())
    if connection.dialect.name == "sqlite":
        grams = " AND ".join(f'"{gram.encode().hex()}"' for gram in asked)
        # The plus keeps the planner from reading all that is found before the first of it.
        found = _MAYBE.join(transactions, t.number == sa.literal_column("+maybe.number", sa.Text))
        return sa.select(t.number).select_from(found).where(has(connection, t.find_key, text)).params(grams=grams)
    from sqlalchemy.dialects.postgresql import ARRAY

    key = _KEYS.c.key
    cut = sa.func.maild_grams(key, type_=ARRAY(sa.Text))
    return sa.select(_KEYS.c.number).where(cut.contains(sa.literal(asked, ARRAY(sa.Text))), has(connection, key, text))


def cover(term: str) -> list[str]:
    """The fewest grams that hold all of a term between them; a term that is shorter than one is its own."""
    if len(term) < _NARROW_SIZE:
        return [term]
    last = len(term) - _size(term, len(term) - _NARROW_SIZE)
    found, place = [], 0
    while place < last:
        found.append(term[place : place + _size(term, place)])
        place += _size(term, place)
    return [*found, term[last:]]


def _size(term: str, place: int) -> int:
    """Characters of the gram that begins there."""
    return _WIDE_SIZE if ord(term[place]) >= WIDE else _NARROW_SIZE
