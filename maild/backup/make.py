"""maild backup: the database as it is at one moment, then every blob that the place does not have yet.

The database first: a blob is written before the row that speaks of it, so the blobs found afterwards are all that the
copy needs. The manifest comes last; what no manifest names does not count, and is swept by the next prune.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from maild import __version__
from maild.backup.erasures import carry
from maild.backup.manifest import Manifest, Object, list_bytes
from maild.backup.places import file_hash
from maild.backup.vault import BLOBS, DATA, Vault
from maild.domain.errors import MaildError
from maild.store import FileBlobs, dump
from maild.store.records.references import PARTS

if TYPE_CHECKING:
    from maild.store.uow import Store

SIDE_BY_SIDE = 8  # blobs under way: each waits for the disk several times
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is backed up. `identity`: the name of the blob folder."""

    url: str
    password: str
    store: Store
    blobs: FileBlobs
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made; `added` blobs were new to the place, of `added_bytes`."""

    manifest: Manifest
    added: int
    added_bytes: int


def make(vault: Vault, source: Source, now: datetime, progress: Progress | None = None) -> Made:
    """Back up. Raises as database, blobs and place do; then there is no new backup, and no older one is hurt."""
    with vault.place.locked():
        earlier, _ = vault.manifests()
        known = {b.key: b for b in vault.blobs_of(earlier[-1])} if earlier else {}
        database, found = _database(vault, source)
        blobs, added, damaged = _blobs(vault, source, known, progress)
        missing = (damaged | _missing(source, {blob.sha256 for blob in blobs} | damaged)) - _given_up(source)
        ordered = sorted(blobs, key=lambda blob: blob.sha256)
        made = Manifest(
            created=now,
            maild=__version__,
            store=source.identity,
            kind=found.kind,
            revision=found.revision,
            tables=found.tables,
            database=database,
            list=_list(vault, ordered),
            blobs=len(ordered),
            blob_bytes=sum(blob.size for blob in ordered),
            missing=tuple(sorted(missing)),
            encrypted=vault.sealer.seals,
        )
        carry(vault, source.blobs)
        return Made(manifest=vault.write(made), added=len(added), added_bytes=sum(blob.size for blob in added))


def _database(vault: Vault, source: Source) -> tuple[Object, dump.Dumped]:
    file = vault.scratch()
    try:
        found = dump.dump(source.url, source.password, file)
        return vault.keep(DATA, file), found
    finally:
        file.unlink(missing_ok=True)


def _list(vault: Vault, blobs: Sequence[Object]) -> Object:
    file = vault.scratch()
    try:
        file.write_bytes(list_bytes(blobs))
        return vault.keep(DATA, file, plain=True)
    finally:
        file.unlink(missing_ok=True)


def _blobs(
    vault: Vault, source: Source, known: Mapping[str, Object], progress: Progress | None
) -> tuple[list[Object], list[Object], set[str]]:
    """All blobs, those among them that were new to the place, and names of damaged ones."""
    there = vault.place.sizes(BLOBS)
    names = [name for part in PARTS for name in source.blobs.inventory(part)]
    kept: list[Object] = []
    new: list[str] = []
    for name in names:
        blob = known.get(vault.key(BLOBS, name))
        if blob is not None and there.get(blob.key) == blob.stored_size:
            kept.append(blob)
        else:
            new.append(name)
    added: list[Object] = []
    damaged: set[str] = set()
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="backup") as pool:
        for done, (name, blob) in enumerate(zip(new, pool.map(partial(_one, vault, source), new), strict=True), 1):
            if blob is None:
                damaged.add(name)
            else:
                added.append(blob)
            if progress:
                progress(len(kept) + done, len(names))
    return kept + added, added, damaged


def _one(vault: Vault, source: Source, name: str) -> Object | None:
    """Store one blob; None where its bytes are not those of its name, or are gone."""
    path = source.blobs.path(name)
    try:
        if file_hash(path) != name:
            return None
    except OSError:
        return None
    return vault.keep(BLOBS, path, name)


def _missing(source: Source, copied: set[str]) -> set[str]:
    """Blobs that the database speaks of and that are nowhere: what came since the copying began is there."""
    missing: set[str] = set()
    with source.store.read() as uow:
        for part in PARTS:
            for one in uow.references.within(part):
                if one.sha256 not in copied and one.sha256 not in source.blobs:
                    missing.add(one.sha256)
    return missing


def _given_up(source: Source) -> set[str]:
    """What staff said is lost for good: nobody is to be called for it every night."""
    with source.store.read() as uow:
        return uow.references.given_up()


def check_again(vault: Vault, made: Manifest, progress: Progress | None = None) -> list[str]:
    """What is wrong with a backup: every object of it is read whole."""
    try:
        blobs = vault.blobs_of(made)
    except MaildError as error:
        return [error.what]
    objects = [made.database, *blobs]
    wrong = []
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="verify") as pool:
        for done, fault in enumerate(pool.map(vault.check, objects), 1):
            if fault:
                wrong.append(fault)
            if progress:
                progress(done, len(objects))
    if len(blobs) != made.blobs:
        wrong.append(f"the list of blobs has {len(blobs)} entries, not {made.blobs}")
    return wrong
