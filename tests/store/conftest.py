"""One suite, two databases: every test that takes `store` or `url` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maild.store import migrate, open_store
from maild.store.uow import Store
from tests.servers.postgres import PostgresServer, postgres

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def pg_template(server: PostgresServer) -> str:
    """A database with the schema, to be copied."""
    name = server.database()
    migrate.upgrade(server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "maild.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DATABASES)
def backend(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def fresh_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Makes a database of a kind, and tells its URL: a copy of the one at `like` (which nobody may have open), else of
    one that has the schema and nothing in it.
    """

    def make(backend: str, like: str = "") -> str:
        if backend == "sqlite":
            path = tmp_path_factory.mktemp("fresh") / "maild.db"
            shutil.copy(like.removeprefix("sqlite:///") or request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        running: PostgresServer = request.getfixturevalue("server")
        return running.url(running.database(like.rpartition("/")[2] or request.getfixturevalue("pg_template")))

    return make


@pytest.fixture
def url(backend: str, fresh_url: Callable[..., str]) -> str:
    """The URL of a fresh database with the schema."""
    return fresh_url(backend)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any schema (SQLite: a file that does not exist)."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    running: PostgresServer = request.getfixturevalue("server")
    return running.url(running.database())


@pytest.fixture
def opened() -> Iterator[Callable[[str], Store]]:
    """Opens stores and closes them after the test."""
    stores: list[Store] = []

    def open_one(url: str) -> Store:
        stores.append(open_store(url, message_id_domain="office.example"))
        return stores[-1]

    yield open_one
    for one in stores:
        one.close()


@pytest.fixture
def store(url: str, opened: Callable[[str], Store]) -> Store:
    """An open store on a fresh database."""
    return opened(url)
