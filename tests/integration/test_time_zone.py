"""Another time zone, of the machine or of the office: moments and days stay what they are, and nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from maild.config import Office, Settings, Staff
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Transaction
from maild.office.safety.balance import BalanceSheet
from maild.office.watch.calendars import load_calendar
from maild.office.watch.staff_digest import StaffDigest
from maild.office.watch.trouble_rules import load_troubles
from maild.store import open_store
from maild.store.uow import Store
from tests.servers.clock import MovedClock
from tests.servers.schema import lay_out

MORNING = datetime(2026, 11, 24, 0, 31, tzinfo=UTC)  # 08:31 in Shanghai, 09:31 in Tokyo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(lay_out(tmp_path / "maild.db"))
    yield made
    made.close()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's zone is another one, as after somebody ran timedatectl."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _digest(store: Store, clock: MovedClock, zone: str = "Asia/Shanghai") -> StaffDigest:
    settings = Settings(
        office=Office(address="office@lib.example", timezone=zone),
        staff=Staff(addresses=("desk@lib.example",), digest_at="08:30"),
    )
    return StaffDigest(store, clock, settings, load_calendar(""), rules=load_troubles(""), sheet=BalanceSheet)


def test_the_machines_zone_moves_nothing(store: Store, elsewhere: None) -> None:
    """What was stored comes back as the same moment and the same day, and the office's morning is where it was."""
    loan = Transaction(number="N1", patron_id="", state=State.ON_LOAN, due=date(2026, 11, 24), submitted=MORNING)
    with store.begin() as uow:
        uow.transactions.upsert([loan], MORNING)
    with store.read() as uow:
        found = uow.transactions.get("N1")
    assert found is not None
    assert (found.due, found.submitted) == (date(2026, 11, 24), MORNING)
    assert _digest(store, MovedClock(MORNING)).run_once() == 1


def test_an_office_that_moves_is_told_once_a_day(store: Store) -> None:
    """office.timezone is another one after a reload: today's digest is not written again, tomorrow's at the new hour."""
    clock = MovedClock(MORNING)
    assert _digest(store, clock).run_once() == 1
    moved = _digest(store, clock, "Asia/Tokyo")
    assert moved.run_once() == 0
    clock.at(MORNING.replace(day=24, hour=23, minute=29))  # 08:29 of the 25th in Tokyo
    assert moved.run_once() == 0
    clock.pass_time(minutes=2)
    assert moved.run_once() == 1
    assert _digest(store, clock).run_once() == 0  # and back: 07:31 in Shanghai
    clock.pass_time(hours=1)
    assert _digest(store, clock).run_once() == 0  # 08:31, the 25th was told already
