"""An office after years, for measuring the console: 100,000 requests, 20,000 items that wait, 200,000 handled, a million
lines of history. Rows are put in past the repositories, indexes made afterwards; all names are invented.

    fill(store, models)                       the whole, modelled on console_models
    fill(store, models, Size(scale=0.01))     a hundredth of it, for a test
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from maild.office.watch.statistics import FigureKeeper
from maild.store.schema import tables as t
from maild.store.uow import Store
from tests.bench import console_beside as beside
from tests.bench import console_cases as cases
from tests.bench.console_models import Models
from tests.bench.console_past import EPOCH, NOW, Past, Size
from tests.servers.clock import MovedClock

Said = Callable[[str, int], None]
STEP = 20_000  # rows between two words of how far it is
# What SQLite need not care for while nobody else looks and a half-filled file is thrown away.
HASTY = ("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA journal_mode=MEMORY",
         "PRAGMA cache_size=-400000", "PRAGMA temp_store=MEMORY", "PRAGMA threads=2")  # fmt: skip
WORK = (
    ("patrons", cases.patrons), ("requests", cases.requests), ("notices", cases.notices), ("mails", cases.mails),
    ("queue", cases.queue), ("words", cases.index), ("history", cases.history), ("books", beside.books),
    ("statements and invoices", beside.papers), ("registrations", beside.registrations),
    ("addresses and news", beside.reach), ("rules", beside.rules), ("staff", beside.staff),
)  # fmt: skip


class Filler:
    """Puts rows into tables as fast as each database takes them, over one connection."""

    def __init__(self, connection: sa.Connection, said: Said) -> None:
        self._raw: Any = connection.connection.driver_connection
        self.sqlite = connection.dialect.name == "sqlite"
        self.what, self._said = "", said

    def at(self, moment: datetime | None) -> Any:
        """An instant as the database's driver wants it."""
        if moment is None or not self.sqlite:
            return moment
        return (moment - EPOCH) // timedelta(microseconds=1)

    def put(self, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
        """Insert rows, all of the same columns; those that are not given are '', 0, [], now or NULL."""
        rows = iter(rows)
        first = next(rows)
        rest = {c.name: self._blank(c) for c in table.c if c.name not in first and (c.name != "id" or "id" in first)}
        tail = tuple(rest.values())
        self.insert(table.name, [*first, *rest], (tuple(row.values()) + tail for row in _chain(first, rows)))

    def insert(self, table: str, names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows of these columns."""
        columns = ", ".join(f'"{name}"' for name in names)
        counted = self._counted(table, rows)
        if self.sqlite:
            self._raw.execute("BEGIN")
            self._raw.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join("?" * len(names))})', counted)
            self._raw.execute("COMMIT")
            return
        with self._raw.cursor().copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
            for row in counted:
                copy.write_row(row)
        self._raw.commit()

    def _counted(self, table: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for n, row in enumerate(rows, 1):
            yield row
            if n % STEP == 0:
                self._said(f"{self.what}: {table}", n)

    def _blank(self, column: sa.Column[Any]) -> Any:
        if column.nullable:
            return None
        if isinstance(column.type, t.Json):
            return "[]"
        if isinstance(column.type, t.Time):
            return self.at(NOW)
        if isinstance(column.type, sa.Boolean):
            return False
        return 0 if isinstance(column.type, sa.Integer) else ""

    def run(self, *statements: str) -> None:
        """Statements of SQL, each for itself."""
        for statement in statements:
            self._raw.execute(statement)
            if not self.sqlite:
                self._raw.commit()

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows that answer."""
        return list(self._raw.execute(statement).fetchall())

    @contextmanager
    def without_indexes(self) -> Iterator[None]:
        """Indexes and what refers to what are left out meanwhile, and made anew at the end: all at once, from sorted rows."""
        if self.sqlite:
            self.run(*HASTY)
            made = dict(self.ask("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
        else:
            self.run("SET maintenance_work_mem = '512MB'", "SET synchronous_commit = off")
            if self.ask("SELECT current_setting('is_superuser')") == [("on",)]:
                self.run("SET session_replication_role = replica")
            made = dict(
                self.ask(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
                    " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
                )
            )
        self.run(*(f'DROP INDEX "{name}"' for name in made))
        yield
        for n, statement in enumerate(made.values(), 1):
            self.run(statement)
            self._said("indexes", n)
        if self.sqlite:
            self.run("PRAGMA foreign_keys=ON")


def _chain(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def fill(store: Store, models: Models, size: Size | None = None, *, said: Said = lambda what, rows: None) -> None:
    """Fill an empty store; `said` hears how far it is. The figures of the past and the database's statistics as well."""
    past = Past(size or Size(), models)
    store.close()  # so that SQLite can leave its log out
    with store._engine.connect() as connection:
        filler = Filler(connection.execution_options(isolation_level="AUTOCOMMIT"), said)
        with filler.without_indexes():
            for filler.what, work in WORK:
                said(filler.what, 0)
                work(filler, past)
        if filler.sqlite:
            filler.run("PRAGMA journal_mode=WAL", "ANALYZE")
        else:
            names = [name for name, table in t.metadata.tables.items() if isinstance(table.c.get("id"), sa.Column)]
            filler.run(*(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM \"{name}\""
                         f" HAVING max(id) IS NOT NULL" for name in names))  # fmt: skip
        connection.invalidate()  # its settings go with it
    store.close()
    if store._engine.dialect.name == "postgresql":
        with store._engine.connect() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            said("statistics", 0)
            outside.exec_driver_sql("VACUUM ANALYZE")
    said("figures", 0)
    FigureKeeper(store, MovedClock(NOW), "Asia/Shanghai").count(whole=True, ever=True)
