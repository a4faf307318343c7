"""Requests are found by pieces of what typed text is looked for in; refunds have an index of their own."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("kind = 'refund'")
    op.create_index("ix_ledger_entry_refund", "ledger_entry", ["at", "id"], sqlite_where=where, postgresql_where=where)
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else map(_whole, SQLITE):
        op.get_bind().exec_driver_sql(statement)


LAST = "(SELECT seq & ~63 FROM sqlite_sequence WHERE name = 'search_numbers')"
_GRAMS = """(WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length(KEY))
 SELECT group_concat(hex(substr(KEY, n, size.column1)), ' ') FROM place, (VALUES (1), (2), (3)) AS size
 WHERE n + size.column1 <= length(KEY) + 1 AND (size.column1 < 3 OR unicode(substr(KEY, n)) < 11904))"""


def _whole(statement: str) -> str:
    statement = statement.replace("INDEXED", "FROM search_numbers AS n WHERE n.number = old.number AND n.id <= LAST")
    statement = re.sub(r"GRAMS\(([a-z_.]+)\)", lambda of: _GRAMS.replace("KEY", of[1]), statement)
    return statement.replace("LAST", LAST)


# What is there is indexed as the triggers would: but for the last few.
SQLITE = (
    "CREATE TABLE search_numbers (id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE search_requests
 USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')""",
    "INSERT INTO search_numbers (number) SELECT number FROM transactions ORDER BY opened, number",
    """INSERT INTO search_requests (rowid, grams) SELECT n.id, GRAMS(t.find_key)
 FROM search_numbers AS n CROSS JOIN transactions AS t ON t.number = n.number WHERE n.id <= LAST""",
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
POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION maild_grams(key text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
 SELECT array_agg(DISTINCT substr(key, n, size))
 FROM generate_series(1, length(key)) AS n, generate_series(1, 3) AS size
 WHERE n + size <= length(key) + 1 AND (size < 3 OR ascii(substr(key, n, 1)) < 11904) $$""",
    "CREATE TABLE search_numbers (number text PRIMARY KEY, key text NOT NULL)",
    "INSERT INTO search_numbers (number, key) SELECT number, find_key FROM transactions",
    """CREATE INDEX ix_search_numbers_grams ON search_numbers
 USING gin (maild_grams(key)) WITH (gin_pending_list_limit=256)""",
    """CREATE OR REPLACE FUNCTION maild_found() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 IF TG_OP = 'DELETE' THEN DELETE FROM search_numbers WHERE number = OLD.number; RETURN NULL; END IF;
 INSERT INTO search_numbers (number, key) VALUES (NEW.number, NEW.find_key)
 ON CONFLICT (number) DO UPDATE SET key = EXCLUDED.key; RETURN NULL; END $$""",
    """CREATE TRIGGER transactions_found AFTER INSERT OR DELETE OR UPDATE OF find_key ON transactions
 FOR EACH ROW EXECUTE FUNCTION maild_found()""",
)
