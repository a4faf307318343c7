"""The supervisor with small real services: wake-ups, trouble, headway, reload, drain."""

from __future__ import annotations

import asyncio
import io
import json
import os
import threading
import time
from typing import Any

import pytest

from maild.daemon import guard, logs
from maild.daemon.jobs.schedule import Again
from maild.daemon.looking import TRIES
from maild.daemon.supervisor import Supervisor
from maild.domain.errors import Permanent, Temporary
from maild.domain.operation.backoff import Backoff
from maild.domain.operation.heartbeat import Heartbeat, Pulse
from maild.domain.operation.trouble import TroubleCause
from maild.office.safety.balance import BalanceSheet
from maild.spine.intake import IntakeReport
from tests.unit.daemon.small import Folder, drive, small, until


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
