"""Rows of what was sent are marked: a locked database, a killed process, several relays, an end in between."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.courier import SmtpCourier
from maild.domain.errors import MaildError, Permanent, Temporary
from maild.domain.outgoing.notice import OutboxEntry, OutboxState
from maild.notify.sending.relay import Relay, RelayReport
from maild.store.uow import Store, UnitOfWork
from tests.integration.relaying import Office_, PlainRenderer, an_office, header, notice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


class LockedStore:
    """The real store, whose transactions fail a few times once a mail has begun, as a locked (or full) database's do."""

    def __init__(self, store: Store, failures: int, error: type[MaildError] = Temporary) -> None:
        self._store, self._failures, self._error, self._begun = store, failures, error, 0

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self._begun += 1
        with self._store.begin() as uow:
            yield uow
            if 2 < self._begun <= 2 + self._failures:
                raise self._error("database is locked")

    def read(self) -> Any:
        return self._store.read()

    def close(self) -> None:
        self._store.close()


def test_mark_is_repeated_until_the_database_has_it(office: Office_) -> None:
    """An answer that could not be recorded at once is recorded later, and the mail goes once."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(3)))
    office.run(store=LockedStore(office.store, 3))
    assert OutboxState.SENDING not in {office.row(i).state for i in ids}
    office.run()  # those that had not begun
    assert {office.row(i).state for i in ids} == {OutboxState.SENT}
    assert len(office.server.mails) == 3


@pytest.mark.parametrize("error", [Permanent, Temporary])
def test_where_marking_fails_no_further_mail_is_begun(office: Office_, error: type[MaildError]) -> None:
    """What is on the wire is marked as soon as it can be; the other rows wait, and go once."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(12)))
    office.server.fault("dot", delay=0.1, times=None)
    (report,) = office.run(store=LockedStore(office.store, 6, error), connections=1)
    states = [office.row(i).state for i in ids]
    assert report.sent == states.count(OutboxState.SENT) == len(office.server.mails) < 8
    assert set(states) == {OutboxState.SENT, OutboxState.WAITING}
    office.run()
    assert len({header(mail.raw, "Message-ID") for mail in office.server.mails}) == len(office.server.mails) == 12


@pytest.mark.parametrize("error", [Permanent, Temporary])
def test_where_marking_fails_for_good_the_round_says_so(
    office: Office_, error: type[MaildError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: no more mails than connections are out unmarked, the round raises, and the others were not begun."""
    monkeypatch.setattr("maild.notify.sending.round.MARK_TRIES", 3)
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(12)))
    office.server.fault("dot", delay=0.1, times=None)
    with pytest.raises(error, match="database is locked"):
        office.run(store=LockedStore(office.store, 10**9, error), connections=1)
    states = [office.row(i).state for i in ids]
    assert (states.count(OutboxState.SENDING), states.count(OutboxState.LEASED)) == (1, 11)
    assert len(office.server.mails) == 1


def test_one_answer_that_cannot_be_recorded_harms_no_other(office: Office_, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lasting fault of one row: the others that went out are marked."""
    monkeypatch.setattr("maild.notify.sending.round.MARK_TRIES", 3)
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(4)))

    def refuse(uow: UnitOfWork, entry: OutboxEntry) -> None:
        if entry.id == ids[1]:
            raise Temporary("this one never")

    with pytest.raises(Temporary, match="this one never"):
        office.run(on_sent=refuse)
    states = [office.row(i).state for i in ids]
    assert states.count(OutboxState.SENT) == len(office.server.mails) - 1
    assert states.count(OutboxState.SENDING) == 1


def test_rows_are_marked_as_answers_come_not_after_the_batch(office: Office_) -> None:
    """While later mails are still under way, earlier ones are already marked."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(6)))
    office.server.fault("dot", delay=1.2, when=lambda argument: len(office.server.mails) >= 4, times=None)
    seen: list[int] = []

    def watch() -> None:
        office.server.wait_for(4)
        time.sleep(0.4)
        seen.append(sum(office.row(i).state is OutboxState.SENT for i in ids))

    watcher = threading.Thread(target=watch)
    watcher.start()
    office.run(connections=1)
    watcher.join(10)
    assert seen
    assert 3 <= seen[0] < 6


CRASH = """
import asyncio, os, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from maild.config import Settings
from maild.courier import SmtpCourier
from maild.notify.sending.relay import Relay
from maild.store import open_store
from maild.store.blobs import FileBlobs
from tests.integration.relaying import PlainRenderer
url, blobs, port, nth, connections = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
from maild.config import Smtp

class Dying(Relay):
    "Dies as answers are to be marked, the nth time: at least one mail has left, and is not marked."
    marked = 0
    def _keep(self, outcomes, begins=()):
        self.marked += bool(outcomes)
        if self.marked == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._keep(outcomes, begins)

class WallClock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return time.monotonic()

