"""Backups and restores that are stopped: places that are in use, full disks, a process killed, an office at work."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from maild.backup.make import check_again
from maild.backup.places import FolderPlace
from maild.backup.rehearse import rehearse
from maild.backup.restore import restore
from maild.backup.sealing import Sealer
from maild.backup.vault import Vault
from maild.bootstrap import SystemClock
from maild.config import Store
from maild.domain.errors import Permanent
from maild.domain.operation.heartbeat import Heartbeat, Running
from maild.domain.outgoing.notice import OutboxState
from maild.store import open_store
from tests.backup.conftest import NOW, Shop

LATER = NOW + timedelta(hours=5)


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_places_that_are_not_empty(shop: Shop) -> None:
    """A database that is there is not overwritten unless that is asked for; the old SQLite file is kept then."""
    made = shop.back_up().manifest
    restore(shop.vault, made, shop.target, LATER)
    with pytest.raises(Permanent, match="not empty"):
        restore(shop.vault, made, shop.target, LATER)
    assert restore(shop.vault, made, shop.target, LATER, force=True).differs == ()
    assert [path.name for path in shop.folder.glob("new.db.before-*")] == ["new.db.before-restore-1"]


def test_a_restore_that_breaks_changes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails while a state is laid out, the database that was there is as it was, and can be restored into."""
    made = shop.back_up().manifest
    restore(shop.vault, made, shop.target, LATER)
    store = open_store(shop.empty_url)
    with store.begin() as uow:
        uow.outbox.mark(uow.outbox.find()[0].id, OutboxState.CANCELLED, now=LATER, reply="by hand")
    store.close()

    def broken(*_: object) -> dict[str, int]:
        raise Permanent("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("maild.backup.restore.bring_back", broken)
        with pytest.raises(Permanent, match="disk is full"):
            restore(shop.vault, made, shop.target, LATER, force=True)
    with store.read() as uow:
        assert uow.outbox.find()[0].state is OutboxState.CANCELLED
    store.close()
    assert restore(shop.vault, made, shop.target, LATER, force=True).held == 1


@pytest.mark.parametrize("role", list(Running))
@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_running_maild_forbids_it(shop: Shop, role: Running) -> None:
    """Nothing is replaced under a daemon or a console that works, not even with --force."""
    made = shop.back_up().manifest
    restore(shop.vault, made, shop.target, LATER)
    store = open_store(shop.empty_url)
    with store.begin() as uow:
        uow.heartbeats.beat(
            Heartbeat(role=role, host="ill", pid=1, version="", started=NOW, seen=LATER, status="", data={})
        )
    store.close()
    with pytest.raises(Permanent, match="maild runs on ill"):
        restore(shop.vault, made, shop.target, LATER + timedelta(seconds=30), force=True)


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_full_disk_is_named_and_not_the_backups(shop: Shop) -> None:
    """Where a restore writes to is full: that folder is told, for the backup is well."""
    made = shop.back_up().manifest
    with pytest.raises(Permanent, match=r"^/dev fails: No space left") as caught:
        shop.vault.place.fetch(made.database.key, Path("/dev/full"))
    assert "free disk space there" in caught.value.remedy


@pytest.mark.integration
@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_backup_that_is_killed(shop: Shop) -> None:
    """Killed while it copies, a backup is there whole or not at all; the next one is whole, and sweeps what was left."""
    shop.receive(*(f"{n}" * 20_000 for n in range(118)))
    shop.source()
    config, killed = shop.folder / "maild.toml", 0
    config.write_text(f'[store]\nurl = "{shop.url}"\nblobs = "{shop.blobs.folder}"\n')
    for share in (1, 50):
        place = shop.folder / f"killed-{share}"
        command = [sys.executable, "-m", "maild", "--config", str(config), "backup", str(place)]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        while running.poll() is None and len(list((place / "blobs").rglob("*/*"))) < share:
            time.sleep(0.002)
        running.kill()
        killed += running.wait() == -9
        vault = Vault(FolderPlace(place), Sealer(), shop.folder / "work")
        found, wrong = vault.manifests()
        assert (wrong, [check_again(vault, one) for one in found]) == ([], [[] for _ in found])
        last = shop.back_up(vault=vault)
        assert (last.manifest.blobs, check_again(vault, last.manifest)) == (120, [])
        assert list((place / "tmp").iterdir()) == []
    assert killed


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_backups_of_a_busy_office(shop: Shop) -> None:
    """Mails are stored while it is being backed up: every mail of the copy has its bytes."""
    import threading

    ended = threading.Event()

    def busy() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            shop.receive(*(f"{number}-{n}" for n in range(5)))

    writer = threading.Thread(target=busy)
    writer.start()
    try:
        backups = [shop.back_up(NOW + timedelta(seconds=n)) for n in range(4)]
    finally:
        ended.set()
        writer.join()
    rows = [one.manifest.tables["mail"] for one in backups]
    assert rows == sorted(rows)
    assert rows[-1] > 10
    assert rehearse(shop.vault, backups[-1].manifest, Store(url=shop.url, blobs=shop.blobs.folder), SystemClock()).even
