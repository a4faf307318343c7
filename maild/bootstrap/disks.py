"""The disks that mails and a SQLite database lie on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maild.config import Store


def places(store: Store) -> list[Path]:
    """A folder on each of them. Raises OSError."""
    database = [Path("/" + store.url.partition(":///")[2].lstrip("/"))] if store.url.startswith("sqlite") else []
    found = {existing(path) for path in (store.blobs, *database)}
    return list({place.stat().st_dev: place for place in sorted(found)}.values())


def free(store: Store) -> int:
    """Bytes that are free on the fuller of them. Raises OSError."""
    return min(shutil.disk_usage(place).free for place in places(store))


def existing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())
