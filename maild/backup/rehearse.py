"""maild restore --check: a restore into a temporary place, and whether what came back is whole and even."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from maild.backup.make import Progress
from maild.backup.manifest import Manifest
from maild.backup.restore import Restored, Target, restore
from maild.backup.vault import Vault
from maild.config import Store as StoreSettings
from maild.office.safety.balance import FolderBalance, balance
from maild.office.safety.bytes_again import missing
from maild.ports import Clock
from maild.store import FileBlobs, dump, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a restore would bring back, and the balance sheet of it, servers not asked.

    missing: references of its database to bytes that it does not have
    """

    restored: Restored
    folders: Sequence[FolderBalance]
    missing: int = 0

    @property
    def even(self) -> bool:
        return not self.missing and all(folder.even for folder in self.folders)


def rehearse(
    vault: Vault, made: Manifest, settings: StoreSettings, clock: Clock, progress: Progress | None = None
) -> Rehearsed:
    """Restore into a folder (PostgreSQL: a schema of the same database) that is removed again. Raises as `restore`."""
    password = settings.password.reveal()
    blobs = vault.scratch()
    blobs.mkdir(mode=0o700)
    with _database(vault, made, settings.url, password) as url:
        target = Target(url=url, password=password, blobs=blobs)
        restored = restore(vault, made, target, clock.now(), progress=progress)
        store = open_store(url, password)
        try:
            sheet = balance(store, blobs=FileBlobs(blobs))
            gone = sum(1 for _ in missing(store, FileBlobs(blobs)))
        finally:
            store.close()
    return Rehearsed(restored=restored, folders=sheet.folders, missing=gone)


@contextmanager
def _database(vault: Vault, made: Manifest, url: str, password: str) -> Iterator[str]:
    """A temporary database's URL, for the time of the block."""
    if made.kind == dump.SQLITE:
        yield f"sqlite:///{vault.scratch()}"
        return
    with dump.temporary_schema(url, password, f"maild_check_{secrets.token_hex(6)}") as temporary:
        yield temporary
