"""A flood of mails before a daemon, and what it costs others: `make survive ARGS='--flood 10000 [--senders 500]'`.

Prints, as a table: how long two honest mails wait, from the first mail that is stored: one that lies behind the whole flood, and
one that comes while it is handled; what lies on the disk for it; how many items it makes in the queue; and the most memory
that the daemon, and its readers together, had at a time (resident, without what they share being taken out).
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.test_daemon_process import Site, running, site, until

DECIDED = "status != 'pending'"
HONEST = "问题"  # begins the subject of a patron's mail


@dataclass(slots=True)
class Peak:
    """Bytes."""

    daemon: int = 0
    readers: int = 0


def flood(count: int, senders: int, seconds: float) -> int:
    """Exit 1 where not every mail was decided in time. senders: invented names, in turn; seconds: so long at most."""
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), mailbox="safety_poll_seconds = 5") as place:
        mails = [
            place.office.mail(
                n, **{"from": _flooder(n % senders), "subject": f"求文献 {n}", "text": _words(n), "sign": False}
            )
            for n in range(count)
        ]
        place.imap.fill([*mails, _honest(place, 0, count)])  # while nobody looks: all of it lies there at once
        with running(place) as process, watched(process.pid) as peak:
            until("the first of it", lambda: _count(place, "1") > 0, 300, place)
            began = time.monotonic()
            place.imap.deliver(_honest(place, 1, count))  # while the flood is fetched, decided and moved
            honest = f"{DECIDED} AND subject LIKE '{HONEST} %'"
            until("the honest ones", lambda: _count(place, honest) == 2, seconds, place)
            while time.monotonic() - began < seconds and _count(place, DECIDED) < count + 2:
                time.sleep(1.0)
            whole = time.monotonic() - began
        waits = (*_waits(place, 0), *_waits(place, 1), whole)
        _say(place, count, senders, sum(map(len, mails)), waits, peak)
        return int(_count(place, DECIDED) != count + 2)


def _flooder(n: int) -> str:
    return f"flood{n}@stranger{n}.example"


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """A daemon and the processes below it, looked at each second."""
    peak, over = Peak(), threading.Event()

    def watch() -> None:
        while not over.wait(1.0):
            parents, resident = _processes()
            below = {pid}
            while more := {each for each, parent in parents.items() if parent in below} - below:
                below |= more
            others = sum(resident.get(each, 0) for each in below - {pid})
            own = resident.get(pid, 0)
            peak.daemon, peak.readers = max(peak.daemon, own), max(peak.readers, others)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join(5)


def _processes() -> tuple[dict[int, int], dict[int, int]]:
    """The parents, and the resident bytes, of all there are (proc_pid_stat(5))."""
    parents, resident = {}, {}
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (each / "stat").read_text("utf-8").rpartition(") ")[2].split()
            parents[int(each.name)] = int(said[1])
            resident[int(each.name)] = int(said[21]) * os.sysconf("SC_PAGE_SIZE")
    return parents, resident


def _words(n: int) -> str:
    return f"您好，我想要第 {n} 篇文献，请尽快。" * 20


def _honest(place: Site, n: int, count: int) -> bytes:
    return place.office.mail(count + n, **{"from": "p01", "subject": f"{HONEST} {n}", "text": "请问我的文献到了吗？"})


def _waits(place: Site, n: int) -> tuple[float, float, int]:
    """Seconds from the first mail stored to this patron's being stored, and decided; how many were decided before."""
    with place.store() as store, store.read() as uow:
        (mail,) = uow.mails.find(text=f"{HONEST} {n}")
        begun = min(each.stored for each in uow.mails.find(limit=10**6))
        before = sum(bool(each.settled) and each.settled < mail.settled for each in uow.mails.find(limit=10**6))
    return (mail.stored - begun).total_seconds(), (mail.settled - begun).total_seconds(), before


def _count(place: Site, which: str) -> int:
    """Asked beside the daemon's own work: no rows are brought."""
    with closing(sqlite3.connect(f"file:{place.folder}/maild.db?mode=ro", uri=True, timeout=30)) as database:
        return int(database.execute(f"SELECT count(*) FROM mail WHERE {which}").fetchone()[0])


def _say(place: Site, count: int, senders: int, sent: int, seconds: Sequence[float], peak: Peak) -> None:
    lying = sum(path.stat().st_size for path in place.folder.rglob("*") if path.is_file())
    with place.store() as store, store.read() as uow:
        items = len(uow.reviews.find(limit=20_000))
    print(
        "| decided | senders | sent, MB | behind it: stored, s | decided, s | after | during it: stored, s | decided, s |"
        " after | whole, s | on disk, MB | items | daemon, MB | readers, MB |"
    )
    print("|" + " --- |" * 14)
    row = (f"{_count(place, DECIDED) - 2} of {count}", senders, round(sent / 1e6, 1), *(round(each, 1) for each in seconds), round(lying / 1e6, 1), items,
           round(peak.daemon / 1e6), round(peak.readers / 1e6))  # fmt: skip
    print("| " + " | ".join(map(str, row)) + " |", flush=True)
