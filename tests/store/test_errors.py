"""What goes wrong with a database, as the rest of maild sees it: Temporary, Permanent, or a clear ConfigError."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from maild.domain.errors import ConfigError, Permanent, StaleVersion, Temporary
from maild.domain.incoming.decision import Transition
from maild.domain.records.journal import MailboxState
from maild.domain.requests.patron import Patron, Transaction
from maild.store import engine as engines
from maild.store import migrate, open_store
from maild.store.uow import Store
from tests.servers.postgres import PostgresServer, postgres

NOW = datetime(2026, 11, 24, tzinfo=UTC)
STATE = MailboxState(mailbox="a/b", uidvalidity=1)


def _write(store: Store) -> None:
    with store.begin() as uow:
        uow.mailboxes.save(STATE)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "no database URL"),
        ("nonsense", "no database URL"),
        ("postgresql://h:notaport/db", "no database URL"),
        ("mysql://h/db", "'mysql'"),
        ("sqlite://", "names no SQLite file"),
        ("sqlite:///:memory:", "names no SQLite file"),
        ("sqlite:////etc", "is a folder"),
    ],
)
def test_impossible_urls(url: str, says: str) -> None:
    """An impossible URL is a configuration error that names the option and the fault."""
    with pytest.raises(ConfigError) as caught:
        open_store(url)
    assert "store.url" in caught.value.what
    assert says in caught.value.what
    assert caught.value.remedy


def test_a_mount_that_is_late_or_read_only_is_no_wrong_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, so that the service manager starts us again, with the folder and what to do about it."""
    with pytest.raises(Permanent, match="/no/such/folder") as late:
        open_store("sqlite:////no/such/folder/maild.db")
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(Permanent, match="may not be written") as read_only:
        open_store(f"sqlite:///{tmp_path}/maild.db")
    assert [caught.value.remedy.startswith("mount it") for caught in (late, read_only)] == [True, True]


def test_password_never_shows(url: str) -> None:
    """The password is given apart from the URL and appears in no text of the engine."""
    engine = engines.make_engine("postgresql://maild@127.0.0.1:1/x", "s3cret-word")
    assert engine.url.password == "s3cret-word"
    assert "s3cret" not in f"{engine!r}{engine.url!s}{engine.url!r}"
    engine.dispose()


def test_opening_connects_to_nothing(tmp_path: Path) -> None:
    """Opening a store makes no file and no connection; using it without a schema names the remedy."""
    store = open_store(f"sqlite:///{tmp_path}/maild.db")
    other = open_store("postgresql://maild@127.0.0.1:1/none")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Permanent, match="maild db upgrade"):
        _write(store)
    with pytest.raises(Temporary, match="connection to the database failed"):
        _write(other)


