"""What the store costs: commits, mails stored in batches, claims, and look-ups as the tables grow.

    python -m tests.bench.store [--sizes 10000,200000] [--postgres]

Prints one JSON object a line: {database, what, …}. Times are medians of the repetitions, in ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from maild.domain.incoming.decision import Transition
from maild.domain.incoming.mail import MailKey
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import JournalEntry, MailboxState, MailStatus, NewMail
from maild.domain.requests.lifecycle import State
from maild.store import migrate, open_store
from maild.store.uow import Store, UnitOfWork
from tests.servers.postgres import postgres
from tests.store.filling import fill

NOW = datetime(2026, 11, 24, tzinfo=UTC)
BATCH = 50
COMMITS = 300
MAILS = 3000


@contextmanager
def _sqlite() -> Iterator[Callable[[], str]]:
    with tempfile.TemporaryDirectory() as folder:
        names = iter(range(1000))
        yield lambda: f"sqlite:///{folder}/{next(names)}.db"


@contextmanager
def _postgres() -> Iterator[Callable[[], str]]:
    with postgres() as server:
        yield lambda: server.url(server.database())


def _commits(store: Store) -> float:
    """Commits of one small row a second, each durable."""
    start = time.perf_counter()
    for n in range(COMMITS):
        with store.begin() as uow:
            uow.mailboxes.save(MailboxState(mailbox="a/b", uidvalidity=1, last_uid=n))
    return COMMITS / (time.perf_counter() - start)


def _adds(store: Store) -> float:
    """Mails a second, stored in commits of 50 with the mailbox's progress."""
    start = time.perf_counter()
    for first in range(1, MAILS, BATCH):
        batch = [
            NewMail(key=MailKey("a/b", 1, uid), sha256=f"{uid:064x}", size=9000, message_id=f"<{uid}@x.example>",
                    sender="li@patron.example", subject="关于事务 2026112400017 的询问", internal_date=NOW)
            for uid in range(first, first + BATCH)
        ]  # fmt: skip
        with store.begin() as uow:
            uow.mails.add(batch, now=NOW)
            uow.mailboxes.save(MailboxState(mailbox="a/b", uidvalidity=1, last_uid=first + BATCH))
    return MAILS / (time.perf_counter() - start)


def _works(store: Store) -> float:
    """Mails a second through claim and record (state, journal, notice, settle) in commits of 50."""
    done, start = 0, time.perf_counter()
    versions = [0] * 10
    while True:
        with store.begin() as uow:
            mails = uow.mails.claim(BATCH, NOW, 60, "bench")
        if not mails:
            return done / (time.perf_counter() - start)
        with store.begin() as uow:
            for mail in mails:
                _record(uow, mail.id, versions)
        done += len(mails)


def _record(uow: UnitOfWork, mail_id: int, versions: list[int]) -> None:
    """The writes of one decision."""
    n = mail_id % 10
    uow.transactions.apply(
        Transition(number=f"N{n + 1:06}", expected_version=versions[n], after=State.SHIPPED, provider="x"), NOW
    )
    versions[n] += 1
    uow.mails.settle(
        mail_id, MailStatus.SETTLED, kind="shipped", rule="r", reason="x", now=NOW, expected=MailStatus.PENDING
    )
    uow.journal.add([JournalEntry(what="state", at=NOW, number=f"N{n + 1:06}", mail_id=mail_id, reasons=("a", "b"))])
    uow.outbox.add([NoticeRequest(kind=NoticeKind.PICK_UP, subject=f"m{mail_id}", recipient="a@b.example")], NOW)


LOOKUPS: dict[str, Callable[[UnitOfWork], object]] = {
    "by number": lambda u: u.transactions.get_many(["N000777", "N000778"]),
    "of patron": lambda u: u.transactions.of_patrons(["p77"]),
    "of amount": lambda u: u.transactions.of_amount(Money.of("7.70")),
    "of message": lambda u: u.transactions.by_message(["<maild.777@x>"]),
    "patron by address": lambda u: u.patrons.by_email(["p77@patron.example"]),
    "patron by name": lambda u: u.patrons.by_name("Name 77"),
    "claim mails": lambda u: u.mails.claim(1, NOW, 0, "bench"),
    "unfiled": lambda u: u.mails.unfiled("office/INBOX", 1, 50),
    "sent since": lambda u: u.outbox.sent_since(NOW, recipient="p77@patron.example"),
    "one transaction (begin … commit)": lambda u: None,
}


def _lookup(store: Store, look_up: Callable[[UnitOfWork], object]) -> float:
    """Milliseconds inside one open transaction."""
    times = []
    with store.begin() as uow:
        for _ in range(100):
            start = time.perf_counter()
            look_up(uow)
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _say(**values: object) -> None:
    print(json.dumps(values), flush=True)


def measure(database: str, new_url: Callable[[], str], sizes: list[int]) -> None:
    """Everything, on one database."""
    url = new_url()
    migrate.upgrade(url)
    store = open_store(url)
    fill(store, 10)
    with store.begin() as uow:  # the filling's own pending rows are not work
        uow.mails.claim(1000, NOW, 1e9, "fill")
    _say(database=database, what="commits/s", value=round(_commits(store)))
    _say(database=database, what="mails added/s in batches of 50", value=round(_adds(store)))
    _say(database=database, what="mails claimed and recorded/s in batches of 50", value=round(_works(store)))
    store.close()
    for size in sizes:
        url = new_url()
        migrate.upgrade(url)
        store = open_store(url)
        fill(store, size)
        times = {name: round(_lookup(store, look_up), 3) for name, look_up in LOOKUPS.items()}
        start = time.perf_counter()
        with store.read() as uow:
            uow.mails.counts()
        _say(database=database, what="look-ups, ms", transactions=size, **times,
             counts=round((time.perf_counter() - start) * 1000, 1))  # fmt: skip
        store.close()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,200000")
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with _sqlite() as urls:
        measure("sqlite", urls, sizes)
    if options.postgres:
        with _postgres() as urls:
            measure("postgresql", urls, sizes)


if __name__ == "__main__":
    main()
