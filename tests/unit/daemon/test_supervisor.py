"""The supervisor with small real services: wake-ups, trouble, headway, reload, drain."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from maild.config import Daemon, Mailbox, Settings
from maild.daemon import guard, logs
from maild.daemon import supervisor as supervision
from maild.daemon.jobs.schedule import Again
from maild.daemon.looking import TRIES
from maild.daemon.notify import Notifier
from maild.daemon.progress import Progress
from maild.daemon.services import Services
from maild.daemon.supervisor import Supervisor
from maild.domain.errors import ConfigError, Permanent, Temporary
from maild.domain.operation.backoff import Backoff
from maild.domain.operation.heartbeat import Heartbeat, Pulse
from maild.domain.operation.metric import Tally
from maild.domain.operation.trace import Trail
from maild.domain.operation.trouble import TroubleCause
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


@contextmanager
def manager(tmp_path: Path, *, abstract: bool = False) -> Iterator[tuple[socket.socket, str]]:
    """A service manager's end of the notify socket."""
    address = f"@maild-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind("\0" + address[1:] if abstract else address)
        end.settimeout(10)
        yield end, address


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


def test_events_carry_a_mail_through_without_polling() -> None:
    """Arrival to relay in a moment although every poll is half a minute away; the mail is filed too."""
    services = small()
    times: list[float] = []

    async def script(_: Supervisor) -> None:
        await until(lambda: services.reminded)
        for number in range(5):
            began = time.monotonic()
            services.mailboxes[0].deliver(number)
            await until(lambda number=number: len(services.queue.sent) > number)
            times.append(services.queue.sent[-1][1] - began)
        await until(lambda: len(services.queue.filed) == 5)

    code, supervisor, _ = drive(services, script)
    assert (code, supervisor.ended_in_order, services.closed, services.hung_up) == (0, True, True, True)
    assert max(times) < 0.3, times


def test_what_another_process_wrote_leaves_within_the_short_look() -> None:
    """Nobody rings for it, and the loops look for themselves twice a minute: the look finds it all the same."""
    services = small(idle_seconds=0.05)
    times: list[float] = []

    async def script(_: Supervisor) -> None:
        await until(lambda: services.reminded)
        for number in range(4):
            began = time.monotonic()
            (services.queue.stored if number % 2 else services.queue.outbox).append(number)
            await until(lambda number=number: len(services.queue.sent) > number)
            times.append(services.queue.sent[-1][1] - began)

    drive(services, script)
    assert max(times) < 2.0, times


