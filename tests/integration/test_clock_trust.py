"""A clock that jumped moves nothing until it is back, the mail server agrees with it, or a person says it is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maild.domain.incoming.mail import MailKey
from maild.domain.operation.trouble import TroubleCause
from maild.domain.records.journal import JournalEntry, NewMail
from maild.office.watch.clock_trust import ClockTrust
from maild.store import open_store
from maild.store.uow import Store
from tests.servers.schema import lay_out

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass
class Machine:
    """Its clock, which somebody sets, and the seconds that really pass."""

    wall: datetime = NOW
    seconds: float = 100.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def pass_time(self, **span: float) -> None:
        step = timedelta(**span)
        self.wall, self.seconds = self.wall + step, self.seconds + step.total_seconds()

    def set(self, step: timedelta) -> None:
        self.wall += step


@dataclass
class House:
    """A store, a machine, and maild on it."""

    store: Store
    machine: Machine
    count: int = 0

    def start(self) -> ClockTrust:
        return ClockTrust(self.store, self.machine)

    def arrive(self, received: datetime) -> None:
        """A mail comes, by the mail server's clock at that moment."""
        self.count += 1
        new = NewMail(
            key=MailKey("office/INBOX", 1, self.count), sha256=f"{self.count:064x}", size=1, internal_date=received
        )
        with self.store.begin() as uow:
            uow.mails.add([new], now=self.machine.now())

    def happen(self) -> None:
        """Something is written into the history."""
        with self.store.begin() as uow:
            uow.journal.add([JournalEntry(what="note", at=self.machine.now())])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    url = lay_out(tmp_path / "maild.db")
    store = open_store(url)
    yield House(store, Machine())
    store.close()


def test_days_that_pass_are_no_jump(house: House) -> None:
    """Hours, a step of an hour, and days while maild runs: all believed."""
    trust = house.start()
    assert trust.held() == ""
    for _ in range(5):
        house.machine.pass_time(days=3)
        house.machine.set(timedelta(hours=1))
        assert trust.held() == ""


@pytest.mark.parametrize("step", [YEAR, -YEAR, timedelta(days=2), timedelta(days=-2)])
def test_a_jump_holds_until_the_clock_is_back(house: House, step: timedelta) -> None:
    """Held, also after a restart; right again where the clock is, without anybody's word."""
    trust = house.start()
    trust.held()
    house.machine.pass_time(hours=1)
    house.machine.set(step)
    assert "should be about 2026-11-24" in trust.held()
    house.machine.pass_time(hours=1)
    assert trust.held()
    assert house.start().held(), "a restart forgets nothing"
    house.machine.set(-step)
    assert trust.held() == ""
    assert house.start().held() == ""


def test_a_restarted_maild_sees_that_the_clock_is_back(house: House) -> None:
    """Where maild was stopped while the clock was wrong, it goes by what the clock should have been."""
    trust = house.start()
    trust.held()
    house.machine.set(YEAR)
    assert trust.held()
    house.machine.set(-YEAR)
    house.machine.pass_time(days=2)
    assert house.start().held() == ""


def test_a_person_says_that_the_clock_is_right(house: House) -> None:
    """Then it is believed, in this process and the next; a further jump is seen again."""
    trust = house.start()
    trust.held()
    house.machine.set(YEAR)
    assert trust.held()
    ClockTrust(house.store, house.machine).confirm(actor="li")
    assert trust.held() == ""
    house.machine.pass_time(hours=2)
    assert (trust.held(), house.start().held()) == ("", "")
    house.machine.set(-YEAR)
    assert trust.held()


def test_the_mail_servers_clock_settles_it(house: House) -> None:
    """A mail that was there before says nothing; one that comes now, at the time of this clock, says that it is right."""
    trust = house.start()
    house.arrive(NOW)
    trust.held()
    house.machine.set(YEAR)
    assert trust.held()
    house.arrive(NOW + timedelta(hours=1))  # the mail server does not agree
    assert trust.held()
    house.arrive(NOW + YEAR)
    assert trust.held() == ""


@pytest.mark.parametrize(("step", "held"), [(YEAR, True), (-YEAR, True), (timedelta(hours=20), False)])
def test_at_the_start_the_clock_is_held_against_what_is_stored(house: House, step: timedelta, held: bool) -> None:
    """A machine that wakes up in another year is not believed."""
    house.happen()
    house.machine.set(step)
    assert bool(house.start().held()) is held


def test_a_machine_that_was_off_for_a_week_goes_on_with_the_first_mail(house: House) -> None:
    """What came meanwhile bears the mail server's time."""
    house.happen()
    house.machine.set(timedelta(days=7))
    trust = house.start()
    assert trust.held()
    house.arrive(house.machine.now() - timedelta(hours=3))
    assert trust.held() == ""


def test_a_new_database_holds_nothing_against_the_clock(house: House) -> None:
    """There is nothing yet to compare it with."""
    assert replace(house).start().held() == ""


def test_the_watch_and_the_hold_are_one(house: House) -> None:
    """What the watch tells every few seconds goes by the same clock as the hold: told at once, for an hour where it was
    set by hours, and by days until a person's word, which ends both.
    """
    trust = house.start()
    assert (trust.held(), trust.signs()) == ("", ())
    house.machine.set(timedelta(hours=5))
    (sign,) = trust.signs()
    assert (sign.cause, sign.what) == (TroubleCause.CLOCK_JUMPED, "the clock was set ahead by 5 hours")
    assert trust.held() == ""
    assert trust.signs()
    house.machine.pass_time(hours=2)
    assert trust.signs() == ()
    house.machine.set(-YEAR)
    assert "365 days" in trust.signs()[0].what
    house.machine.pass_time(hours=2)
    assert trust.signs()
    assert trust.held()
    trust.confirm(actor="wang")
    assert (trust.held(), trust.signs()) == ("", ())
