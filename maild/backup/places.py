"""Where backups lie. A place keeps objects by key; what it has taken is durable, and was read again."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from maild.domain.errors import ConfigError, NotFound, Permanent

BLOCK = 1 << 20
_MARK = "maild-backup.txt"
_SAID = "Backups of maild (maild restore brings them back). Nothing in here is to be changed by hand.\n"
_TEMP = "tmp"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # only writing meets these
_WORK = ".maild-backup-"
_STALE_SECONDS = 86_400.0


class Place(Protocol):
    """Raises Temporary or Permanent where it cannot be used, NotFound for a key that it does not have."""

    name: str

    def put(self, key: str, source: Path) -> None:
        """Keep a file's bytes under the key, durably, and read them again. Known keys are replaced."""

    def fetch(self, key: str, to: Path) -> None:
        """Write the bytes into a new file."""

    def sizes(self, folder: str) -> Mapping[str, int]:
        """Keys below a folder with their sizes in bytes."""

    def remove(self, key: str) -> None:
        """Forget the key; nothing happens where there is none."""

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Nobody else writes here meanwhile."""


class FolderPlace:
    """A folder, best on another disk or machine than what is backed up."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Raises ConfigError for a folder of other things; with `create` an empty or missing one becomes a place."""
        self.folder, self.name = folder, str(folder)
        if (folder / _MARK).is_file():
            return
        if not create:
            raise ConfigError(f"there are no backups of maild in {folder}", remedy="name the folder that has them")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ConfigError(f"{folder} holds other things than backups", remedy="name an empty or a new folder")
        with _failing(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / _TEMP).mkdir(mode=0o700, exist_ok=True)
            (folder / _MARK).write_text(_SAID, "utf-8")
            _sync(folder)

    def put(self, key: str, source: Path) -> None:
        """See Place. Written beside, synced, read again, then named.

        Raises Permanent where the disk does not give back what was written.
        """
        target = self.folder / key
        temp = self.folder / _TEMP / secrets.token_hex(16)
        with _failing(self.folder):
            try:
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                wanted = _copy(source, temp)
                if file_hash(temp) != wanted:
                    raise Permanent(f"{self.folder} does not give back what was written", remedy="check the disk")
                os.rename(temp, target)
                _sync(target.parent)
            finally:
                temp.unlink(missing_ok=True)

    def fetch(self, key: str, to: Path) -> None:
        """See Place. Raises NotFound."""
        with _failing(self.folder, writing=to.parent):
            try:
                shutil.copyfile(self.folder / key, to)
            except FileNotFoundError as error:
                raise NotFound(f"{self.name} has no {key}") from error

    def sizes(self, folder: str) -> Mapping[str, int]:
        """See Place."""
        top = self.folder / folder
        with _failing(self.folder):
            return {
                str(Path(base, name).relative_to(self.folder)): os.stat(os.path.join(base, name)).st_size
                for base, _, names in os.walk(top)
                for name in names
            }

    def remove(self, key: str) -> None:
        """See Place."""
        with _failing(self.folder):
            (self.folder / key).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """See Place. What a backup that died left behind is swept.

        Raises Permanent where another backup writes there.
        """
        with _failing(self.folder), open(self.folder / "lock", "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Permanent(f"another maild backup writes into {self.folder}", remedy="wait for its end") from error
            for left in (self.folder / _TEMP).iterdir():
                left.unlink(missing_ok=True)
            yield


@contextmanager
def work_folder(beside: Path) -> Iterator[Path]:
    """A private folder for files under way, on the disk of what is backed up; what a killed one left is removed.

    Raises Permanent where no file can be written there.
    """
    roomy = beside if os.access(beside, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    for left in roomy.glob(f"{_WORK}*"):
        if time.time() - left.stat().st_mtime > _STALE_SECONDS:  # file times are of the system clock, so is this
            shutil.rmtree(left, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix=_WORK, dir=roomy) as work:
            yield Path(work)
    except OSError as error:
        raise Permanent(
            f"no file can be written in {roomy}: {error.strerror or error}",
            remedy="a backup, and more so a restore, needs room there for a copy",
        ) from error


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, to: Path) -> str:
    """Copy, bring it to the disk, and tell the SHA-256 of what was read."""
    digest = hashlib.sha256()
    with open(source, "rb") as reading, open(to, "xb", buffering=0) as writing:
        os.fchmod(writing.fileno(), 0o600)
        while block := reading.read(BLOCK):
            digest.update(block)
            rest = memoryview(block)
            while rest:
                rest = rest[writing.write(rest) :]
        os.fsync(writing.fileno())
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _failing(folder: Path, *, writing: Path | None = None) -> Iterator[None]:
    """What the file system refuses, in words. writing: where what is read from the folder goes."""
    try:
        yield
    except OSError as error:
        if writing is not None and error.errno in _NO_ROOM:
            raise Permanent(f"{writing} fails: {error.strerror}", remedy="free disk space there") from error
        what = f"{folder} fails: {error.strerror or error}"
        raise Permanent(what, remedy="check the disk of the backups: room, owner, mode") from error
