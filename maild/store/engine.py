"""The engine: how each database is spoken to, and what its errors mean."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext

from maild.domain import SAY as DOMAIN
from maild.domain.errors import ConfigError, MaildError, Permanent, Temporary
from maild.domain.operation.trouble import TroubleCause
from maild.store.texts import SAY

BUSY_SECONDS = 30.0
READ_ONLY = "maild_read_only"  # execution option of a connection that only reads


def parse_url(url: str, password: str = "") -> URL:
    """The URL of a database we can use, with its driver and password. Raises ConfigError."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise ConfigError(
            "store.url is no database URL", remedy="sqlite:////path/to/maild.db or postgresql+psycopg://user@host/db"
        ) from error
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        parsed = parsed.set(drivername="postgresql+psycopg")
        return parsed.set(password=password) if password else parsed
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _sqlite_url(parsed)
    raise ConfigError(
        f"store.url: '{parsed.drivername}' is no database maild knows", remedy="use sqlite or postgresql+psycopg"
    )


def _sqlite_url(url: URL) -> URL:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ConfigError("store.url names no SQLite file", remedy="sqlite:////var/lib/maild/maild.db (four slashes)")
    path = Path(url.database).absolute()
    if path.is_dir():
        raise ConfigError(f"store.url: {path} is a folder", remedy="name a file in it")
    # A mount that comes late, or came read-only, is no wrong setting: the service manager starts us again.
    if not path.parent.is_dir():
        raise Permanent(SAY("no_store_folder", folder=path.parent), remedy=SAY("mount_or_make", folder=path.parent))
    target = path if path.exists() else path.parent
    if not os.access(target, os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        raise Permanent(SAY("not_writable", file=target), remedy=SAY("mount_writable"))
    return url.set(drivername="sqlite+pysqlite", database=str(path))


def make_engine(url: str, password: str = "", *, create: bool = False) -> Engine:
    """An engine that has not connected yet. With `create` a missing SQLite file is made (mode 0600)."""
    parsed = parse_url(url, password)
    common: dict[str, Any] = {
        "json_serializer": partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        "hide_parameters": True,  # what patrons write has no place in tracebacks and logs
    }
    if parsed.get_backend_name() == "sqlite":
        engine = _sqlite_engine(parsed, create, common)
    else:
        engine = _postgres_engine(parsed, common)
    event.listen(engine, "handle_error", _translate_error, retval=True)
    return engine


def _sqlite_engine(url: URL, create: bool, common: dict[str, Any]) -> Engine:
    path = Path(url.database or "")

    def connect() -> sqlite3.Connection:
        if create and not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # WAL and SHM files inherit the mode
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _to_wal(connection)
            for pragma in ("synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = sa.create_engine(url, creator=connect, pool_size=16, max_overflow=16, **common)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _to_wal(connection: sqlite3.Connection) -> None:
    """Turn the file to write-ahead logging; a file that has been turned is left as it is.

    SQLite does not use its busy timeout where another connection holds the file for writing, be it to turn
    it as well: of two that meet a new file one would be told at once that it is locked.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(0.01)
        else:
            return


def _sqlite_begin(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer half-way would find it 'locked'."""
    reading = connection.get_execution_options().get(READ_ONLY, False)
    if connection.info.get(READ_ONLY, False) is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only={int(reading)}")
        connection.info[READ_ONLY] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _postgres_engine(url: URL, common: dict[str, Any]) -> Engine:
    try:
        import psycopg  # noqa: F401  an extra: say so, rather than fail inside SQLAlchemy
    except ImportError as error:
        raise ConfigError("store.url: PostgreSQL needs psycopg", remedy="pip install 'maild[postgres]'") from error
    arguments: dict[str, Any] = {
        "connect_timeout": 10,
        "application_name": "maild",
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "options": "-c timezone=UTC",
    }
    arguments = {key: value for key, value in arguments.items() if key not in url.query}
    return sa.create_engine(url, connect_args=arguments, pool_size=16, max_overflow=16, **common)


def connect(engine: Engine) -> Connection:
    """A connection of the pool, to be closed. Raises Temporary or Permanent."""
    try:
        return engine.connect()
    except sa.exc.TimeoutError as error:  # of the pool: no driver's error, so the engine does not translate it
        raise Temporary(SAY("connections_in_use"), remedy=DOMAIN("try_again")) from error


def reading(engine: Engine) -> Engine:
    """The same engine, for transactions that only read one consistent view."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READ_ONLY: True})
    return engine.execution_options(**{READ_ONLY: True}, isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _translate_error(context: ExceptionContext) -> MaildError | None:
    """Every error of a driver becomes one of ours, at the statement that met it."""
    if not isinstance(context.sqlalchemy_exception, sa.exc.DBAPIError):
        return None
    return _fault(context.dialect.name, context.original_exception, bool(context.is_disconnect))


def fault_of(connection: Connection, error: Exception) -> Exception:
    """What a driver raised, as ours; anything else as it is. A connection that is lost is used no more."""
    dialect = connection.dialect
    if not isinstance(error, dialect.loaded_dbapi.Error):
        return error
    lost = dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
    return _fault(dialect.name, error, lost)


def _fault(database: str, error: BaseException, lost: bool) -> MaildError:
    fault = (_sqlite_error if database == "sqlite" else _postgres_error)(error, lost)
    fault.trouble = _trouble(error, fault)
    return fault


def _trouble(error: BaseException, fault: MaildError) -> TroubleCause | None:
    """Of what it is a sign, whatever work met it; a statement that was refused is that work's own."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or getattr(error, "sqlstate", None) == "53100":
        return TroubleCause.DISK_FULL
    if fault.remedy == SAY("upgrade_schema"):
        return TroubleCause.DATABASE_BEHIND
    return TroubleCause.DATABASE_AWAY if isinstance(fault, Temporary) or fault.remedy else None


_SQLITE_LASTING = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "no_writing",
    sqlite3.SQLITE_CORRUPT: "file_damaged",
    sqlite3.SQLITE_NOTADB: "no_sqlite",
    sqlite3.SQLITE_CANTOPEN: "file_unopened",
    sqlite3.SQLITE_PERM: "access_refused",
    sqlite3.SQLITE_IOERR: "disk_fails",
}
_SQLITE_REMEDY = {
    sqlite3.SQLITE_FULL: "free_disk",
    sqlite3.SQLITE_READONLY: "check_file",
    sqlite3.SQLITE_CORRUPT: "stop_and_restore",
    sqlite3.SQLITE_NOTADB: "correct_url",
    sqlite3.SQLITE_CANTOPEN: "check_url_folder",
    sqlite3.SQLITE_PERM: "check_file",
    sqlite3.SQLITE_IOERR: "check_disk_space",
}


def _sqlite_error(error: BaseException, lost: bool) -> MaildError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL) or lost:
        return Temporary(SAY("busy", why=error))
    if code in _SQLITE_LASTING:
        return Permanent(SAY(_SQLITE_LASTING[code], why=error), remedy=SAY(_SQLITE_REMEDY[code]))
    if "no such table" in str(error) or "no such column" in str(error):
        return Permanent(SAY("schema_older", why=error), remedy=SAY("upgrade_schema"))
    return Permanent(SAY("statement_refused", why=error))


