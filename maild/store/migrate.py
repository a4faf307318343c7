"""The schema of a database: brought up to date by alembic, and checked without it.

The migrations travel in the package (migrations/versions); there is no alembic.ini.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.domain.errors import Permanent
from maild.store.engine import make_engine
from maild.store.texts import SAY

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

HEAD = "0033"  # the newest migration; a test holds it to be
FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6D61696C64  # of PostgreSQL's advisory locks: one upgrade at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaCheck:
    """The revision of a database ('' if it has no schema) and the one this program needs."""

    current: str
    head: str

    @property
    def ok(self) -> bool:
        return self.current == self.head


def upgrade(url: str, password: str = "") -> SchemaCheck:
    """Bring the schema up to date, in one transaction; makes a missing SQLite file. Safe to repeat.

    Raises Permanent for a database that a newer maild has upgraded.
    """
    from alembic import command

    engine = make_engine(url, password, create=True)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            current = _current(connection)
            if current > HEAD:
                raise Permanent(SAY("revision_newer", current=current, head=HEAD), remedy=SAY("upgrade"))
            if current != HEAD:
                command.upgrade(alembic_config(connection), "head")
            return SchemaCheck(current=_current(connection), head=HEAD)
    finally:
        engine.dispose()


def check(url: str, password: str = "") -> SchemaCheck:
    """Which revision the database has. Changes nothing; a missing file has no schema."""
    engine = make_engine(url, password)
    try:
        if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
            return SchemaCheck(current="", head=HEAD)
        with engine.connect() as connection:
            return SchemaCheck(current=_current(connection), head=HEAD)
    finally:
        engine.dispose()


def require(url: str, password: str = "") -> None:
    """Raises Permanent, naming the remedy, unless the schema is the one this program needs."""
    found = check(url, password)
    if not found.ok:
        remedy = SAY("newer_was_here" if found.current > found.head else "upgrade_schema")
        raise Permanent(SAY("revision_older", current=found.current or "none", head=found.head), remedy=remedy)


def alembic_config(connection: Connection) -> Config:
    """What alembic's commands need, on an open connection."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _current(connection: Connection) -> str:
    import sqlalchemy as sa

    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    value: Any = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return str(value or "")
