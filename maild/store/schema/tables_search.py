"""The tables of full-text search.

`search` holds the words of each queue item: a tsvector with an index in PostgreSQL; in SQLite compressed, beside two
FTS5 tables without content, which the words are needed for to take an item out again. What is open and what is
handled is found apart: the queue stays quick, however much was handled in the past years.
"""

from __future__ import annotations

import zlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, ForeignKey, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from maild.store.schema.tables import metadata
from maild.store.schema.types import ID

__all__ = ["metadata"]  # which knows all tables once this module is loaded

MOST_PLACES = 255  # of one word that PostgreSQL keeps (12.1: "no more than 256 positions per lexeme")


class Words(TypeDecorator[str]):
    """Words of maild.domain.desk.search in their order, with a blank between two."""

    impl = sa.LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(sa.LargeBinary())
        from sqlalchemy.dialects.postgresql import TSVECTOR

        return dialect.type_descriptor(TSVECTOR())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return vector(value.split(" ")) if dialect.name == "postgresql" else zlib.compress(value.encode(), 1)

    def process_result_value(self, value: Any, dialect: Dialect) -> str:
        """The words again; in PostgreSQL nothing reads them."""
        return "" if dialect.name == "postgresql" else zlib.decompress(value).decode()


def vector(words: list[str]) -> str:
    """A tsvector, as PostgreSQL reads it. Words are letters and digits alone, so nothing needs escaping."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words, 1):
        if word:
            places.setdefault(word, []).append(place)
    return " ".join(f"'{word}':{','.join(map(str, found[:MOST_PLACES]))}" for word, found in places.items())


search = Table(
    "search",
    metadata,
    Column("item_id", ID, ForeignKey("review.id", ondelete="CASCADE"), primary_key=True),
    Column("open", Boolean, nullable=False),
    Column("words", Words, nullable=False),
)

# What SQLAlchemy has no words for: (table, dialect) -> statements. `columnsize=0`: nothing is ranked, the queue has its
# own order. The last ones: an order of letters, not of a language, in which what begins alike stands together.
MADE: dict[tuple[str, str], tuple[str, ...]] = {
    ("search", "sqlite"): tuple(
        f"CREATE VIRTUAL TABLE search_{which} USING fts5(words, content='', columnsize=0, tokenize='ascii')"
        for which in ("open", "handled")
    ),
    ("search", "postgresql"): (
        "CREATE INDEX ix_search_open ON search USING gin (words) WITH (gin_pending_list_limit=256) WHERE open",
        "CREATE INDEX ix_search_handled ON search USING gin (words) WITH (gin_pending_list_limit=256) WHERE NOT open",
        "CREATE INDEX ix_search_open_items ON search (item_id) WHERE open",
    ),
    ("outbox", "postgresql"): (
        "CREATE INDEX ix_outbox_number_begins ON outbox (number text_pattern_ops)",
        "CREATE INDEX ix_outbox_recipient_begins ON outbox (recipient text_pattern_ops)",
    ),
    ("review", "postgresql"): (
        "CREATE INDEX ix_review_sender_begins ON review (sender text_pattern_ops)",
        "CREATE INDEX ix_review_open ON review (id) WHERE state = 'open'",
    ),
}
# Of the few addresses that are not in small letters: a person is looked for in any writing (records.holdings). By the
# expression PostgreSQL knows how few there are; SQLite takes the smaller index anyway, and cannot reflect expressions.
ADDRESSES = (("mail", "sender"), ("registration", "email"), ("outbox", "recipient"), ("review", "sender"))
for _table, _column in ADDRESSES:
    for _dialect, _key in (("sqlite", _column), ("postgresql", f"lower({_column})")):
        _odd = f"CREATE INDEX ix_{_table}_{_column}_odd ON {_table} ({_key}) WHERE {_column} <> lower({_column})"
        MADE[_table, _dialect] = (*MADE.get((_table, _dialect), ()), _odd)


def _made(statement: str, dialect: str) -> Any:
    return sa.DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


for (_table, _dialect), _statements in MADE.items():
    for _statement in _statements:
        sa.event.listen(metadata.tables[_table], "after_create", _made(_statement, _dialect))


def compared(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Whether alembic compares something with the metadata: what MADE makes is in none. (Its `include_object`.)

    That a migrated database has all of it, and only that, is held by comparing it with one made from the metadata.
    """
    made = " ".join(statement for statements in MADE.values() for statement in statements).split()
    return not (
        reflected and other is None and kind in ("table", "index") and str(name).removesuffix(_shadow(name)) in made
    )


def _shadow(name: str | None) -> str:
    """How the name of a table ends in which FTS5 keeps its own."""
    return next((end for end in ("_data", "_idx", "_content", "_docsize", "_config") if str(name).endswith(end)), "")
