"""A small daemon: a clock, a folder, a queue."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from maild.config import Daemon, Mailbox, Settings
from maild.daemon.notify import Notifier
from maild.daemon.services import Services
from maild.daemon.supervisor import Supervisor
from maild.domain.operation.heartbeat import Heartbeat
from maild.domain.operation.metric import Tally
from maild.domain.operation.trace import Trail
from maild.domain.operation.waits import Due
from maild.notify.sending.relay import RelayReport
from maild.office.safety.balance import BalanceSheet
from maild.office.safety.bytes_again import Looked
from maild.office.safety.recollect import Recollected
from maild.office.watch.trouble_rules import load_troubles
from maild.ports import FilingMode, FolderStatus
from maild.spine.intake import IntakeReport
from maild.spine.process import Processed, ProcessReport


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class Queue:
    """A whole small maild: mails are numbers that wander from the folder to the outbox and out."""

    folder: list[int] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)
    outbox: list[int] = field(default_factory=list)
    sent: list[tuple[int, float]] = field(default_factory=list)
    filed: list[int] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)


class Folder:
    """A mailbox on the queue; news ends a wait at once, as IDLE does."""

    name = "office/INBOX"

    def __init__(self, queue: Queue) -> None:
        self.queue, self.news = queue, threading.Event()
        self.closed = False

    def deliver(self, *mails: int) -> None:
        self.queue.folder.extend(mails)
        self.news.set()

    def open(self) -> FolderStatus:
        return FolderStatus(name=self.name, uidvalidity=1, uidnext=1, exists=0)

    def uids(self, after: int, upto: int | None = None) -> list[int]:
        return []

    def fetch(self, uids: Sequence[int]) -> Iterator[Any]:
        return iter(())

    def file(self, uids: Sequence[int], filing: Any) -> list[int]:
        return list(uids)

    def wait(self, seconds: float) -> bool:
        rung = self.news.wait(seconds)
        self.news.clear()
        return rung

    def wake(self) -> None:
        self.news.set()

    def close(self) -> None:
        self.closed = True


@dataclass
class Small:
    """Services over a Queue; a test hangs its faults on the hooks."""

    settings: Settings
    queue: Queue = field(default_factory=Queue)
    on_intake: Callable[[], None] = lambda: None
    on_look: Callable[[], None] = lambda: None
    on_process: Callable[[], None] = lambda: None
    on_relay: Callable[[], None] = lambda: None
    on_read: Callable[[], None] = lambda: None
    on_reload: Callable[[], None] = lambda: None
    relay_seconds: float = 0.0
    closed: bool = False
    hung_up: bool = False
    reminded: int = 0
    landlock: str = ""
    rules_saved: bool = False
    tally: Tally = field(default_factory=Tally)
    trail: Trail = field(default_factory=Trail)
    clock_jumped: str = ""

    def __post_init__(self) -> None:
        self.clock = WallClock()
        self.mailboxes = [Folder(self.queue)]
        self.intake = SimpleNamespace(run_once=self._intake)
        self.processor = SimpleNamespace(run_once=self._process)
        self.filer = SimpleNamespace(run_once=self._file)
        self.relay = SimpleNamespace(run_once=self._relay, stop=lambda: None, close=self._hang_up)
        self.reminders = SimpleNamespace(run_once=self._remind)
        self.store = SimpleNamespace(read=self._read, begin=self._read, due=self._due, close=lambda: None)
        self.blobs = SimpleNamespace(sweep=lambda: 0)
        self.clock_trust = SimpleNamespace(held=lambda: self.clock_jumped)
        self.figures = SimpleNamespace(fresh=lambda: None)
        self.years = SimpleNamespace(fresh=lambda: None)
        self.desk_acts = SimpleNamespace(run_once=lambda: 0)
        self.troubles, self.alarms, self.say = load_troubles(""), None, str
        self.beats: list[Heartbeat] = []
        self.beat_with: Callable[[Heartbeat], None] = self.beats.append

    @contextmanager
    def _read(self) -> Iterator[Any]:
        self.on_read()
        leased = {name: SimpleNamespace(owners=list) for name in ("mails", "outbox", "events")}
        yield SimpleNamespace(
            **leased, heartbeats=SimpleNamespace(beat=self.beat_with, all=lambda role: self.beats[-1:])
        )

    def _due(self, now: datetime) -> Due:
        return Due(mails=bool(self.queue.stored), notices=bool(self.queue.outbox))

    def _intake(self, mailbox: Any) -> IntakeReport:
        mailbox.open()
        self.on_intake()
        new, self.queue.folder[:] = self.queue.folder[:], []
        self.queue.stored += new
        return IntakeReport(stored=len(new))

    def _process(self, limit: int = 50) -> ProcessReport:
        self.on_process()
        batch, self.queue.stored[:] = self.queue.stored[:limit], self.queue.stored[limit:]
        self.queue.outbox += batch
        self.queue.settled += batch
        results = tuple(
            Processed(mail=SimpleNamespace(id=number), decision=None, trouble="")  # type: ignore[arg-type]
            for number in batch
        )
        return ProcessReport(results=results, notices=len(batch))

    def _file(self, mailbox: Any) -> int:
        batch, self.queue.settled[:] = self.queue.settled[:], []
        self.queue.filed += mailbox.file(batch, FilingMode.MOVE) if batch else []
        return len(batch)

    async def _relay(self) -> RelayReport:
        self.on_relay()
        batch, self.queue.outbox[:] = self.queue.outbox[:], []
        if batch and self.relay_seconds:
            await asyncio.sleep(self.relay_seconds)
        self.queue.sent += [(number, time.monotonic()) for number in batch]
        return RelayReport(sent=len(batch))

    async def _hang_up(self) -> None:
        self.hung_up = True

    def _remind(self) -> int:
        self.reminded += 1
        return 0

    def recollect(self, account: str) -> Recollected:
        self.on_look()
        return Recollected()

    def look_after_bytes(self, share: tuple[int, int] | None = None) -> Looked:
        return Looked()

    def same_store(self) -> str:
        return ""

    def audit(self) -> BalanceSheet:
        return BalanceSheet()

    def confinement(self) -> dict[str, str]:
        return {"seccomp": "", "landlock": self.landlock}

    def reload(self) -> None:
        self.on_reload()

    def rules_changed(self) -> bool:
        return self.rules_saved

    def reload_rules(self) -> None:
        self.on_reload()
        self.rules_saved = False

    def close(self) -> None:
        self.closed = True


def small(**daemon: Any) -> Small:
    options = {"idle_seconds": 30.0, "drain_seconds": 5.0} | daemon
    mailbox = Mailbox(safety_poll_seconds=60.0, poll_seconds=60.0)
    services = Small(Settings(mailbox=(mailbox,), daemon=Daemon(**options)))
    checked: Services = services  # type: ignore[assignment]  # the namespaces stand in for classes
    assert checked is services
    return services


def drive(
    services: Small, script: Callable[[Supervisor], Any], notifier: Notifier | None = None
) -> tuple[int, Supervisor, float]:
    """Run the supervisor beside `script`, then stop it: (exit code, supervisor, seconds of the drain)."""

    async def both() -> tuple[int, Supervisor, float]:
        supervisor = Supervisor(services, notifier)  # type: ignore[arg-type]
        running = asyncio.create_task(supervisor.run())
        try:
            await script(supervisor)
        finally:
            began = time.monotonic()
            supervisor.stop()
            code = await asyncio.wait_for(running, 20)
        return code, supervisor, time.monotonic() - began

    return asyncio.run(asyncio.wait_for(both(), 40))


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for a condition, bounded."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.005)
