"""A filled office to measure the console in, on either database, and its console in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from maild.bootstrap import Services
from maild.config import Settings
from maild.store import migrate, open_store
from tests.bench import console_models as models
from tests.bench.console_fill import fill
from tests.bench.console_past import NOW, Size
from tests.bench.meter import peak_mb, rss_mb
from tests.console import world
from tests.servers.clock import MovedClock
from tests.servers.postgres import postgres

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Where it is. folder: blobs and DNS; database: 'sqlite' or 'postgresql'; servers: pid of the database's, if ours."""

    url: str
    folder: Path
    database: str
    servers: Sequence[int] = ()

    @property
    def settings(self) -> Settings:
        """The office's settings."""
        made = world.settings(self.folder, self.url)
        return replace(made, store=replace(made.store, blobs=self.folder / "blobs"))

    def services(self) -> Services:
        """Services over it; the clock stands at the day it was filled for."""
        return Services(self.settings, resolver=models.answers(self.folder), clock=MovedClock(NOW))


@contextmanager
def office(*, keep: Path | None, postgresql: bool, url: str = "", scale: float = 1.0) -> Iterator[Office]:
    """One that is filled: `keep` is used where it is there (an SQLite file, blobs beside it), and made where not; a
    PostgreSQL server is started and gone at the end; `url` is an empty database of yours.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        if keep is not None and not postgresql and not url:
            folder = keep.with_name(f"{keep.name}.files")
            folder.mkdir(exist_ok=True)
            if not keep.exists():
                part = keep.with_name(f"{keep.name}.part")
                part.unlink(missing_ok=True)
                filled(f"sqlite:///{part.absolute()}", folder, scale)
                part.rename(keep)
            yield Office(url=f"sqlite:///{keep.absolute()}", folder=folder, database="sqlite")
            return
        servers: list[int] = []
        if postgresql and not url:
            server = stack.enter_context(postgres())
            url = server.url(server.database())
            servers = [int((server.folder / "data" / "postmaster.pid").read_text().split()[0])]
        url = url or f"sqlite:///{folder / 'maild.db'}"
        filled(url, folder, scale)
        yield Office(url=url, folder=folder, database=url.partition(":")[0].partition("+")[0], servers=servers)


def filled(url: str, folder: Path, scale: float, kinds: models.Models | None = None) -> None:
    """Fill an empty database, and tell how far it is."""
    start, live = time.monotonic(), sys.stdout.isatty()

    def said(what: str, rows: int) -> None:
        line = f"filling, {time.monotonic() - start:4.0f} s: {what}" + (f", {rows:,} rows" if rows else "")
        if live:
            print(f"\r\x1b[K{line}", end="", flush=True)
        elif not rows:
            print(line, flush=True)

    if kinds is None:
        said("the demo's mails are read and decided", 0)
        with tempfile.TemporaryDirectory(prefix="bench-") as demo:
            kinds = models.make(Path(demo))
            models.settle(Path(demo), kinds, folder)
    migrate.upgrade(url)
    store = open_store(url)
    try:
        fill(store, kinds, Size(scale=scale), said=said)
    finally:
        store.close()
    print(f"{chr(10) if live else ''}filled in {time.monotonic() - start:.0f} s", flush=True)


class Served:
    """An office's console in a process of its own, and a visitor who is signed in."""

    def __init__(self, place: Office) -> None:
        self.place = place
        start = time.perf_counter()
        command = [sys.executable, "-m", "tests.bench.console_serve", place.url, str(place.folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self.url, self.cookie = str(said["url"]), str(said["cookie"])
        self.seconds_to_start = time.perf_counter() - start

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(START_SECONDS)

    def visitor(self) -> httpx.Client:
        """A browser's like that keeps its connection."""
        return httpx.Client(
            base_url=self.url,
            timeout=120,
            cookies={"maild": self.cookie},
            headers={"accept-language": "zh-CN", "sec-fetch-site": "same-origin"},
        )

    def cpu(self) -> float:
        """Seconds of processor time: the console's with its workers, and the database's."""
        return sum(map(_spent, (self._process.pid, *self.place.servers)))

    @property
    def memory(self) -> dict[str, float]:
        """MB that the console and its workers hold now, and have held at most."""
        pids = list(_with_children(self._process.pid))
        return {
            "console": rss_mb(pids[0]),
            "console_peak": peak_mb(pids[0]),
            "workers": sum(map(rss_mb, pids[1:])),
            "worker_count": len(pids) - 1,
        }


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = task.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in found:
            yield from _with_children(int(child))


def _spent(pid: int) -> float:
    """Seconds of processor time of a process, of its living descendants, and of those that have ended."""
    total = 0
    for each in _with_children(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return total / _TICK
