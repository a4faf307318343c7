"""A flood of one sender's mails around a running daemon, and what it costs others: `make survive ARGS='--flood 10000'`.

Prints, as a table: how long an honest mail waits that comes behind the whole flood, which lay there at once; what lies on the
disk for it; and how many items it makes in the queue.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.e2e.test_daemon_process import Site, running, site, until

FLOODER = "flood@stranger.example"
HONEST = "问题"  # begins the subject of a patron's mail


def flood(count: int, seconds: float) -> int:
    """Exit 1 where a mail was lost. seconds: after so long it is given up."""
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), mailbox="safety_poll_seconds = 5") as place:
        with running(place):
            until("ready", lambda: "event=ready" in place.log, 60, place)
        mails = [place.office.mail(n, **{"from": FLOODER, "subject": f"求文献 {n}", "text": _words(n), "sign": False})
                 for n in range(count)]  # fmt: skip
        place.imap.fill(mails)  # while nobody looks: the whole flood lies there at once
        with running(place):
            until("ready again", lambda: place.log.count("event=ready") == 2, 60, place)
            began = time.monotonic()
            first = _waits(place, count + 1)
            until("all of it", lambda: _decided(place) == count + 1, seconds, place)
            whole = time.monotonic() - began
        _say(place, count, sum(map(len, mails)), first, whole)
        return int(_decided(place) != count + 1)


def _words(n: int) -> str:
    return f"您好，我想要第 {n} 篇文献，请尽快。" * 20


def _waits(place: Site, n: int) -> float:
    """Seconds from a patron's mail in the mailbox to what was decided of it."""
    subject = f"{HONEST} {n}"
    mail = place.office.mail(n, **{"from": "p01", "subject": subject, "text": "请问我的文献到了吗？"})
    place.imap.deliver(mail)
    began = time.monotonic()
    until("an honest mail", _is_decided(place, subject), 600, place)
    return time.monotonic() - began


def _is_decided(place: Site, subject: str) -> Callable[[], bool]:
    return lambda: _decided(place, "AND subject = ?", subject) == 1


def _decided(place: Site, also: str = "", *values: str) -> int:
    """Asked beside the daemon's own work: a count by index, no rows."""
    with closing(sqlite3.connect(f"file:{place.folder}/maild.db?mode=ro", uri=True, timeout=30)) as database:
        counted = database.execute(f"SELECT count(*) FROM mail WHERE status != 'pending' {also}", values)
        return int(counted.fetchone()[0])


def _say(place: Site, count: int, sent: int, first: float, whole: float) -> None:
    lying = sum(path.stat().st_size for path in place.folder.rglob("*") if path.is_file())
    with place.store() as store, store.read() as uow:
        items = len(uow.reviews.find(limit=20_000))
    print("| mails | sent, MB | next honest mail, s | whole flood, s | on disk, MB | items |")
    print("|" + " --- |" * 6)
    row = (count, round(sent / 1e6, 1), round(first, 1), round(whole), round(lying / 1e6, 1), items)
    print("| " + " | ".join(map(str, row)) + " |", flush=True)
