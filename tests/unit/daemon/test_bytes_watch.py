"""What the look at bytes and backups opens in the list of troubles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.config import Settings, Store
from maild.daemon.jobs.bytes_watch import look_after
from maild.domain.incoming.mail import MailKey
from maild.domain.operation.trouble import TroubleCause
from maild.domain.records.journal import JournalEntry, NewMail
from tests.servers.clock import MovedClock
from tests.servers.schema import lay_out

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """An office whose backups go somewhere, at its first start."""
    settings = Settings(store=Store(url=lay_out(tmp_path / "maild.db"), blobs=tmp_path / "blobs"))
    settings = replace(settings, backup=replace(settings.backup, to=str(tmp_path / "backups")), mailbox=())
    made = Services(settings, clock=MovedClock(NOW))
    yield made
    made.close()


def causes(services: Services) -> list[TroubleCause]:
    return [sign.cause for sign in look_after(services, read=True)]


def test_a_backup_that_is_not_made(services: Services) -> None:
    """Told after two days without one, not before, and not where none is set up; over with the next."""
    clock = services.clock
    assert isinstance(clock, MovedClock)
    assert causes(services) == []
    clock.pass_time(days=3)
    assert causes(services) == [TroubleCause.BACKUP_OLD]
    with services.store.begin() as uow:
        uow.journal.add([JournalEntry(what="backup", at=clock.now(), after="20261127T020000Z-0")])
    assert causes(services) == []
    clock.pass_time(days=3)
    services.settings = replace(services.settings, backup=replace(services.settings.backup, to=""))
    assert causes(services) == []


def test_bytes_that_are_nowhere(services: Services) -> None:
    """Told while they are missing, over when they are there again."""
    (name,) = services.blobs.put_many([b"a mail"])
    with services.store.begin() as uow:
        uow.mails.add([NewMail(key=MailKey("office/INBOX", 1, 1), sha256=name, size=6)], now=NOW)
    assert causes(services) == []
    services.blobs.path(name).unlink()
    assert causes(services) == [TroubleCause.BLOBS_MISSING]
    services.blobs.put(b"a mail")
    assert causes(services) == []
