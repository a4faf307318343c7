"""maild restore: blobs first, then the database with what is held because of it, in one step.

What came between the backup and now may have been handled, and answered, by the maild that was lost: notices that
waited are held, mails that waited are processed with their notices held (docs/decisions/0064-backup-and-restore.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from maild.backup import erasures
from maild.backup.make import SIDE_BY_SIDE, Progress
from maild.backup.manifest import Manifest, Object
from maild.backup.vault import Vault
from maild.domain.errors import MaildError, NotFound, Permanent
from maild.domain.operation.heartbeat import Running
from maild.domain.records.privacy import Remembered
from maild.domain.records.restoration import Restoration
from maild.office.privacy.erasing import again, to_line, unlink
from maild.office.safety.recollect import bring_back
from maild.store import FileBlobs, dump, open_store

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

SILENT_SECONDS = 75.0  # as the console: a daemon that has not been heard of for so long does not run


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a backup is brought back to."""

    url: str
    password: str
    blobs: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was brought back. `held`: notices; `pending`: mails that are processed with their notices held; `erased`:
    persons and mails that were erased since the backup, and are once more.

    lost: blobs of the backup that could not be brought back; differs: tables whose rows are not as many as they were
    """

    manifest: Manifest
    blobs: int
    held: int = 0
    pending: int = 0
    erased: int = 0
    lost: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


def restore(
    vault: Vault,
    made: Manifest,
    target: Target,
    now: datetime,
    *,
    until: datetime | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Bring a backup back. Raises Permanent where the places are not empty (unless `force`) or a daemon runs there.

    until: when the lost maild stopped; default: now. Where it fails, the database is as it was.
    """
    _quiet(target, now)
    if dump.occupied(target.url, target.password) and not force:
        raise Permanent(
            "store.url names a database that is not empty", remedy="name an empty place, or: maild restore … --force"
        )
    blobs = FileBlobs(target.blobs)
    if (there := blobs.identity()) and there != made.store and not force:
        raise Permanent(
            f"store.blobs: {target.blobs} belongs to another database",
            remedy="name an empty place, or: maild restore … --force",
        )
    file = vault.scratch()
    try:
        vault.bring(made.database, file)  # before a blob is written: a wrong key shows here
        named = vault.blobs_of(made)
        lost = _blobs(vault, named, blobs, progress)
        gone = erasures.remembered(vault, blobs)
        lately = Restoration(
            at=now, backup=made.id, since=made.created, until=until or now, reason=f"restored from the backup {made.id}"
        )
        counts: dict[str, int] = {}

        def mark(uow: UnitOfWork) -> None:
            uow.restorations.claim_identity(made.store, now)
            uow.restorations.skip_numbers()
            counts.update(bring_back(uow, lately, now))
            counts["erased"] = again(uow, gone, now)

        rows = dump.load(target.url, target.password, file, made.revision, mark, kind=made.kind, force=force)
        blobs.name(made.store, replace=True)  # last: where the rest fails, the folder is still that of its database
        _forget(target, blobs, gone, erased=bool(counts["erased"]))
    finally:
        file.unlink(missing_ok=True)
    differs = tuple(
        f"{name}: {rows.get(name)} rows, not {count}"
        for name, count in sorted(made.tables.items())
        if rows.get(name) != count
    )
    return Restored(manifest=made, blobs=len(named) - len(lost), lost=tuple(lost), differs=differs, **counts)


def _forget(target: Target, blobs: FileBlobs, gone: Sequence[Remembered], *, erased: bool) -> None:
    """Files of who was erased, which the backup had; and the list of erasures, where the folder is a new one."""
    known = set(blobs.remembered())
    for one in gone:
        if (line := to_line(one)) not in known:
            blobs.remember(line)
    store = open_store(target.url, target.password)
    try:
        unlink(store, blobs)
        if erased:
            store.scrub()
    finally:
        store.close()


def _blobs(vault: Vault, named: Sequence[Object], blobs: FileBlobs, progress: Progress | None) -> list[str]:
    """Write what is not there whole; returns the names of those that the backup has not whole either."""
    lost = []
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="restore") as pool:
        for done, (one, fault) in enumerate(zip(named, pool.map(partial(_one, vault, blobs), named), strict=True), 1):
            if fault:
                lost.append(one.sha256)
            if progress:
                progress(done, len(named))
    return lost


def _one(vault: Vault, blobs: FileBlobs, wanted: Object) -> str:
    """What keeps a blob from being brought back, '' if nothing does. Raises what the blob folder does."""
    if _there(blobs, wanted.sha256):
        return ""
    file = vault.scratch()
    try:
        vault.bring(wanted, file)
        data = file.read_bytes()
    except MaildError as error:
        return error.what
    finally:
        file.unlink(missing_ok=True)
    blobs.put(data)
    return ""


def _there(blobs: FileBlobs, name: str) -> bool:
    """Whether a blob is there, whole. A damaged one makes way: `put` trusts a file of the right size."""
    try:
        blobs.get(name)
    except NotFound:
        return False
    except Permanent:
        blobs.path(name).unlink(missing_ok=True)
        return False
    return True


def _quiet(target: Target, now: datetime) -> None:
    """Raises Permanent while a daemon or a console works on what is to be replaced."""
    if not dump.occupied(target.url, target.password):
        return
    store = open_store(target.url, target.password)
    try:
        with store.read() as uow:
            beats = [*uow.heartbeats.all(Running.DAEMON), *uow.heartbeats.all(Running.CONSOLE)]
    except MaildError:
        return  # damaged, or of another revision: nobody works on it
    finally:
        store.close()
    for beat in beats:
        if beat.stopped is None and (now - beat.seen).total_seconds() < SILENT_SECONDS:
            raise Permanent(
                f"maild runs on {beat.host} with this database", remedy="systemctl stop maild maild-console there first"
            )