settings = Settings(smtp=Smtp(host="127.0.0.1", port=port, security="none", armed=True, connections=connections,
                              daily_budget=0))
relay = Dying(open_store(url), SmtpCourier(settings.smtp), PlainRenderer(), FileBlobs(Path(blobs)),
              WallClock(), settings, lease_seconds=20.0)
asyncio.run(relay.run_once())
"""


def test_kill_between_answer_and_mark_leaves_the_mail_in_doubt(office: Office_, tmp_path: Path) -> None:
    """After kill -9 nobody knows: when the lease is over the notice is in doubt, and it does not go once more."""
    office.clock.moment = datetime.now(UTC)
    (entry_id,) = office.add(notice())
    _killed(office, tmp_path, nth=1, connections=2)
    office.server.wait_for(1)
    assert office.row(entry_id).state is OutboxState.SENDING
    office.clock.moment = datetime.now(UTC) - timedelta(seconds=1)
    assert (office.run()[0].in_doubt, office.row(entry_id).state) == (0, OutboxState.SENDING)  # the lease still stands
    office.clock.moment = datetime.now(UTC) + timedelta(seconds=40)
    reports = office.run(2)
    assert ([r.in_doubt for r in reports], [r.sent for r in reports]) == ([1, 0], [0, 0])
    assert (office.row(entry_id).state, len(office.server.mails)) == (OutboxState.IN_DOUBT, 1)


def _killed(office: Office_, folder: Path, *, nth: int, connections: int) -> None:
    """A relay of a process of its own, killed as it is to mark answers for the nth time."""
    command = [sys.executable, "-c", CRASH, office.url, str(folder / "blobs"), str(office.server.port), str(nth),
               str(connections)]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([".", os.environ.get("PYTHONPATH", "")])}
    killed = subprocess.run(command, env=environment, timeout=60, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]


@pytest.mark.parametrize(("nth", "connections"), [(1, 8), (5, 4), (18, 1)])
def test_a_burst_that_is_killed_leaves_no_more_in_doubt_than_connections(
    office: Office_, tmp_path: Path, nth: int, connections: int
) -> None:
    """50 notices, kill -9 in the midst: each arrives once at most, those in doubt are told, all others arrive."""
    office.clock.moment = datetime.now(UTC)
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example", patron_id="") for n in range(50)))
    _killed(office, tmp_path, nth=nth, connections=connections)
    office.clock.moment = datetime.now(UTC) + timedelta(seconds=40)
    office.run(3, daily_budget=0)
    rows = [office.row(n) for n in ids]
    doubtful = {row.message_id for row in rows if row.state is OutboxState.IN_DOUBT}
    arrived = [header(mail.raw, "Message-ID") for mail in office.server.mails]
    assert 1 <= len(doubtful) <= connections
    assert len(office.reviews()) == len(doubtful)
    assert len(arrived) == len(set(arrived))
    assert set(arrived) | doubtful == {row.message_id for row in rows}
    assert {row.state for row in rows} == {OutboxState.SENT, OutboxState.IN_DOUBT}


def test_two_relays_never_send_the_same_row(office: Office_) -> None:
    """Two relays on one database share the work without doubling."""
    office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(120)))
    reports: list[RelayReport] = []
    threads = [threading.Thread(target=lambda: reports.extend(office.run(3, daily_budget=0))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(report.sent for report in reports) == 120
    assert len({header(mail.raw, "Message-ID") for mail in office.server.mails}) == len(office.server.mails) == 120


def test_stop_finishes_what_is_under_way_and_frees_the_rest(office: Office_) -> None:
    """A drain: mails under way end and are marked, the others wait unharmed for the next start."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(10)))
    office.server.fault("dot", delay=0.3, times=None)

    async def work() -> RelayReport:
        settings = office.settings(connections=1)
        courier = SmtpCourier(settings.smtp)
        relay = Relay(office.store, courier, PlainRenderer(), office.blobs, office.clock, settings)
        running = asyncio.create_task(relay.run_once())
        await asyncio.to_thread(office.server.wait_for, 1)
        relay.stop()
        report = await running
        await courier.close()
        return report

    report = asyncio.run(asyncio.wait_for(work(), 30))
    states = [office.row(i).state for i in ids]
    assert report.sent == states.count(OutboxState.SENT) == len(office.server.mails) < 10
    assert set(states) == {OutboxState.SENT, OutboxState.WAITING}
    office.server.clear()
    office.run()
    assert len(office.server.mails) == 10


def test_slow_server_never_outlives_the_lease(office: Office_) -> None:
    """A send that would outlast the lease ends in doubt before another relay could take the row."""
    (entry_id,) = office.add(notice())
    office.server.fault("dot", delay=30)
    began = time.monotonic()
    office.run(timeout_seconds=20.0, lease_seconds=1.0)
    assert time.monotonic() - began < 5
    assert office.row(entry_id).state is OutboxState.IN_DOUBT