def test_locked_is_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """'database is locked' is a passing reason."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    migrate.upgrade(f"sqlite:///{tmp_path}/maild.db")
    store = open_store(f"sqlite:///{tmp_path}/maild.db")
    other = sqlite3.connect(tmp_path / "maild.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Temporary, match="locked"):
        _write(store)
    other.execute("ROLLBACK")
    _write(store)
    other.close()
    store.close()


def test_full_disk_is_permanent_and_nothing_is_lost(tmp_path: Path) -> None:
    """A full disk says so with a remedy; what was committed before is whole, and work goes on afterwards."""
    migrate.upgrade(f"sqlite:///{tmp_path}/maild.db")
    store = open_store(f"sqlite:///{tmp_path}/maild.db")
    _write(store)
    with store._engine.connect() as connection:  # the page limit raises SQLITE_FULL as a full disk does
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    people = [Patron(patron_id=f"p{n}", name="x" * 200) for n in range(500)]
    with pytest.raises(Permanent) as caught, store.begin() as uow:
        uow.patrons.upsert(people, NOW)
    assert "full" in caught.value.what
    assert caught.value.remedy
    store.close()  # "space freed": new connections have no limit
    with store.begin() as uow:
        assert uow.mailboxes.state("a/b") == STATE
        assert uow.patrons.upsert(people, NOW) == (500, 0, 0)
    store.close()


def test_damaged_file_is_permanent(tmp_path: Path) -> None:
    """A file that is no database, or whose pages are rubbish, names the remedy."""
    (tmp_path / "text.db").write_text("this is no database at all, " * 100)
    migrate.upgrade(f"sqlite:///{tmp_path}/bad.db")
    with open(tmp_path / "bad.db", "r+b") as file:
        file.seek(4096)
        file.write(os.urandom(200_000))
    for name in ("text.db", "bad.db"):
        store = open_store(f"sqlite:///{tmp_path}/{name}")
        with pytest.raises(Permanent) as caught:
            _write(store)
        assert "restore" in caught.value.remedy, name
        store.close()


def test_postgres_login_and_missing_database(server: PostgresServer) -> None:
    """A database that does not exist will not appear by waiting."""
    store = open_store(server.url("no_such_database"))
    with pytest.raises(Permanent, match="does not exist"):
        _write(store)
    store.close()


def test_lost_connection_is_temporary_and_heals() -> None:
    """The server goes away in the middle of work and comes back: Temporary meanwhile, then all is well."""
    with postgres() as own:
        url = own.url(own.database())
        migrate.upgrade(url)
        store = open_store(url)
        _write(store)
        with pytest.raises(Temporary), store.begin() as uow:  # noqa: PT012
            uow.mailboxes.save(STATE)
            own.stop()
            uow.mailboxes.save(STATE)
        with pytest.raises(Temporary):
            _write(store)
        own.start()
        _write(store)
        store.close()


def test_deadlock_is_temporary(server: PostgresServer, pg_template: str) -> None:
    """Two transactions that wait for one another: one is told to try again, the other goes on."""
    store = open_store(server.url(server.database(pg_template)))
    with store.begin() as uow:
        uow.patrons.upsert([Patron(patron_id="p1", name="x")], NOW)
        uow.transactions.upsert([Transaction(number=n, patron_id="p1") for n in ("a", "b")], NOW)
    met, outcomes = threading.Barrier(2, timeout=10), []

    def work(first: str, second: str) -> None:
        try:
            with store.begin() as uow:
                uow.transactions.apply(Transition(number=first, expected_version=0, provider="x"), NOW)
                met.wait()
                uow.transactions.apply(Transition(number=second, expected_version=0, provider="x"), NOW)
            outcomes.append("done")
        except StaleVersion:
            outcomes.append("stale")
        except Temporary:
            outcomes.append("temporary")

    threads = [threading.Thread(target=work, args=order) for order in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["done", "temporary"]
    store.close()


def test_many_threads(store: Store) -> None:
    """Reading and writing from several threads at once loses nothing."""
    failures: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for i in range(20):
                with store.begin() as uow:
                    uow.patrons.upsert([Patron(patron_id=f"{n}-{i}", name="x")], NOW)
                with store.read() as uow:
                    assert uow.patrons.get(f"{n}-{i}") is not None
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with store.read() as uow:
        assert len(uow.patrons.find(limit=1000)) == 120


def test_stale_version_under_a_race(store: Store) -> None:
    """Of many that read the same version, exactly one may write."""
    with store.begin() as uow:
        uow.patrons.upsert([Patron(patron_id="p1", name="x")], NOW)
        uow.transactions.upsert([Transaction(number="n1", patron_id="p1")], NOW)
    won: list[int] = []

    def work(n: int) -> None:
        try:
            with store.begin() as uow:
                uow.transactions.apply(Transition(number="n1", expected_version=0, provider=str(n)), NOW)
            won.append(n)
        except StaleVersion:
            pass

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(won) == 1
    with store.read() as uow:
        known = uow.transactions.get("n1")
    assert known is not None
    assert (known.provider, known.version) == (str(won[0]), 1)


def test_errors_do_not_carry_patrons_data(store: Store, opened: Callable[[str], Store]) -> None:
    """An error's text, which goes to logs, does not repeat the values of the statement."""
    with pytest.raises(Permanent) as caught, store.begin() as uow:
        uow.transactions.upsert([Transaction(number="n1", patron_id="nobody", title="a very private title")], NOW)
    chain: list[BaseException] = []
    error: BaseException | None = caught.value
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    assert "very private" not in " ".join(str(e) for e in chain)


def test_durability_settings(url: str, store: Store) -> None:
    """SQLite: WAL, synchronous FULL, foreign keys on. PostgreSQL: times in UTC."""
    with store._engine.connect() as connection:
        if url.startswith("sqlite"):
            asked = [
                connection.exec_driver_sql(f"PRAGMA {p}").scalar()
                for p in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert asked == ["wal", 2, 1]
        else:
            assert connection.execute(sa.text("SHOW timezone")).scalar() == "UTC"
