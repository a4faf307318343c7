"""Freeze a database of a revision as SQL text: what `maild db upgrade` is tried on ever after.

    python -m tests.tools.freeze_schema 0012        # tests/store/frozen/{sqlite,postgresql}-0012.sql

It holds a row in every table but those of the full-text index, with the oldest data there are (tests/store/test_upgrade.py) migrated up to there.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command

from maild.store import migrate
from maild.store.engine import make_engine
from tests.servers.postgres import USER, postgres, program
from tests.store.test_upgrade import old_database

FOLDER = Path(__file__).parents[1] / "store" / "frozen"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
# Settings of the dumping server, its own commands, and comments: another version may not know them.
_NOISE = re.compile(r"^(?:SET |SELECT pg_catalog\.set_config|\\|--|COMMENT ON |CREATE SCHEMA public)")


def main(revision: str) -> None:
    """Write both files."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/maild.db"
        _fill(url, revision)
        with sqlite3.connect(f"{folder}/maild.db") as link:
            _write("sqlite", revision, "\n".join(_statements(link)))
    with postgres() as server:
        name = server.database()
        _fill(server.url(name), revision)
        place = ["-h", "127.0.0.1", "-p", str(server.port), "-U", USER]
        options = ["--inserts", "--no-owner", "--no-privileges", "--no-comments"]
        done = subprocess.run([program("pg_dump"), *place, *options, name], capture_output=True, text=True, check=True)
        _write("postgresql", revision, done.stdout)


def _statements(link: sqlite3.Connection) -> Iterator[str]:
    """The file as SQL. sqlite3's own dump stumbles over full-text tables: those are made, and have no rows here."""
    made = "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
    rows = link.execute(made).fetchall()
    virtual = [name for name, _, sql in rows if sql.startswith("CREATE VIRTUAL")]
    shadows = {f"{name}_{part}" for name in virtual for part in ("data", "idx", "content", "docsize", "config")}
    for name, kind, sql in sorted(rows, key=lambda row: row[1] != "table"):
        if name in shadows:
            continue
        yield f"{sql};"
        if kind == "table" and name not in virtual:
            columns = [row[1] for row in link.execute(f'PRAGMA table_info("{name}")')]
            quoted = " || ', ' || ".join(f'quote("{column}")' for column in columns)
            for (values,) in link.execute(f'SELECT {quoted} FROM "{name}"'):
                yield f'INSERT INTO "{name}" VALUES ({values});'


def _write(kind: str, revision: str, text: str) -> None:
    lines = [line for line in text.splitlines() if line.strip() and not _NOISE.match(line)]
    (FOLDER / f"{kind}-{revision}.sql").write_text("\n".join(lines) + "\n", "utf-8")


def _fill(url: str, revision: str) -> None:
    """A database of the revision with a row in every table."""
    old_database(url)
    engine = make_engine(url)
    with engine.begin() as link:
        command.upgrade(migrate.alembic_config(link), revision)
    seen = sa.MetaData()
    seen.reflect(engine)
    with engine.begin() as link:
        for table in seen.sorted_tables:
            if table.name.startswith("search"):
                continue  # an index: its tables are the database's own
            if link.scalar(sa.select(sa.func.count()).select_from(table)) == 0:
                row = {column.name: _value(column) for column in table.columns if not column.nullable}
                link.execute(sa.insert(table), row)
    engine.dispose()


def _value(column: sa.Column[Any]) -> object:
    """Something that fits; of what another table's row is named by, that row's name."""
    if key := next(iter(column.foreign_keys), None):
        return {"patron_id": "p1", "number": "N1"}.get(key.column.name, _plain(key.column))
    if column.table.name == "evidence" and column.name in ("seal", "hash", "node", "root"):
        return "0" * 64  # it is read again by who appends
    return _plain(column)


def _plain(column: sa.Column[Any]) -> object:
    kind = type(column.type).__name__.upper()
    if kind in ("JSON", "JSONB"):
        return {}
    if kind in ("TIMESTAMP", "DATE"):
        return NOW if kind == "TIMESTAMP" else NOW.date()
    if kind in ("BYTEA", "BLOB"):
        return b"x"
    if kind == "BOOLEAN":
        return False
    return "x" if kind in ("TEXT", "VARCHAR") else 1


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else migrate.HEAD)
