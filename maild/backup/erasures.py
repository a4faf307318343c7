"""What was erased, kept beside the backups: a restore of one that is older must not bring anybody back.

Each line of the list (maild.office.privacy.erasing.to_line) is an object of its own below `erasures/`, which no pruning
takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from maild.backup.sealing import ENDING
from maild.backup.vault import Vault
from maild.domain.errors import Permanent
from maild.domain.records.privacy import Remembered
from maild.office.privacy.erasing import from_lines

if TYPE_CHECKING:
    from maild.store.blobs import FileBlobs


FOLDER = "erasures"


def carry(vault: Vault, blobs: FileBlobs) -> int:
    """Bring what was erased to the backups, as far as it is not there yet; returns how many erasures were new there.

    Raises as the place does.
    """
    there, new = set(vault.place.sizes(FOLDER)), 0
    for line in blobs.remembered():
        name = hashlib.sha256(line.encode()).hexdigest()
        if vault.key(FOLDER, name) in there:
            continue
        file = vault.scratch()
        try:
            file.write_text(line, "utf-8")
            vault.keep(FOLDER, file, name)
        finally:
            file.unlink(missing_ok=True)
        new += 1
    return new


def remembered(vault: Vault, blobs: FileBlobs) -> list[Remembered]:
    """What was erased, as the backups and the blob folder know it. Raises Permanent where it cannot be read: whom it
    names would come back.
    """
    return from_lines(list(dict.fromkeys([*_lines(vault), *blobs.remembered()])))


def _lines(vault: Vault) -> Sequence[str]:
    """Each line once; one that lies there for several sets of keys is read with that which is at hand."""
    kept: dict[str, list[str]] = {}
    for key in sorted(vault.place.sizes(FOLDER)):
        kept.setdefault(key.rpartition("/")[2].partition(".")[0], []).append(key)
    return [_line(vault, keys) for keys in kept.values()]


def _line(vault: Vault, keys: Sequence[str]) -> str:
    *others, last = keys
    for key in others:
        with suppress(Permanent):
            return _read(vault, key)
    return _read(vault, last)


def _read(vault: Vault, key: str) -> str:
    stored, opened = vault.scratch(), vault.scratch()
    try:
        vault.place.fetch(key, stored)
        if not key.endswith(ENDING):
            return stored.read_text("utf-8")
        vault.sealer.open(stored, opened)
        return opened.read_text("utf-8")
    finally:
        stored.unlink(missing_ok=True)
        opened.unlink(missing_ok=True)
