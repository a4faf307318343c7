"""The schema is the sum of the migrations, on both databases."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from maild.domain.errors import Permanent
from maild.store import migrate, open_store
from maild.store.engine import make_engine
from maild.store.schema.whole import compared, made


def _differences(url: str) -> list[object]:
    engine = make_engine(url)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "target_metadata": made(),
            "include_object": compared,
        }
        found = compare_metadata(MigrationContext.configure(connection, opts=options), made())
    engine.dispose()
    return list(found)


def _shape(engine: sa.Engine) -> dict[str, object]:
    """Everything that the database itself says of its tables: what compare_metadata does not look at as well."""
    seen = sa.inspect(engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in seen.get_columns(table)],
            seen.get_pk_constraint(table)["constrained_columns"],
            sorted((u["name"], tuple(u["column_names"])) for u in seen.get_unique_constraints(table)),
            sorted(
                (i["name"], tuple(i["column_names"]), i["unique"],
                 str(i.get("dialect_options", {}).get(f"{engine.dialect.name}_where", "")))
                for i in seen.get_indexes(table)
            ),
            sorted((tuple(f["constrained_columns"]), f["referred_table"], str(f["options"]))
                   for f in seen.get_foreign_keys(table)),
        )
        for table in seen.get_table_names() if table != "alembic_version"
    }  # fmt: skip


def test_schema_is_the_sum_of_migrations(url: str) -> None:
    """alembic finds nothing to add, change or remove."""
    assert _differences(url) == []


def test_the_comparison_notices_a_difference(url: str) -> None:
    """The test above can fail: an index dropped and a type changed are both seen."""
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX ix_mail_message_id"))
        connection.execute(sa.text("ALTER TABLE patron ADD COLUMN more INTEGER"))
    engine.dispose()
    assert sorted(str(found[0]) for found in _differences(url)) == ["add_index", "remove_column"]


def test_migrated_and_created_schemas_are_alike(url: str, empty_url: str) -> None:
    """The database says the same of migrated tables as of tables made from the metadata: indexes' conditions too."""
    migrated, created = make_engine(url), make_engine(empty_url, create=True)
    made().create_all(created)
    left, right = _shape(migrated), _shape(created)
    migrated.dispose()
    created.dispose()
    assert left == right
    assert "free_at IS NOT NULL" in str(left)


def test_head_is_the_newest_migration() -> None:
    """`check` knows the head without loading alembic; this holds the constant to the truth."""
    assert ScriptDirectory(str(migrate.FOLDER)).get_heads() == [migrate.HEAD]


def test_upgrade_check_and_repeat(empty_url: str) -> None:
    """check says what is missing and changes nothing; upgrade makes it; a second upgrade is harmless."""
    assert migrate.check(empty_url) == migrate.SchemaCheck(current="", head=migrate.HEAD)
    with pytest.raises(Permanent, match="maild db upgrade"):
        migrate.require(empty_url)
    assert migrate.upgrade(empty_url).ok
    assert migrate.upgrade(empty_url).ok
    assert migrate.check(empty_url).ok
    migrate.require(empty_url)


def test_check_creates_no_file(tmp_path: Path) -> None:
    """Looking at a SQLite file that does not exist leaves none behind."""
    assert not migrate.check(f"sqlite:///{tmp_path}/none.db").ok
    assert list(tmp_path.iterdir()) == []


def test_new_file_is_private(tmp_path: Path) -> None:
    """Patrons' data: only the owner may read the database, its WAL included."""
    migrate.upgrade(f"sqlite:///{tmp_path}/maild.db")
    store = open_store(f"sqlite:///{tmp_path}/maild.db")
    with store.read() as uow:
        uow.mailboxes.all()
    modes = {oct(os.stat(path).st_mode & 0o777) for path in tmp_path.iterdir()}
    store.close()
    assert modes == {"0o600"}


def test_newer_database_is_refused(url: str) -> None:
    """A database that a newer maild has upgraded is not touched by an older one."""
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Permanent, match="newer"):
        migrate.upgrade(url)
    assert not migrate.check(url).ok


def test_two_upgrades_at_once(empty_url: str) -> None:
    """Two services that start together do not trip over one another."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            migrate.upgrade(empty_url)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert migrate.check(empty_url).ok


def test_new_file_that_is_being_written(tmp_path: Path) -> None:
    """SQLite does not wait for a writer when a file turns to write-ahead logging: whoever connects has to."""
    held = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    held.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.3, held.execute, ["COMMIT"])
    letting_go.start()
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    letting_go.join()
    held.close()


def test_missing_schema_names_the_remedy(empty_url: str) -> None:
    """A store without tables says what to run."""
    store = open_store(empty_url)
    with pytest.raises(Permanent, match="maild db upgrade"), store.read() as uow:
        uow.mailboxes.all()
    store.close()
