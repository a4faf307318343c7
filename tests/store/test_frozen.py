"""Databases as former revisions left them, kept as SQL text, become today's: no row and no value is lost on the way."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from maild.store import migrate, open_store
from maild.store.engine import make_engine
from tests.share import in_turn
from tests.store.conftest import DATABASES
from tests.store.test_migrations import _differences

FROZEN = Path(__file__).parent / "frozen"
REVISIONS = sorted({path.stem.partition("-")[2] for path in FROZEN.glob("*.sql")})
Rows = dict[str, tuple[list[str], Counter[str]]]


def load(url: str, revision: str) -> None:
    """The frozen database at an empty place."""
    kind = url.partition(":")[0].partition("+")[0]
    text = (FROZEN / f"{kind}-{revision}.sql").read_text("utf-8")
    if kind == "sqlite":
        with sqlite3.connect(url.removeprefix("sqlite:///")) as link:
            link.executescript(text)
        link.close()
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as server:
            server.execute(text)  # type: ignore[arg-type]


def rows(url: str, only: Rows | None = None) -> Rows:
    """Table → columns and rows; of `only` those tables and columns."""
    engine = make_engine(url)
    found: Rows = {}
    with engine.connect() as link:
        seen = sa.inspect(link)
        for table in sorted(only or seen.get_table_names()):
            if table == "alembic_version" or table.startswith("search"):
                continue
            there = {column["name"] for column in seen.get_columns(table)}
            columns = sorted(there if only is None else set(only[table][0]) & there)
            said = link.execute(sa.text(f"SELECT {', '.join(map(_quoted, columns))} FROM {table}"))
            found[table] = columns, Counter(repr(tuple(row)) for row in said)
    engine.dispose()
    return found


def _quoted(column: str) -> str:
    return f'"{column}"'


NEWEST = 2  # revisions, from which most come
# Every revision is tried on one of the databases, the newest on both; all of them with WHOLE=1.
TRIED = [
    (database, revision)
    for n, revision in enumerate(REVISIONS)
    for database in (in_turn(DATABASES, n) if n < len(REVISIONS) - NEWEST else DATABASES)
]


@pytest.mark.long
@pytest.mark.parametrize(("backend", "revision"), TRIED, indirect=["backend"])
def test_a_frozen_database_becomes_one_of_today(empty_url: str, revision: str) -> None:
    """`maild db upgrade` brings it to the head's very schema, keeps every row of every table, and can be repeated."""
    load(empty_url, revision)
    assert migrate.check(empty_url).current == revision
    before = rows(empty_url)
    assert sum(sum(each.values()) for _, each in before.values()) > len(before), "a row at least in every table"
    assert migrate.upgrade(empty_url).ok
    assert _differences(empty_url) == []
    after = rows(empty_url, before)
    for table, (columns, kept) in before.items():
        assert after[table][0] == columns, f"{table} lost a column"
        came = after[table][1] - kept
        assert not kept - after[table][1], f"{table}: a value changed"
        assert not came or table == "evidence", f"{table}: a row came"  # what had no leaf before has one
    assert migrate.upgrade(empty_url).ok
    store = open_store(empty_url)
    with store.read() as uow:
        known = uow.transactions.get("N1")
        assert known is not None
        assert known.patron_id == "p1"
        assert uow.mails.get(1) is not None
    store.close()


def test_each_revision_is_frozen_on_both_databases() -> None:
    """None is missing, and each text says the revision of its name."""
    assert len(REVISIONS) >= 4
    for revision in REVISIONS:
        for kind in ("sqlite", "postgresql"):
            assert f"'{revision}'" in (FROZEN / f"{kind}-{revision}.sql").read_text("utf-8"), f"{kind}-{revision}"
