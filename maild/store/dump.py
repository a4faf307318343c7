"""A database as one file, and back: SQLite by its backup API, PostgreSQL table by table (COPY) in one snapshot.

The file of PostgreSQL is a zip: a member a table in COPY's text format, and `tables.json` with columns and order. Its
schema is the sum of our migrations up to a revision, so nothing but rows need be kept; pg_dump, whose version must fit
the server's, is not needed.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import ConfigError, MaildError, Permanent, Temporary
from maild.store.engine import make_engine, parse_url, reading
from maild.store.migrate import HEAD, alembic_config
from maild.store.uow import UnitOfWork

SQLITE, POSTGRES = "sqlite", "postgresql"
Marking = Callable[[UnitOfWork], None]
_INDEX = "tables.json"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """A copy of a database: its kind, the revision of its schema, and rows by table."""

    kind: str
    revision: str
    tables: dict[str, int]


def kind_of(url: str) -> str:
    """'sqlite' or 'postgresql'. Raises ConfigError."""
    return parse_url(url).get_backend_name()


def dump(url: str, password: str, to: Path) -> Dumped:
    """Copy the whole database, as it is at one moment, into a new file; nobody has to stop working."""
    return _dump_sqlite(url, to) if kind_of(url) == SQLITE else _dump_postgres(url, password, to)


def load(
    url: str, password: str, source: Path, revision: str, mark: Marking, *, kind: str, force: bool = False
) -> dict[str, int]:
    """Lay a database out from its copy, bring it to this program's schema, and let `mark` write into it, all in one.

    Returns rows by table, as loaded. Where it fails, nothing has changed. Raises Permanent where the place is not
    empty (`force`: what is there makes way; a SQLite file is moved aside), or the copy is of another kind or newer.
    """
    if kind != kind_of(url):
        raise Permanent(f"the backup is of a {kind} database, store.url names another kind", remedy="set store.url")
    if revision > HEAD:
        raise Permanent(f"the backup is at revision {revision}, newer than this maild's {HEAD}", remedy="upgrade maild")
    if kind == SQLITE:
        return _load_sqlite(url, source, mark, force=force)
    return _load_postgres(url, password, source, revision, mark, force=force)


def occupied(url: str, password: str) -> bool:
    """Whether there is a database with tables at that place."""
    if kind_of(url) == SQLITE:
        path = _file(url)
        return path.exists() and path.stat().st_size > 0
    engine = make_engine(url, password)
    try:
        with engine.connect() as connection:
            return bool(_tables(connection))
    finally:
        engine.dispose()


# -- SQLite ----------------------------------------------------------------------------------------


def _file(url: str) -> Path:
    return Path(parse_url(url).database or "")


def _dump_sqlite(url: str, to: Path) -> Dumped:
    source = _file(url)
    if not source.exists():
        raise ConfigError(f"store.url: there is no database {source}", remedy="maild db upgrade makes one")
    os.close(os.open(to, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as origin,
            closing(sqlite3.connect(to, isolation_level=None)) as copy,
        ):
            origin.backup(copy)  # in one step: in WAL mode it holds nobody up, and sees one state
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, no -wal beside it
            return _sound(copy, source)
    except sqlite3.Error as error:
        raise Permanent(f"the database {source} cannot be copied: {error}", remedy="maild check") from error


def _sound(copy: sqlite3.Connection, source: Path) -> Dumped:
    """What is in a copy, which must be whole."""
    said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise Permanent(f"the database {source} is damaged: {said}", remedy="restore the last backup: maild restore")
    names = [
        row[0]
        for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if not row[0].startswith(("sqlite_", "search_"))
    ]
    if "alembic_version" not in names:
        raise ConfigError(f"store.url: {source} is no database of maild's", remedy="maild db upgrade")
    revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    rows = {
        name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 (names of our own tables)
        for name in names
        if name != "alembic_version"
    }
    return Dumped(kind=SQLITE, revision=revision, tables=rows)


def _load_sqlite(url: str, source: Path, mark: Marking, *, force: bool) -> dict[str, int]:
    target = _file(url)
    if occupied(url, "") and not force:
        raise _not_empty(str(target))
    fresh = target.with_name(f"{target.name}.restoring")
    for stale in (fresh, *_beside(fresh)):
        stale.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with open(source, "rb") as reading_from, open(fresh, "wb") as writing_to:
            shutil.copyfileobj(reading_from, writing_to, _BLOCK)
        with closing(sqlite3.connect(fresh)) as copy:
            rows = _sound(copy, fresh).tables
        _finish(f"sqlite:///{fresh}", mark)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
        _sync(fresh)
        if target.exists():
            _move_aside(target)
        os.rename(fresh, target)
        _sync(target.parent)
    except sqlite3.Error as error:
        raise Permanent(f"the backup's database cannot be laid out: {error}", remedy="try an older backup") from error
    finally:
        for stale in (fresh, *_beside(fresh)):
            stale.unlink(missing_ok=True)
    return rows


def _finish(url: str, mark: Marking) -> None:
    """Bring a loaded file to our schema and mark it."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            _upgrade(connection, "head")
            _mark(connection, mark)
    finally:
        engine.dispose()


