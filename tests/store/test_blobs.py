"""Blobs: whole or not there, whatever happens in the middle."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from maild.domain.errors import NotFound, Permanent
from maild.store import FileBlobs


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_put_and_get(blobs: FileBlobs) -> None:
    """Bytes come back under their sha256, in ab/, for the owner alone."""
    data = b"From: x\r\n\0\xff" * 1000
    name = blobs.put(data)
    assert name == hashlib.sha256(data).hexdigest()
    assert blobs.get(name) == data
    assert name in blobs
    path = blobs.folder / name[:2] / name
    assert path.stat().st_mode & 0o777 == 0o600
    assert {f.stat().st_mode & 0o777 for f in (blobs.folder, path.parent, path.parent.parent)} == {0o700}


def test_put_many(blobs: FileBlobs) -> None:
    """Names in the order given; empty and repeated items are ordinary; nothing temporary stays."""
    items = [b"a", b"", b"b", b"a"]
    names = blobs.put_many(items)
    assert [blobs.get(name) for name in names] == items
    assert blobs.put_many(items) == names
    assert blobs.put_many([]) == []
    assert len(_files(blobs.folder)) == 3


def test_unknown_and_improper_names(blobs: FileBlobs) -> None:
    """What is not there is NotFound; a name that is no digest leads nowhere outside the folder."""
    for name in ("0" * 64, "", "../../etc/passwd", "A" * 64, "/" + "a" * 63):
        assert name not in blobs
        with pytest.raises(NotFound):
            blobs.get(name)


def test_damage_is_noticed(blobs: FileBlobs) -> None:
    """Bytes that no longer match their name are never handed out; a cut file is healed by storing again."""
    name = blobs.put(b"content")
    path = blobs.folder / name[:2] / name
    path.write_bytes(b"c0ntent")
    with pytest.raises(Permanent, match="damaged"):
        blobs.get(name)
    path.write_bytes(b"con")
    blobs.put(b"content")
    assert blobs.get(name) == b"content"


def test_missing_parent_may_be_a_late_mount(tmp_path: Path) -> None:
    """The folder is made, the one above it must be there; that is no wrong setting."""
    with pytest.raises(Permanent, match=r"store\.blobs"):
        FileBlobs(tmp_path / "no" / "blobs").put(b"x")


def test_unusable_folder_is_permanent(tmp_path: Path) -> None:
    """A file system that refuses says so with a remedy, and leaves nothing half-written."""
    blobs = FileBlobs(tmp_path / "blobs")
    blobs.put(b"first")
    data = b"second"
    (blobs.folder / hashlib.sha256(data).hexdigest()[:2]).write_text("a file where a folder belongs")
    with pytest.raises(Permanent) as caught:
        blobs.put(data)
    assert caught.value.remedy
    assert list((blobs.folder / "tmp").iterdir()) == []


def test_full_disk_is_permanent(tmp_path: Path) -> None:
    """A disk that is full (here: a limit on the size of files) keeps what was stored and asks for space."""
    program = """
import resource, signal, sys
from pathlib import Path
from maild.domain.errors import Permanent
from maild.store import FileBlobs
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
blobs = FileBlobs(Path(sys.argv[1]))
blobs.put(b"small")
try:
    blobs.put_many([b"x" * 5000, b"y" * 20_000])
except Permanent as error:
    print(error.remedy)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "b")], check=False, capture_output=True, text=True, timeout=30
    )
    assert done.stdout.strip(), done.stderr
    assert [f.read_bytes() for f in _files(tmp_path / "b")] == [b"small"]


def test_stale_temporary_files_are_swept(blobs: FileBlobs) -> None:
    """What a process that died left behind is removed; a young file may belong to somebody at work."""
    blobs.put(b"x")
    old, young = blobs.folder / "tmp" / "old", blobs.folder / "tmp" / "young"
    old.write_bytes(b"")
    young.write_bytes(b"")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    FileBlobs(blobs.folder).put(b"y")
    assert not old.exists()
    assert young.exists()


def test_everything_is_fsynced(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file before it gets its name, each folder once after; known blobs sync only their folder."""
    blobs.put_many([bytes([n]) for n in range(256)])  # folders exist from here on
    order: list[str] = []
    real_sync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        order.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        real_sync(descriptor)

    def rename(source: str, target: str) -> None:
        order.append("rename")
        real_rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    twins = _same_folder()
    FileBlobs(blobs.folder).put_many(twins[:1])
    order.clear()
    blobs.put_many(twins[1:])
    assert order == ["file", "file", "rename", "rename", "folder"]
    order.clear()
    blobs.put_many(twins)
    assert order == ["folder"]


def _same_folder() -> list[bytes]:
    """Three blobs whose names begin with the same four letters."""
    groups: dict[str, list[bytes]] = {}
    for n in range(1_000_000):
        data = f"blob {n}".encode()
        group = groups.setdefault(hashlib.sha256(data).hexdigest()[:4], [])
        group.append(data)
        if len(group) == 3:
            return group
    raise AssertionError("not found")


def test_many_threads_store_the_same(blobs: FileBlobs) -> None:
    """The same and different bytes at once, from several threads and objects: all there, whole."""
    items = [bytes([n % 20]) * 3000 for n in range(200)]

    def work(seed: int) -> None:
        mine = random.Random(seed).sample(items, len(items))
        store = blobs if seed % 2 else FileBlobs(blobs.folder)
        for start in range(0, len(mine), 10):
            store.put_many(mine[start : start + 10])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(f.read_bytes() for f in _files(blobs.folder)) == sorted(set(items))


CRASHER = """
import sys
from pathlib import Path
from maild.store import FileBlobs

blobs, seed = FileBlobs(Path(sys.argv[1])), int(sys.argv[2])
for n in range(100_000):
    items = [f"{seed + n + i} ".encode() * (1 + (n + i) % 50 * 400) for i in range(5)]
    for name in blobs.put_many(items):
        print(name, flush=True)
"""


def test_kill_in_the_middle(tmp_path: Path) -> None:
    """kill -9 of two processes that store the same blobs, again and again: what was said to be stored is whole."""
    folder = tmp_path / "blobs"
    promised: set[str] = set()
    rounds = random.Random(7)
    for turn in range(8):
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", CRASHER, str(folder), str(turn * 3)], stdout=subprocess.PIPE, bufsize=0
            )
            for _ in range(2)
        ]
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()  # it is at work
        time.sleep(rounds.random() * 0.1)
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            lines = worker.communicate(timeout=20)[0].decode().split("\n")
            promised.update(lines[:-1])  # a line cut by the kill was not promised
    blobs = FileBlobs(folder)
    assert len(promised) > 20
    assert {hashlib.sha256(blobs.get(name)).hexdigest() for name in promised if name} == promised - {""}
    for path in _files(folder):
        if path.parent.name != "tmp":
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
