"""A flood of one sender's mails before a daemon, and what it costs others: `make survive ARGS='--flood 10000'`.

Prints, as a table: how long two honest mails wait, from the first mail that is stored: one that lies behind the whole flood, and
one that comes while it is handled; what lies on the disk for it; and how many items it makes in the queue.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.e2e.test_daemon_process import Site, running, site, until

FLOODER = "flood@stranger.example"
HONEST = "问题"  # begins the subject of a patron's mail


def flood(count: int, seconds: float) -> int:
    """Exit 1 where a mail was lost. seconds: after so long it is given up."""
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), mailbox="safety_poll_seconds = 5") as place:
        mails = [place.office.mail(n, **{"from": FLOODER, "subject": f"求文献 {n}", "text": _words(n), "sign": False})
                 for n in range(count)]  # fmt: skip
        place.imap.fill([*mails, _honest(place, 0, count)])  # while nobody looks: all of it lies there at once
        with running(place):
            until("the first of it", lambda: _count(place, "1") > 0, 60, place)
            began = time.monotonic()
            place.imap.deliver(_honest(place, 1, count))  # while the flood is fetched, decided and moved
            until("all of it", lambda: _count(place, "status != 'pending'") == count + 2, seconds, place)
            whole = time.monotonic() - began
        waits = (*_waits(place, 0), *_waits(place, 1), whole)
        _say(place, count, sum(map(len, mails)), waits)
        return int(_count(place, "status != 'pending'") != count + 2)


def _words(n: int) -> str:
    return f"您好，我想要第 {n} 篇文献，请尽快。" * 20


def _honest(place: Site, n: int, count: int) -> bytes:
    return place.office.mail(count + n, **{"from": "p01", "subject": f"{HONEST} {n}", "text": "请问我的文献到了吗？"})


def _waits(place: Site, n: int) -> tuple[float, float, int]:
    """Seconds from the first mail stored to this patron's being stored, and decided; how many were decided before."""
    with place.store() as store, store.read() as uow:
        (mail,) = uow.mails.find(text=f"{HONEST} {n}")
        begun = min(each.stored for each in uow.mails.find(limit=10**6))
        before = sum(each.settled < mail.settled for each in uow.mails.find(limit=10**6))
    return (mail.stored - begun).total_seconds(), (mail.settled - begun).total_seconds(), before


def _count(place: Site, which: str) -> int:
    """Asked beside the daemon's own work: no rows are brought."""
    with closing(sqlite3.connect(f"file:{place.folder}/maild.db?mode=ro", uri=True, timeout=30)) as database:
        return int(database.execute(f"SELECT count(*) FROM mail WHERE {which}").fetchone()[0])


def _say(place: Site, count: int, sent: int, seconds: Sequence[float]) -> None:
    lying = sum(path.stat().st_size for path in place.folder.rglob("*") if path.is_file())
    with place.store() as store, store.read() as uow:
        items = len(uow.reviews.find(limit=20_000))
    print("| mails | sent, MB | behind it: stored, s | decided, s | after | during it: stored, s | decided, s | after | whole, s |"
          " on disk, MB | items |")  # fmt: skip
    print("|" + " --- |" * 11)
    row = (count, round(sent / 1e6, 1), *(round(each, 1) for each in seconds), round(lying / 1e6, 1), items)
    print("| " + " | ".join(map(str, row)) + " |", flush=True)
