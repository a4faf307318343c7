"""Content-addressed files: ab/<sha256>, written once, never changed.

One level of 256 folders: with a second one every mail made a folder of its own, three fsyncs in place of one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import TypeVar

from maild.domain.errors import Damaged, NotFound, Permanent, Temporary, sign_of_disk
from maild.store.texts import SAY

_TEMP = "tmp"
IDENTITY = "store-id"  # the name that database and folder share
ERASURES = "erasures"  # what was erased, by keyed hashes, a line an erasure
_AT_ONCE = 100  # files open at a time
_SYNCS = 8  # fsyncs side by side
T = TypeVar("T")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_STALE_SECONDS = 3600.0  # a temporary file older than this belongs to a process that died
_PASSING = {errno.EINTR, errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ETIMEDOUT, errno.ESTALE, errno.EBUSY}
_REMEDY = {
    errno.ENOSPC: "free_disk",
    errno.EDQUOT: "raise_quota",
    errno.EROFS: "mount_folder_writable",
    errno.EACCES: "check_blob_folder",
    errno.EPERM: "check_blob_folder",
    errno.EIO: "check_disk",
}


class FileBlobs:
    """Blobs in a folder that bears the name of the database which speaks of them. For several threads and processes
    at once.

    A blob is written under tmp/, fsynced, and renamed to its name: a name always stands for whole bytes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._ready = False

    def put(self, data: bytes) -> str:
        """Store and return the sha256 in hex; durable on return. Known bytes change nothing."""
        return self.put_many([data])[0]

    def put_many(self, items: Sequence[bytes]) -> list[str]:
        """Store several: all files are written, then fsynced, then each folder once.

        Raises Temporary or Permanent as the disk says.
        """
        names = [hashlib.sha256(data).hexdigest() for data in items]
        blobs = dict(zip(names, items, strict=True))
        try:
            known = {name for name, data in blobs.items() if self._holds(name, len(data))}
            new = [(name, data) for name, data in blobs.items() if name not in known]
            for start in range(0, len(new), _AT_ONCE):
                self._store(new[start : start + _AT_ONCE])
            # Another process may have named a file and not yet brought the name to the disk.
            _each(_sync, sorted({os.path.dirname(self._path(name)) for name in known}))
        except OSError as error:
            raise _fault(error, self.folder) from error
        return names

    def _holds(self, name: str, size: int) -> bool:
        """Whether the blob is there in its full length; a file cut by a disk that failed is written anew."""
        try:
            return os.stat(self._path(name)).st_size == size
        except FileNotFoundError:
            return False

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound; raises Permanent where they no longer match their name."""
        try:
            with open(self._path(sha256), "rb", buffering=0) as file:
                data = file.readall()
        except FileNotFoundError as error:
            raise NotFound(SAY("no_blob", sha=sha256)) from error
        except OSError as error:
            raise _fault(error, self.folder) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged(SAY("blob_damaged_on_disk", sha=sha256), remedy=SAY("restore_blob"))
        return data

    def __contains__(self, sha256: str) -> bool:
        return _DIGEST.fullmatch(sha256) is not None and os.path.isfile(self._path(sha256))

    # -- whose folder it is ------------------------------------------------------------------------

    def identity(self) -> str:
        """The name that the folder bears, '' for none. Raises Temporary, Permanent."""
        try:
            return (self.folder / IDENTITY).read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError):
                raise _fault(error, self.folder) from error
            raise Permanent(
                SAY("blob_damaged", file=self.folder / IDENTITY), remedy="maild check --blobs --adopt"
            ) from error

    def name(self, identity: str, *, replace: bool = False) -> str:
        """Let the folder bear that name, durably, if it has none (or all the same); returns the one that it bears.

        Raises Temporary or Permanent as the disk says.
        """
        try:
            self._prepare()
            temp, target = self.folder / _TEMP / secrets.token_hex(16), self.folder / IDENTITY
            with open(temp, "x", encoding="utf-8") as file:
                file.write(f"{identity}\n")
                file.flush()
                os.fsync(file.fileno())
            if replace:
                os.rename(temp, target)
            else:
                with contextlib.suppress(FileExistsError):
                    os.link(temp, target)  # of two hosts that name it at one time, one is the first
                os.unlink(temp)
            _sync(str(self.folder))
        except OSError as error:
            raise _fault(error, self.folder) from error
        return self.identity()

    def any(self) -> bool:
        """Whether there is a blob at all."""
        return any(self.inventory(part) for part in "0123456789abcdef")

    def inventory(self, part: str) -> dict[str, int]:
        """Blobs whose name begins with `part` (a hex digit), with their sizes in bytes. Raises Temporary, Permanent."""
        found: dict[str, int] = {}
        try:
            for second in "0123456789abcdef":
                with contextlib.suppress(FileNotFoundError), os.scandir(self.folder / (part + second)) as entries:
                    found |= {e.name: e.stat().st_size for e in entries if _DIGEST.fullmatch(e.name)}
        except OSError as error:
            raise _fault(error, self.folder) from error
        return found

    def renew(self, data: bytes) -> str:
        """Store bytes in any case, in place of a damaged file of their name; returns the sha256.

        Raises Temporary or Permanent as the disk says.
        """
        name = hashlib.sha256(data).hexdigest()
        try:
            self._store([(name, data)])
        except OSError as error:
            raise _fault(error, self.folder) from error
        return name

    def size(self, sha256: str) -> int:
        """In bytes; 0 where it is not there."""
        try:
            return os.stat(self._path(sha256)).st_size
        except OSError:
            return 0

    def remove(self, names: Sequence[str]) -> None:
        """Remove files, durably; one that is not there is no fault. Raises Temporary, Permanent."""
        try:
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self._path(name))
            for folder in sorted({os.path.dirname(self._path(name)) for name in names}):
                with contextlib.suppress(FileNotFoundError):
                    _sync(folder)
        except OSError as error:
            raise _fault(error, self.folder) from error

    # -- what was erased: it outlives the database -------------------------------------------------

    def remember(self, line: str) -> None:
        """Keep a line of what was erased, durably. Raises Temporary, Permanent."""
        try:
            self._prepare()
            path = self.folder / ERASURES
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, f"{line}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            _sync(str(self.folder))
        except OSError as error:
            raise _fault(error, self.folder) from error

    def remembered(self) -> list[str]:
        """Those lines, oldest first. Raises Temporary, Permanent."""
        try:
            return (self.folder / ERASURES).read_text("utf-8", "replace").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise _fault(error, self.folder) from error

    def path(self, sha256: str) -> Path:
        """Where a blob lies, or would. Raises NotFound for what is no name of one."""
        return Path(self._path(sha256))

    def sweep(self) -> int:
        """Remove temporary files that processes which died left behind; returns how many."""
        removed = 0
        oldest = time.time() - _STALE_SECONDS  # file times are of the system clock, so is this
        with contextlib.suppress(FileNotFoundError):
            for entry in os.scandir(self.folder / _TEMP):
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat().st_mtime < oldest:
                        os.unlink(entry.path)
                        removed += 1
        return removed

    def _path(self, sha256: str) -> str:
        if not _DIGEST.fullmatch(sha256):
            raise NotFound(SAY("no_blob_called", sha=repr(sha256)))
        return f"{self.folder}/{sha256[:2]}/{sha256}"

    def _prepare(self) -> None:
        """Make the folder and clean it, once."""
        if self._ready:
            return
        if not self.folder.parent.is_dir():
            raise Permanent(  # it may be a mount that comes late
                SAY("no_blob_folder", folder=self.folder.parent), remedy=SAY("mount_or_make", folder=self.folder.parent)
            )
        _make(self.folder)
        _make(self.folder / _TEMP)
        self.sweep()
        self._ready = True

    def _store(self, new: Sequence[tuple[str, bytes]]) -> None:
        if not new:
            return
        self._prepare()
        written: list[tuple[str, int]] = []  # path, open descriptor
        try:
            for _, data in new:
                written.append(self._write(data))
            _each(os.fsync, [descriptor for _, descriptor in written])
            folders = {self._place(name, temp) for (name, _), (temp, _) in zip(new, written, strict=True)}
            _each(_sync, sorted(folders))
        except BaseException:
            for temp, _ in written:
                with contextlib.suppress(OSError):
                    os.unlink(temp)
            raise
        finally:
            for _, descriptor in written:
                os.close(descriptor)

    def _write(self, data: bytes) -> tuple[str, int]:
        """The bytes in a temporary file, not yet fsynced and still open."""
        path = f"{self.folder}/{_TEMP}/{secrets.token_hex(16)}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except BaseException:
            os.close(descriptor)
            os.unlink(path)
            raise
        return path, descriptor

    def _place(self, name: str, temp: str) -> str:
        """Give the file its name; returns its folder, still to be fsynced.

        Where another process was faster, the same bytes take the place of the same bytes.
        """
        path = self._path(name)
        folder = os.path.dirname(path)
        try:
            os.rename(temp, path)
        except FileNotFoundError:
            _make(Path(folder))
            os.rename(temp, path)
        return folder


def _each(sync: Callable[[T], None], items: Sequence[T]) -> None:
    """Bring all to the disk, side by side: the file system then commits them together (0.5 for 4 ms a file)."""

    shares = max(1, min(_SYNCS, len(items)))

    def some(first: int) -> None:
        for item in items[first::shares]:
            sync(item)

    if shares < 2:
        return some(0)
    others = [_helpers().submit(some, first) for first in range(1, shares)]  # one share is ours
    try:
        some(0)
    finally:
        wait(others)  # nobody closes a file that is still being synced
    for other in others:
        other.result()


@cache
def _helpers() -> ThreadPoolExecutor:
    """Who else waits for the disk. Kept: to start a thread costs more than what it is started for."""
    return ThreadPoolExecutor(_SYNCS - 1, thread_name_prefix="fsync")


def _make(folder: Path) -> None:
    """Make a folder (0700) and its entry in the one above durable."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    _sync(str(folder.parent))


def _sync(path: str) -> None:
    """Bring a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fault(error: OSError, folder: Path) -> Temporary | Permanent:
    """What an error of the file system means for us."""
    if error.errno in _PASSING:
        return Temporary(SAY("blobs_unusable", folder=folder, why=error.strerror))
    remedy = SAY(_REMEDY[error.errno]) if error.errno in _REMEDY else SAY("look_at", folder=folder)
    what = SAY("blob_folder_fails", folder=folder, why=error.strerror)
    return Permanent(what, remedy=remedy, trouble=sign_of_disk(error))
