"""A daemon begins, reloads and ends: readiness, watchdog, service manager, process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from maild.daemon import guard
from maild.daemon import supervisor as supervision
from maild.daemon.notify import Notifier
from maild.daemon.progress import Progress
from maild.daemon.supervisor import Supervisor
from maild.domain.errors import ConfigError, Temporary
from maild.domain.operation.backoff import Backoff
from tests.unit.daemon.small import drive, small, until


@contextmanager
def manager(tmp_path: Path, *, abstract: bool = False) -> Iterator[tuple[socket.socket, str]]:
    """A service manager's end of the notify socket."""
    address = f"@maild-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind("\0" + address[1:] if abstract else address)
        end.settimeout(10)
        yield end, address


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
from tests.unit.daemon.small import small
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
