"""What is left when maild was killed again and again: counted on the mail server, in the database and at the sink."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.test_daemon_process import Site, running, stop, until
from tests.survival.forked import Starter
from tests.survival.points import POINTS
from tests.timing import patience

REPO = os.getcwd()
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>]+>)")
GOING = ("waiting", "leased", "sending")
TICK = 0.004  # seconds between two looks
AT_REST = 8.0  # seconds without work


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """In mails. lost: delivered to the office and not stored, or a notice that is called sent and never left;
    doubled: mails decided twice, notices that left twice; in_doubt: notices of which nobody knows
    """

    mails: int
    notices: int
    lost: int
    doubled: int
    in_doubt: int
    arrived: int  # of those in doubt
    faults: int = 0  # of the evidence

    @classmethod
    def nothing(cls) -> Ledger:
        return cls(mails=0, notices=0, lost=0, doubled=0, in_doubt=0, arrived=0)

    def since(self, before: Ledger) -> Ledger:
        """What came since an earlier count."""
        return Ledger(**{one.name: getattr(self, one.name) - getattr(before, one.name) for one in fields(self)})

    def and_(self, other: Ledger) -> Ledger:
        """Both together."""
        return Ledger(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    @classmethod
    def of(cls, site: Site, delivered: int) -> Ledger:
        with site.store() as store, store.read() as uow:
            mails, notices = uow.mails.find(limit=10_000), uow.outbox.find(limit=10_000)
            decided = [len(uow.decisions.of_mail(mail.id)) for mail in mails]
            faults = uow.evidence.verify().faults
        seen = Counter(found[1].decode() for mail in site.smtp.mails if (found := _MESSAGE_ID.search(mail.raw)))
        gone = {entry.message_id for entry in notices if entry.state in ("sent", "merged")}
        doubtful = {entry.message_id for entry in notices if entry.state == "in_doubt"}
        return cls(
            mails=len(mails),
            notices=len(notices),
            lost=delivered - len(mails) + len(gone - set(seen)) + len(set(seen) - gone - doubtful) + decided.count(0),
            doubled=sum(n > 1 for n in decided) + sum(n - 1 for n in seen.values()),
            in_doubt=len(doubtful),
            arrived=len(doubtful & set(seen)),
            faults=len(faults),
        )


def kill_at(site: Site, point: str, nth: int, seconds: float = 40.0) -> bool:
    """Run the daemon until it dies at a point; False where it never came there, and was killed for that."""
    assert point in POINTS
    command = [
        sys.executable,
        "-m",
        "tests.survival.points",
        point,
        str(nth),
        "--config",
        str(site.folder / "maild.toml"),
    ]
    with (site.folder / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=REPO, start_new_session=True)
    try:
        process.wait(patience(seconds))
    except subprocess.TimeoutExpired:
        return False
    finally:
        _kill(process)
    assert process.returncode == -signal.SIGKILL, site.log[-3000:]
    return True


def kill_after(starter: Starter, seconds: float) -> int:
    """Run the daemon until it has used so many seconds of processor time, then kill it: the same moment of its life on a
    busy machine as on a quiet one. One that does nothing for a while is killed at rest. 0; what it had ended with, if so.
    """
    pid = starter.start()
    used, since = 0.0, time.monotonic()
    while used < seconds and time.monotonic() - since < AT_REST:
        time.sleep(TICK)
        before, used = used, processor_time(pid)
        since = since if used == before else time.monotonic()
    return starter.kill()


def processor_time(pid: int) -> float:
    """Seconds that a process has used so far, in hundredths (proc_pid_stat(5): utime, stime)."""
    stat = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The daemon and its readers: they are of one session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def untroubled(starter: Starter, site: Site, delivered: int) -> float:
    """The processor time, in seconds, in which a daemon does all there is to do."""
    pid = starter.start()
    until("all settled", lambda: settled(site, delivered), 600.0, site)
    used = processor_time(pid)
    assert starter.kill() == 0, site.log[-3000:]
    return used


def settled(site: Site, delivered: int) -> bool:
    """No mail waits, no notice is under way."""
    counts = site.counts()
    if counts["pending"] or sum(counts.values()) < delivered:
        return False
    with site.store() as store, store.read() as uow:
        return not [entry for entry in uow.outbox.find(limit=10_000) if entry.state in GOING]


def ask_for(site: Site, count: int) -> None:
    """As many requests of the demo's patrons, each for a copy that costs nothing."""
    with site.store() as store, store.begin() as uow:
        like = uow.transactions.get("2026112000101")
        assert like is not None
        uow.transactions.upsert([replace(like, number=f"2026113{n:06d}") for n in range(count)], datetime.now(UTC))


def settle(site: Site, delivered: int, seconds: float = 120.0) -> None:
    """Let a daemon do what is left, and end it in order."""

    lines = site.log.count("event=ready") if (site.folder / "log").exists() else 0

    def done() -> bool:
        # Where nothing is left to do it would be stopped before it can end in order.
        return site.log.count("event=ready") > lines and settled(site, delivered)

    with running(site) as process:
        until("all settled", done, seconds, site)
        assert stop(process) == 0, site.log[-3000:]
