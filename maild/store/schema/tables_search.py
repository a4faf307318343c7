"""The tables of full-text search.

`search` holds the words of each queue item: a tsvector with an index in PostgreSQL; in SQLite compressed, beside two
FTS5 tables without content, which the words are needed for to take an item out again. What is open and what is
handled is found apart: the queue stays quick, however much was handled in the past years.

`search_numbers` has a row for each request: in PostgreSQL with its key, indexed by the grams of it; in SQLite with the
id by which the FTS5 table `search_requests` knows it. Triggers keep them, so they are in no metadata.
"""

from __future__ import annotations

import re
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

WIDE = 0x2E80  # (11904) characters from here on are of scripts without spaces, or nearly
# The last request that SQLite has indexed: it does so with 64 at once, as one by one is ten times as dear.
LAST = "(SELECT seq & ~63 FROM sqlite_sequence WHERE name = 'search_numbers')"
# The grams of a key as FTS5 reads them: characters, pairs, and threes but of what begins in a script without spaces. As
# hexadecimal numbers, so that no character has a meaning of its own.
_GRAMS = """(WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length(KEY))
 SELECT group_concat(hex(substr(KEY, n, size.column1)), ' ') FROM place, (VALUES (1), (2), (3)) AS size
 WHERE n + size.column1 <= length(KEY) + 1 AND (size.column1 < 3 OR unicode(substr(KEY, n)) < 11904))"""


def _whole(statement: str) -> str:
    statement = statement.replace("INDEXED", "FROM search_numbers AS n WHERE n.number = old.number AND n.id <= LAST")
    statement = re.sub(r"GRAMS\(([a-z_.]+)\)", lambda of: _GRAMS.replace("KEY", of[1]), statement)
    return statement.replace("LAST", LAST)


FOUND_SQLITE = (
    "CREATE TABLE search_numbers (id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE search_requests
 USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')""",
    """CREATE TRIGGER transactions_found AFTER INSERT ON transactions BEGIN
 INSERT INTO search_numbers (number) VALUES (new.number);
 INSERT INTO search_requests (rowid, grams) SELECT n.id, GRAMS(t.find_key)
 FROM (SELECT id AS last FROM search_numbers WHERE number = new.number) AS made
 CROSS JOIN search_numbers AS n ON n.id > made.last - 64 AND n.id <= made.last
 CROSS JOIN transactions AS t ON t.number = n.number WHERE made.last & 63 = 0; END""",
    """CREATE TRIGGER transactions_found_anew AFTER UPDATE OF find_key ON transactions
 WHEN old.find_key <> new.find_key BEGIN
 INSERT INTO search_requests (search_requests, rowid, grams) SELECT 'delete', n.id, GRAMS(old.find_key) INDEXED;
 INSERT INTO search_requests (rowid, grams) SELECT n.id, GRAMS(new.find_key) INDEXED; END""",
    """CREATE TRIGGER transactions_forgotten AFTER DELETE ON transactions BEGIN
 INSERT INTO search_requests (search_requests, rowid, grams) SELECT 'delete', n.id, GRAMS(old.find_key) INDEXED;
 DELETE FROM search_numbers WHERE number = old.number; END""",
)
FOUND_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION maild_grams(key text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
 SELECT array_agg(DISTINCT substr(key, n, size))
 FROM generate_series(1, length(key)) AS n, generate_series(1, 3) AS size
 WHERE n + size <= length(key) + 1 AND (size < 3 OR ascii(substr(key, n, 1)) < 11904) $$""",
    "CREATE TABLE search_numbers (number text PRIMARY KEY, key text NOT NULL)",
    """CREATE INDEX ix_search_numbers_grams ON search_numbers
 USING gin (maild_grams(key)) WITH (gin_pending_list_limit=256)""",
    """CREATE OR REPLACE FUNCTION maild_found() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 IF TG_OP = 'DELETE' THEN DELETE FROM search_numbers WHERE number = OLD.number; RETURN NULL; END IF;
 INSERT INTO search_numbers (number, key) VALUES (NEW.number, NEW.find_key)
 ON CONFLICT (number) DO UPDATE SET key = EXCLUDED.key; RETURN NULL; END $$""",
    """CREATE TRIGGER transactions_found AFTER INSERT OR DELETE OR UPDATE OF find_key ON transactions
 FOR EACH ROW EXECUTE FUNCTION maild_found()""",
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
    ("transactions", "sqlite"): tuple(map(_whole, FOUND_SQLITE)),
    ("transactions", "postgresql"): FOUND_POSTGRESQL,
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
