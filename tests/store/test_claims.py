"""Four processes claim at once: every row is given out exactly once, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from maild.domain.incoming.mail import MailKey
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import NewMail
from maild.store.uow import Store

pytestmark = pytest.mark.long

ROWS = 400
PROCESSES = 4

WORKER = """
import json, sys, time
from datetime import UTC, datetime
from maild.domain.records.journal import MailStatus
from maild.domain.outgoing.notice import OutboxState
from maild.store import open_store

url, queue, owner = sys.argv[1:]
store, claimed = open_store(url), []
print("ready", flush=True)
sys.stdin.readline()
while True:
    now = datetime.now(UTC)
    with store.begin() as uow:
        rows = getattr(uow, queue).claim(7, now, 600, owner)
        claimed += [row.id for row in rows]
        for row in rows:
            if queue == "mails":
                uow.mails.settle(row.id, MailStatus.SETTLED, kind="", rule="", reason=owner, now=now,
                                 expected=MailStatus.PENDING)
    if queue == "outbox":  # marked one by one, after the claim's commit, as the relay does
        for row in rows:
            with store.begin() as uow:
                uow.outbox.mark(row.id, OutboxState.SENT, now=now)
    if not rows:
        break
    time.sleep(0.02)  # the work that lies between two claims: the others get their turn at SQLite's one lock
print(json.dumps(claimed))
"""


def _race(url: str, queue: str) -> list[list[int]]:
    """What each of the processes claimed."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, url, queue, f"worker-{n}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(PROCESSES)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:  # all start claiming together
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        return [json.loads(worker.communicate(timeout=60)[0]) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(10)


@pytest.mark.parametrize("queue", ["mails", "outbox"])
def test_no_row_is_claimed_twice(url: str, store: Store, queue: str) -> None:
    """Every row once, none left, and more than one process got a share."""
    with store.begin() as uow:
        uow.mails.add([NewMail(key=MailKey("a/b", 1, n), sha256=f"{n:064x}", size=1) for n in range(1, ROWS + 1)])
        uow.outbox.add(
            [NoticeRequest(kind=NoticeKind.PICK_UP, subject=f"n{n}", recipient="a@b.example") for n in range(ROWS)],
            datetime.now(UTC),
        )
    shares = _race(url, queue)
    claimed = sorted(row for share in shares for row in share)
    assert claimed == list(range(1, ROWS + 1))
    assert sum(1 for share in shares if share) > 1
