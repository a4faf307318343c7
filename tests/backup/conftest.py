"""A small store on SQLite and on PostgreSQL: mails with their blobs, a notice, a document; and where its backups go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.backup.make import Made, Source, make
from maild.backup.places import FolderPlace
from maild.backup.restore import Target
from maild.backup.sealing import Sealer
from maild.backup.vault import Vault
from maild.domain.incoming.mail import MailKey
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import MailboxState, NewMail
from maild.office.safety.identity import same_store
from maild.store import FileBlobs, migrate, open_store
from maild.store.uow import Store
from tests.servers.postgres import PostgresServer, postgres
from tests.servers.schema import lay_out

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


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
class Shop:
    """A store with its blobs; `vault` is where its backups go."""

    folder: Path
    url: str
    store: Store
    blobs: FileBlobs
    vault: Vault
    empty_url: str  # a place of the same kind to restore into

    def receive(self, *texts: str) -> list[str]:
        """Store mails of these texts; the names of their blobs."""
        names = self.blobs.put_many([text.encode() for text in texts])
        with self.store.begin() as uow:
            state = uow.mailboxes.state("office/INBOX") or MailboxState(
                mailbox="office/INBOX", uidvalidity=1, armed=True
            )
            last = state.last_uid
            uow.mailboxes.save(replace(state, last_uid=last + len(texts)))
            uow.mails.add([
                NewMail(key=MailKey("office/INBOX", 1, last + n), sha256=name, size=len(text.encode()), message_id=f"<{text}>")
                for n, (name, text) in enumerate(zip(names, texts, strict=True), 1)
            ], now=NOW)  # fmt: skip
        return names

    def write(self, *numbers: str) -> None:
        """Write a notice about each request."""
        with self.store.begin() as uow:
            uow.outbox.add(
                [NoticeRequest(kind=NoticeKind.PICK_UP, subject=n, recipient="li@patron.example") for n in numbers], NOW
            )

    def source(self) -> Source:
        """What is backed up."""
        return Source(url=self.url, password="", store=self.store, blobs=self.blobs,
                      identity=same_store(self.store, self.blobs, NOW))  # fmt: skip

    def back_up(self, now: datetime = NOW, vault: Vault | None = None) -> Made:
        """Make a backup."""
        return make(vault or self.vault, self.source(), now)

    def sealed(self, *recipients: str, key: str = "") -> Vault:
        """The place of the backups, with encryption."""
        return Vault(self.vault.place, Sealer(recipients, key), self.folder / "work")

    @property
    def target(self) -> Target:
        """Empty places."""
        return Target(url=self.empty_url, password="", blobs=self.folder / "restored")


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A store with two mails and a waiting notice, on each database."""
    if request.param == "sqlite":
        url, empty = lay_out(tmp_path / "maild.db"), f"sqlite:///{tmp_path / 'new.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("server")
        url = server.url(server.database(request.getfixturevalue("pg_template")))
        empty = server.url(server.database())
    (tmp_path / "work").mkdir()
    vault = Vault(FolderPlace(tmp_path / "backups", create=True), Sealer(), tmp_path / "work")
    store = open_store(url)
    made = Shop(
        folder=tmp_path, url=url, store=store, blobs=FileBlobs(tmp_path / "blobs"), vault=vault, empty_url=empty
    )
    made.receive("first", "第二封")
    made.write("N1")
    yield made
    store.close()