@pytest.mark.parametrize("error", [Temporary("no route"), Permanent("login refused"), ValueError("a fault of ours")])
@pytest.mark.parametrize("hook", ["on_look", "on_intake", "on_process", "on_relay"])
def test_a_loop_in_trouble_begins_again(hook: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a loop raises, it is begun again, and the mail goes through in the end."""
    from maild.daemon import guard as module
    from maild.domain.operation.backoff import Backoff

    monkeypatch.setattr(module, "PERMANENT_PAUSE", Backoff(base=0.05, cap=0.1))
    monkeypatch.setattr(module, "TEMPORARY_PAUSE", Backoff(base=0.05, cap=0.1))
    services, left = small(), [3]

    def fail() -> None:
        if left[0]:
            left[0] -= 1
            raise error

    setattr(services, hook, fail)

    async def script(supervisor: Supervisor) -> None:
        services.mailboxes[0].deliver(1)
        await until(lambda: services.queue.sent)
        await until(lambda: not supervisor._trouble)

    drive(services, script)
    assert left == [0]


def test_a_look_that_never_succeeds_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that lets mail be read and refuses the look, again and again, does not keep mail from being read."""
    monkeypatch.setattr(guard, "TEMPORARY_PAUSE", Backoff(base=0.01, cap=0.02))
    services, looks = small(), []

    def refuse() -> None:
        looks.append(1)
        raise Temporary("BAD")

    services.on_look = refuse

    async def script(_: Supervisor) -> None:
        services.mailboxes[0].deliver(1)
        await until(lambda: services.queue.sent)

    drive(services, script)
    assert len(looks) == TRIES


def test_nothing_is_sent_before_the_first_look() -> None:
    """Whether the server knows a later state is asked before anything is read, processed, brought by time or sent."""
    services, order = small(), []
    looked = threading.Event()
    services.on_look = lambda: (looked.wait(5), order.append("look"))  # type: ignore[assignment,return-value]
    services.on_intake = lambda: order.append("read")
    services.on_process = lambda: order.append("process")
    services.on_relay = lambda: order.append("send")

    async def script(_: Supervisor) -> None:
        await asyncio.sleep(0.3)
        assert (order, services.reminded) == ([], 0)
        looked.set()
        await until(lambda: {"read", "process", "send"} <= set(order) and services.reminded)

    drive(services, script)
    assert order[0] == "look"
    assert order.count("look") == 1


@pytest.mark.parametrize(("landlock", "warned"), [("", False), ("the kernel has no landlock", True)])
def test_confinement_is_told(landlock: str, warned: bool) -> None:
    """The log says which measures wall the readers in, and warns of one that is not in force."""
    services, stream = small(), io.StringIO()
    services.landlock = landlock
    logs.configure("json", stream=stream)

    async def script(_: Supervisor) -> None:
        await until(lambda: "in_force" in stream.getvalue())

    drive(services, script)
    told = [json.loads(line) for line in stream.getvalue().splitlines() if '"confine"' in line]
    assert told[0]["in_force"] == (["seccomp"] if warned else ["seccomp", "landlock"])
    assert [line["missing"] for line in told[1:]] == ([[f"landlock: {landlock}"]] if warned else [])


def test_after_a_jump_of_the_clock_nothing_is_done_by_it() -> None:
    """Reminders are held and the log and the status say why; when the clock is believed again they are done."""
    services, stream = small(), io.StringIO()
    services.clock_jumped = "the clock says 2027"
    logs.configure("json", stream=stream)

    async def script(supervisor: Supervisor) -> None:
        await until(lambda: "clock" in supervisor._trouble)
        assert "held" in str(supervisor._trouble)
        await supervisor._remind()
        assert not services.reminded
        services.clock_jumped = ""
        await supervisor._remind()
        assert services.reminded
        assert "clock" not in supervisor._trouble

    drive(services, script)
    (told,) = [
        json.loads(line) for line in stream.getvalue().splitlines() if '"where":"clock"' in line.replace(" ", "")
    ]
    assert "maild clock confirm" in told["remedy"]


def test_the_heart_beats_until_the_orderly_end() -> None:
    """A beat at the start says what is watched; the last one, that it ended; between them it is silent."""
    services = small()

    async def script(_: Supervisor) -> None:
        await until(lambda: services.reminded and services.beats)

    drive(services, script)
    first, last = services.beats[0], services.beats[-1]
    assert (first.pid, first.stopped) == (os.getpid(), None)
    assert last.pulse(last.seen) is Pulse.STOPPED
    assert last.started == first.started
    assert "0 mails processed" in last.status
    assert {one.pulse(one.seen) for one in services.beats[:-1]} == {Pulse.ALIVE}


def test_a_beat_tells_the_trouble_and_the_folders() -> None:
    """What does not work, and when each folder was last heard of, is known to other processes."""
    services = small()
    services.on_intake = lambda: (_ for _ in ()).throw(Temporary("no route to the mail server"))

    async def script(supervisor: Supervisor) -> None:
        await until(lambda: "mailbox office/INBOX" in supervisor._trouble)
        supervisor._heart.balanced(BalanceSheet())
        supervisor._heart._beat()

    drive(services, script)
    told = next(beat.data for beat in services.beats if beat.data["balance"])
    assert "no route to the mail server" in str(told["trouble"])
    assert list(told["folders"]) == ["office/INBOX"]  # type: ignore[call-overload]
    assert told["balance"]["even"] is True  # type: ignore[index]


@pytest.mark.parametrize("fault", [ZeroDivisionError("ours"), Permanent("the disk is full")])
def test_a_beat_that_fails_is_told_and_made_up_for(fault: Exception) -> None:
    """A fault of ours, or one that no waiting mends, ends no heart: it is noted, and over with the next beat."""
    services = small()
    faults: list[Exception] = []

    def beat(word: Heartbeat) -> None:
        if faults:
            raise faults[0]
        services.beats.append(word)

    services.beat_with = beat

    async def script(supervisor: Supervisor) -> None:
        await until(lambda: services.beats)
        faults.append(fault)
        supervisor._heart.hurry()
        await until(lambda: "heart" in supervisor._trouble)
        assert supervisor._heart.waiting
        before = len(services.beats)
        faults.clear()
        supervisor._heart.hurry()
        await until(lambda: len(services.beats) > before and "heart" not in supervisor._trouble)

    drive(services, script)


def test_a_job_that_met_a_full_disk_is_done_again_and_the_trouble_over() -> None:
    """Its own time is an hour or a day away: it is made up for at the next look-in, and nothing is called full till then."""
    services = small()
    full: list[Exception] = [Permanent("the disk is full", trouble=TroubleCause.DISK_FULL)]

    def remind() -> int:
        if full:
            raise full[0]
        return 0

    services.reminders.run_once = remind

    async def script(supervisor: Supervisor) -> None:
        supervisor._guard.again = Again(lambda: 0.0 if full else 99.0)
        await until(lambda: "reminders" in supervisor._trouble)
        await supervisor._safety_poll()
        assert "reminders" in supervisor._trouble
        full.clear()
        await supervisor._safety_poll()
        assert "reminders" not in supervisor._trouble

    drive(services, script)


def test_one_folders_trouble_does_not_stop_another() -> None:
    """A folder that always fails leaves its neighbour alone."""
    services = small()
    second = Folder(services.queue)
    second.name = "office/Other"
    services.mailboxes.append(second)
    usual = services.intake.run_once

    def intake(mailbox: Any) -> IntakeReport:
        if mailbox.name == "office/INBOX":
            raise Permanent("no such folder")
        return usual(mailbox)

    services.intake.run_once = intake

    async def script(_: Supervisor) -> None:
        second.deliver(7)
        await until(lambda: services.queue.sent)

    code, supervisor, seconds = drive(services, script)
    assert (code, supervisor.ended_in_order) == (0, True)
    assert seconds < 2


def pending(end: socket.socket) -> list[str]:
    """The datagrams that lie there now."""
    found: list[str] = []
    end.settimeout(0)
    with suppress(BlockingIOError):
        while True:
            found.append(end.recv(4096).decode())
    end.settimeout(10)
    return found


def messages(end: socket.socket, wanted: str, seconds: float = 10.0) -> list[str]:
    """Datagrams up to and including the first that contains `wanted`."""
    seen: list[str] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        seen.append(end.recv(4096).decode())
        if wanted in seen[-1]:
            return seen
    raise AssertionError(f"{wanted} did not come: {seen}")


@pytest.mark.parametrize("abstract", [False, True])
def test_ready_only_after_database_and_first_contact(tmp_path: Path, abstract: bool) -> None:
    """READY=1 waits for the database and the mail server's first word, be it a failure."""
    services, gate, read = small(), threading.Event(), [0]

    def database() -> None:
        read[0] += 1
        if read[0] < 3:
            raise Temporary("database not reachable")

    def contact() -> None:
        gate.wait(5)
        raise Temporary("mail server not reachable")

    services.on_read, services.on_intake = database, contact
    with manager(tmp_path, abstract=abstract) as (end, address):

        async def script(_: Supervisor) -> None:
            await until(lambda: read[0] >= 3)
            await asyncio.sleep(0.2)
            assert not any("READY" in message for message in pending(end))
            gate.set()
            await asyncio.to_thread(messages, end, "READY=1")

        drive(services, script, Notifier(address))
        assert any("STOPPING=1" in message for message in messages(end, "STOPPING=1"))


@pytest.mark.parametrize("seconds", [0.2, 5.0])
def test_loops_let_the_first_contact_go_before_them(seconds: float) -> None:
    """What a first turn loads is not in the way of being ready; a server that hangs holds sending up for a moment."""
    services, gate, told = small(), threading.Event(), list[bool]()
    services.on_intake = lambda: gate.wait(seconds)

    async def script(supervisor: Supervisor) -> None:
        services.on_relay = lambda: told.append(supervisor._told.is_set())
        await until(lambda: told, 3.0)
        gate.set()

    drive(services, script)
    assert told[0] is (seconds < 0.5)


def test_watchdog_is_fed_only_by_headway(tmp_path: Path) -> None:
    """While a loop hangs beyond its limit no WATCHDOG=1 is sent, and the log says which loop."""
    services = small()
    hang = threading.Event()
    with manager(tmp_path) as (end, address):

        async def script(supervisor: Supervisor) -> None:
            await asyncio.to_thread(messages, end, "WATCHDOG=1")
            services.on_process = lambda: hang.wait(15) and None
            supervisor._progress.expect("process", 0.3)
            services.mailboxes[0].deliver(1)
            await until(supervisor._progress.stalled)
            await asyncio.sleep(0.3)
            pending(end)
            await asyncio.sleep(0.5)
            assert not any("WATCHDOG" in message for message in pending(end))
            hang.set()

        drive(services, script, Notifier(address, watchdog_seconds=0.3))


def test_watchdog_environment() -> None:
    """WATCHDOG_PID of another process means that the watchdog is not for us."""
    assert Notifier.from_environment({"WATCHDOG_USEC": "3000000"}, 7).watchdog_seconds == 3.0
    assert Notifier.from_environment({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, 7).watchdog_seconds == 0.0
    assert Notifier.from_environment({}, 7).watchdog_seconds == 0.0


def test_notifier_without_a_manager_is_silent(tmp_path: Path) -> None:
    """No socket, or one that vanished, is no error."""
    Notifier().ready()
    gone = Notifier(str(tmp_path / "gone"))
    gone.status("fine")
    gone.close()
    gone.ready()


def test_reload_is_all_or_nothing(tmp_path: Path) -> None:
    """SIGHUP: RELOADING, then READY, whether the new rules were good or not; the daemon goes on."""
    services, calls = small(), [0]

    def reload() -> None:
        calls[0] += 1
        if calls[0] == 1:
            raise ConfigError("rules/10-x.toml, line 3: broken")

    services.on_reload = reload
    with manager(tmp_path) as (end, address):

        async def script(_: Supervisor) -> None:
            await asyncio.to_thread(messages, end, "READY=1")
            for wanted in (1, 2):
                os.kill(os.getpid(), signal.SIGHUP)
                seen = await asyncio.to_thread(messages, end, "READY=1")
                assert any(m.startswith("RELOADING=1\nMONOTONIC_USEC=") for m in seen)
                assert calls[0] == wanted
            services.mailboxes[0].deliver(1)
            await until(lambda: services.queue.sent)

        assert drive(services, script, Notifier(address))[0] == 0


def test_a_saved_rule_is_taken_and_a_broken_one_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a signal; what is broken is trouble until it is mended, and the daemon goes on meanwhile."""
    monkeypatch.setattr(supervision, "RULES_SECONDS", 0.05)
    monkeypatch.setattr(guard, "PERMANENT_PAUSE", Backoff(base=0.05, cap=0.1))
    services, calls = small(), [0]

    def reload() -> None:
        calls[0] += 1
        if calls[0] == 1:
            raise ConfigError("rules/10-x.toml, line 3: broken")

    services.on_reload = reload

    async def script(supervisor: Supervisor) -> None:
        services.rules_saved = True
        await until(lambda: "rules: rules/10-x.toml, line 3: broken" in str(supervisor._trouble))
        services.mailboxes[0].deliver(1)
        await until(lambda: services.queue.sent)
        await until(lambda: not services.rules_saved and not supervisor._trouble)
        assert calls[0] == 2

    assert drive(services, script)[0] == 0


def test_drain_lets_what_is_in_flight_end() -> None:
    """A mail being sent when the signal comes is sent."""
    services = small()
    services.relay_seconds = 0.5

    async def script(_: Supervisor) -> None:
        services.mailboxes[0].deliver(1)
        await until(lambda: not services.queue.outbox and services.queue.filed)

    code, supervisor, seconds = drive(services, script)
    assert (code, supervisor.ended_in_order, len(services.queue.sent)) == (0, True, 1)
    assert seconds < 3


def test_idle_daemon_stops_at_once() -> None:
    """Threads in a long wait are woken, not waited for."""
    services = small()

    async def script(_: Supervisor) -> None:
        await until(lambda: services.reminded)

    code, supervisor, seconds = drive(services, script)
    assert (code, supervisor.ended_in_order) == (0, True)
    assert seconds < 1


CHILD = """
import sys, threading
from tests.unit.daemon.test_supervisor import small
from maild.daemon import logs, run
logs.configure("keyvalue")
services = small(drain_seconds=float(sys.argv[1]))
if sys.argv[2] == "hang":
    services.on_process = lambda: threading.Event().wait()
services.mailboxes[0].deliver(1)
threading.Timer(0.5, lambda: print("up", flush=True)).start()
sys.exit(run(services, {}))
"""


@pytest.mark.parametrize(("drain", "how", "signals", "least", "most"), [
    ("5", "well", 1, 0.0, 3.0), ("1", "hang", 1, 0.9, 4.0), ("60", "hang", 2, 0.0, 4.0),
])  # fmt: skip
def test_process_exits_with_zero(drain: str, how: str, signals: int, least: float, most: float) -> None:
    """SIGTERM ends with 0: in order, when the time is up though a thread hangs, or at a second signal."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, drain, how],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([".", os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        began = time.monotonic()
        for _ in range(signals):
            child.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        child.wait(20)
        seconds = time.monotonic() - began
        errors = child.communicate()[1].decode()
        assert child.returncode == 0, errors
        assert least <= seconds <= most, errors
        assert ("event=stopped" in errors) is True
    finally:
        if child.poll() is None:
            child.kill()
            child.wait(5)


def test_progress_names_who_is_late() -> None:
    """A stamp resets the clock of its name only; a dismissed loop is not waited for."""
    now = [0.0]
    progress = Progress(lambda: now[0])
    progress.expect("a", 10)
    progress.expect("b", 10)
    now[0] = 9.0
    progress.stamp("a")
    now[0] = 12.0
    assert progress.stalled() == ["b (12 s)"]
    progress.dismiss("b")
    assert progress.stalled() == []