# SQLSTATE classes and codes (PostgreSQL manual, appendix A) that pass by themselves.
_PG_PASSING = ("08", "40", "57", "55P03", "53300", "53400", "25P03", "25P04")
_PG_LASTING = {
    "53100": "server_disk_full",
    "53200": "server_memory",
    "25006": "no_writing",
    "42P01": "table_missing",
    "42703": "column_missing",
    "42501": "right_missing",
    "XX001": "database_damaged",
    "XX002": "index_damaged",
    "58030": "server_disk_fails",
}
_PG_REMEDY = {
    "53100": "free_server_disk",
    "53200": "more_server_memory",
    "25006": "connect_to_primary",
    "42P01": "upgrade_schema",
    "42703": "upgrade_schema",
    "42501": "own_tables",
    "XX001": "restore_backup",
    "XX002": "reindex",
    "58030": "check_server_disk",
}
_PG_LOGIN = ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")


def _postgres_error(error: BaseException, lost: bool) -> MaildError:
    state = getattr(error, "sqlstate", None) or ""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)  # without DETAIL: it quotes values
    said = " ".join((primary or str(error)).split())
    if state in _PG_LASTING:
        return Permanent(SAY(_PG_LASTING[state], why=said), remedy=SAY(_PG_REMEDY[state]))
    if state.startswith(_PG_PASSING):
        return Temporary(SAY("busy", why=said))
    if state.startswith(("28", "3D")) or (not state and any(words in said for words in _PG_LOGIN)):
        return Permanent(SAY("login_refused", why=said), remedy=SAY("check_url"))
    if lost or not state:
        return Temporary(SAY("connection_failed", why=said))
    return Permanent(SAY("statement_refused", why=said))
