"""A whole office on real servers and each database, with its backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from maild.backup.make import Source, make
from maild.backup.manifest import Manifest
from maild.backup.places import FolderPlace
from maild.backup.restore import Target, restore
from maild.backup.sealing import Sealer
from maild.backup.vault import Vault
from maild.bootstrap import Services
from maild.office.privacy.erasing import Privacy
from maild.store import migrate
from tests.servers.office import Office, office
from tests.servers.postgres import PostgresServer, postgres


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all of these tests."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def pg_template(server: PostgresServer) -> str:
    """A database with the schema, to be copied."""
    name = server.database()
    migrate.upgrade(server.url(name))
    return name


@dataclass(kw_only=True)
class House:
    """The office, where its backups go, and an empty place of the same kind to restore into."""

    office: Office
    vault: Vault
    folder: Path
    empty_url: str
    bytes_of: Callable[[str], bytes]  # of a database, everything that is in it

    @property
    def privacy(self) -> Privacy:
        s = self.office.services
        return Privacy(s.store, s.blobs, s.clock)

    def back_up(self) -> Manifest:
        """Make a backup of the office as it is."""
        s = self.office.services
        store = s.settings.store
        source = Source(url=store.url, password="", store=s.store, blobs=s.blobs, identity=s.same_store())
        return make(self.vault, source, s.clock.now()).manifest

    @contextmanager
    def restored(self, made: Manifest, name: str = "restored") -> Iterator[Office]:
        """The office after its machine was lost, and brought back with an empty blob folder."""
        self.office.services.close()
        target = Target(url=self.empty_url, password="", blobs=self.folder / name)
        restore(self.vault, made, target, self.office.services.clock.now(), force=True)
        settings = self.office.services.settings
        store = replace(settings.store, url=self.empty_url, blobs=target.blobs)
        services = Services(replace(settings, store=store), resolver=self.office.post)
        try:
            services.prepare()
            yield replace(self.office, services=services)
        finally:
            services.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A whole office on each database."""
    url, empty = "", f"sqlite:///{tmp_path / 'new.db'}"

    def read(at: str) -> bytes:
        path = at.removeprefix("sqlite:///")
        return b"".join(p.read_bytes() for p in sorted(Path(path).parent.glob(f"{Path(path).name}*")))

    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("server")
        url = server.url(server.database(request.getfixturevalue("pg_template")))
        empty = server.url(server.database())
        read = dumped
    (tmp_path / "work").mkdir()
    with office(tmp_path, url=url) as made:
        vault = Vault(FolderPlace(tmp_path / "backups", create=True), Sealer(), tmp_path / "work")
        yield House(office=made, vault=vault, folder=tmp_path, empty_url=empty, bytes_of=read)


def dumped(url: str) -> bytes:
    """Every row of every table of a PostgreSQL database, as text."""
    import sqlalchemy as sa

    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            rows = [str(tuple(row)) for name in names for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
        return "\n".join(rows).encode()
    finally:
        engine.dispose()
