"""What still names an erased person, in whatever row: taken out text by text; and old bytes taken off the disk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from maild.domain.errors import Permanent
from maild.domain.records.evidence import OPEN_BODY
from maild.domain.records.journal import PROGRAMS
from maild.domain.records.privacy import GONE, pattern
from maild.store.records.wiping import LAW, NOBODYS, STAFF, WIPED
from maild.store.schema.tables import decision, journal
from maild.store.schema.types import Json, Key, Text
from maild.store.schema.whole import metadata

# The books are append-only, and were wiped by themselves; the index of the queue is made of words, not of text.
_APART = frozenset({"ledger_entry", "ledger_posting", "search", "receipt_cache"})
_PATIENCE_MS = 5000


def sweep(connection: Connection, sought: Sequence[str], mark: str = GONE) -> tuple[int, list[int], list[int]]:
    """Put `mark` in the place of these texts in every row that may hold one: (rows changed, decisions among them, lines
    of history among them).
    """
    found = pattern(sought)
    if found is None:
        return 0, [], []
    swept = [
        table
        for name, table in metadata.tables.items()
        if LAW.get(name, WIPED) not in (NOBODYS, STAFF) and name not in _APART
    ]
    changed = {table.name: _table(connection, table, found, sought, mark) for table in swept}
    decisions, lines = ([row[0] for row in changed[table.name]] for table in (decision, journal))
    return sum(map(len, changed.values())), decisions, lines


def _table(
    connection: Connection, table: sa.Table, found: re.Pattern[str], sought: Sequence[str], mark: str
) -> list[Any]:
    columns = [column for column in table.c if isinstance(column.type, Text | Key | Json)]
    keys = list(table.primary_key.columns)
    if not columns:
        return []
    hits = sa.or_(*(sa.cast(column, sa.Text).icontains(word, autoescape=True) for column in columns for word in sought))
    rows = connection.execute(sa.select(*keys, *(c for c in columns if c not in keys)).where(hits)).all()
    changed = []
    for row in rows:
        old = {column.name: row._mapping[column.name] for column in columns}
        new = {name: _marked(value, found, mark) for name, value in old.items()}
        if table is decision:  # what the evidence covers openly stays as it is
            new["body"] = {**new["body"], **{name: value for name, value in old["body"].items() if name in OPEN_BODY}}
        if table is journal:
            new["what"] = old["what"]
            new["actor"] = old["actor"] if old["actor"] in PROGRAMS else new["actor"]
        differing = {name: value for name, value in new.items() if value != old[name]}
        if differing:
            _write(connection, table, row, differing)
            changed.append(tuple(row._mapping[key.name] for key in keys))
    return changed


def _write(connection: Connection, table: sa.Table, row: Any, values: dict[str, Any]) -> None:
    keys = list(table.primary_key.columns)
    at = sa.and_(*(key == row._mapping[key.name] for key in keys))
    try:
        with connection.begin_nested():
            connection.execute(sa.update(table).where(at).values(values))
    except Permanent:  # two rows of one person that nothing but an address kept apart
        own = ":".join(str(row._mapping[key.name]) for key in keys if isinstance(row._mapping[key.name], int))
        apart = {
            name: f"{value}:{own}" if isinstance(table.c[name].type, Key) else value for name, value in values.items()
        }
        connection.execute(sa.update(table).where(at).values(apart))


def _marked(value: Any, found: re.Pattern[str], mark: str) -> Any:
    if isinstance(value, str):
        return found.sub(mark, value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        made = [_marked(item, found, mark) for item in value]
        return made if made != list(value) else value
    made_map = {str(_marked(key, found, mark)): _marked(item, found, mark) for key, item in dict(value).items()}
    return made_map if made_map != dict(value) else value


def scrub(engine: Engine) -> bool:
    """Take what was deleted off the disk: the index merged, the file written anew. False where others were at work."""
    driver = engine.raw_connection()
    faults: Any = engine.dialect.loaded_dbapi.Error
    try:
        if engine.dialect.name != "sqlite":
            driver.rollback()
            driver.driver_connection.autocommit = True  # type: ignore[union-attr]  # VACUUM is no part of a transaction
            driver.cursor().execute("VACUUM")
            return True
        cursor = driver.cursor()
        for index in ("search_open", "search_handled", "search_requests"):
            cursor.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 (one of three names)
        for pragma in (f"busy_timeout={_PATIENCE_MS}", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("VACUUM")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy[0]
    except faults:
        return False  # somebody reads or writes: the next purge does it
    finally:
        driver.invalidate()  # its settings are nobody else's