def _mark(connection: Connection, mark: Marking) -> None:
    uow = UnitOfWork(connection, "localhost")
    mark(uow)
    uow.flush()


def _beside(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal")]


def _move_aside(target: Path) -> None:
    """What was there is kept, under a name of its own: a restore that was a mistake can be undone."""
    number = 1
    while (kept := target.with_name(f"{target.name}.before-restore-{number}")).exists():
        number += 1
    for old, new in zip((target, *_beside(target)), (kept, *_beside(kept)), strict=True):
        with suppress(FileNotFoundError):
            os.rename(old, new)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_empty(place: str) -> MaildError:
    return Permanent(f"{place} is not empty", remedy="name an empty place in store.url, or: maild restore … --force")


# -- PostgreSQL ------------------------------------------------------------------------------------


def _dump_postgres(url: str, password: str, to: Path) -> Dumped:
    engine = make_engine(url, password)
    try:
        with reading(engine).connect() as connection, connection.begin():  # one snapshot for all that follows
            tables = _tables(connection)
            if "alembic_version" not in tables:
                raise ConfigError("store.url: this is no database of maild's", remedy="maild db upgrade")
            revision = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
            return Dumped(kind=POSTGRES, revision=revision, tables=_copy_out(connection, tables, to))
    finally:
        engine.dispose()


def _tables(connection: Connection) -> list[str]:
    """Tables in the schema at hand, those that are referred to first."""
    order = sa.inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in order if name is not None]


def _copy_out(connection: Connection, tables: list[str], to: Path) -> dict[str, int]:
    seen, rows, index = sa.inspect(connection), {}, []
    os.close(os.open(to, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive, _cursor(connection) as cursor:
        for name in tables:
            if name == "alembic_version" or name.startswith("search_"):
                continue  # what triggers keep they make anew
            columns = [c["name"] for c in seen.get_columns(name) if not c.get("computed")]
            index.append({"table": name, "columns": columns, "last": _last_number(connection, name)})
            named = ", ".join(f'"{column}"' for column in columns)
            with (
                archive.open(name, "w", force_zip64=True) as member,
                cursor.copy(f'COPY "{name}" ({named}) TO STDOUT') as copy,
            ):
                for block in copy:
                    member.write(block)
            rows[name] = cursor.rowcount
        archive.writestr(_INDEX, json.dumps(index))
    return rows


def _last_number(connection: Connection, table: str) -> int | None:
    """The last number that the table's sequence gave out; None without one."""
    name = _sequence(connection, table)
    return connection.exec_driver_sql(f"SELECT last_value FROM {name}").scalar() if name else None  # noqa: S608


def _sequence(connection: Connection, table: str) -> str | None:
    columns = {c["name"] for c in sa.inspect(connection).get_columns(table)}
    if "id" not in columns:
        return None
    found = connection.execute(sa.text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": f'"{table}"'}).scalar()
    return str(found) if found else None


def _load_postgres(
    url: str, password: str, source: Path, revision: str, mark: Marking, *, force: bool
) -> dict[str, int]:
    engine = make_engine(url, password)
    try:
        with engine.begin() as connection:
            there = _tables(connection)
            if there and not force:
                raise _not_empty("the database that store.url names")
            for name in reversed(there):
                connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
            _upgrade(connection, revision)
            rows = _copy_in(connection, source)
            _upgrade(connection, "head")
            _mark(connection, mark)
            return rows
    finally:
        engine.dispose()


def _copy_in(connection: Connection, source: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    with zipfile.ZipFile(source) as archive, _cursor(connection) as cursor:
        index: list[dict[str, Any]] = json.loads(archive.read(_INDEX))
        for entry in index:
            columns = ", ".join(f'"{column}"' for column in entry["columns"])
            with (
                archive.open(entry["table"]) as member,
                cursor.copy(f'COPY "{entry["table"]}" ({columns}) FROM STDIN') as copy,
            ):
                while block := member.read(_BLOCK):
                    copy.write(block)
            rows[entry["table"]] = cursor.rowcount
            if entry["last"] is not None and (name := _sequence(connection, entry["table"])):
                connection.exec_driver_sql(f"SELECT setval('{name}', {int(entry['last'])})")
    return rows


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), revision)


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """The driver's own cursor, on the same transaction: COPY has no words in SQLAlchemy."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor:
            yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise Temporary(f"copying tables failed: {' '.join(str(error).split())[:300]}", remedy="try again") from error


@contextmanager
def temporary_schema(url: str, password: str, name: str) -> Iterator[str]:
    """A schema of its own in the database, dropped at the end; yields a URL whose tables are there."""
    engine = make_engine(url, password)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
        try:
            beside = parse_url(url).update_query_dict({"options": f"-c timezone=UTC -c search_path={name}"})
            yield beside.render_as_string(hide_password=False)
        finally:
            with engine.begin() as connection:
                connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')
    finally:
        engine.dispose()
