"""Figures of the past, against the same counted the plain way in Python; on both databases."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.desk.statistics import DAY, Figure, Grain, Measure, first_of_month, monday, months, next_month, spans
from maild.domain.operation.heartbeat import Heartbeat, Pulse, Running
from maild.store import open_store
from maild.store.schema.tables import mail, transactions
from maild.store.uow import Store
from tests.servers.postgres import PostgresServer
from tests.store.conftest import DATABASES
from tests.store.naive_figures import Naive
from tests.store.past import END, rows, write

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC")


@pytest.fixture(scope="module", params=DATABASES)
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Store]]:
    """Makes a store an example: what is in the books cannot be taken out again."""
    stores: list[Store] = []

    def make() -> Store:
        if request.param == "sqlite":
            path = tmp_path_factory.mktemp("figures") / "maild.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            url = f"sqlite:///{path}"
        else:
            server: PostgresServer = request.getfixturevalue("server")
            url = server.url(server.database(request.getfixturevalue("pg_template")))
        stores.append(open_store(url))
        return stores[-1]

    yield make
    for one in stores:
        one.close()


def _refresh(store: Store, since: date, until: date, zone: ZoneInfo, *, whole: bool = True) -> None:
    with store.read() as uow:
        counted = uow.statistics.count(spans(since, until, zone), months(since, until, zone))
    with store.begin() as uow:
        uow.statistics.keep(counted, since, END, whole=whole)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), mails=st.integers(0, 120), requests=st.integers(0, 60), days=st.integers(1, 420),
       zone=st.sampled_from(ZONES))  # fmt: skip
def test_figures_are_those_counted_plainly(
    fresh: Callable[[], Store], seed: int, mails: int, requests: int, days: int, zone: str
) -> None:
    """Every measure, whatever happened and wherever the office is: summer time included."""
    store, here = fresh(), ZoneInfo(zone)
    made = rows(seed, mails, requests, days)
    write(store, made)
    since = first_of_month(END.date() - timedelta(days=days + 30))
    until = next_month(END.date() + timedelta(days=40))
    _refresh(store, since, until, here)
    naive = Naive(made, since, until, here)
    edges = [END - timedelta(days=each) for each in (1, 3, 10, 100)]
    with store.read() as uow:
        for measure in Measure:
            if measure is not Measure.YEAR:
                assert list(uow.statistics.figures(measure, since, until)) == naive.of(measure), measure
        ages = {(one.cause, one.bucket): one.count for one in uow.statistics.ages(edges)}
    assert ages == naive.ages(edges)


def test_counting_again_changes_nothing_and_leaves_the_past(store: Store) -> None:
    """A refresh of the last month gives the same; what is older stays, though its rows are gone."""
    zone = ZoneInfo("Asia/Shanghai")
    made = rows(7, 400, 120, 200)
    write(store, made)
    since, until = date(2026, 5, 1), date(2026, 12, 1)
    _refresh(store, since, until, zone)
    with store.read() as uow:
        before = {measure: uow.statistics.figures(measure, since, until) for measure in Measure}
    with store._engine.begin() as connection:
        connection.execute(sa.delete(mail).where(mail.c.stored < datetime(2026, 6, 1, tzinfo=UTC)))
    _refresh(store, date(2026, 11, 1), until, zone, whole=False)
    with store.read() as uow:
        assert {measure: uow.statistics.figures(measure, since, until) for measure in Measure} == before
        assert uow.statistics.refreshed() == uow.statistics.whole() == END


def test_weeks_and_months_are_sums_of_days(store: Store) -> None:
    """Weeks begin on Monday, and are named by it also where they reach into another month or year."""
    zone = ZoneInfo("Asia/Shanghai")
    write(store, rows(5, 300, 80, 400))
    since, until = date(2025, 9, 1), date(2026, 12, 1)
    _refresh(store, since, until, zone)
    starts = {Grain.WEEK: monday, Grain.MONTH: first_of_month}
    with store.read() as uow:
        for measure in (Measure.MAILS, Measure.NOTICES, Measure.CONFIRMED):
            days = uow.statistics.figures(measure, since, until)
            for grain, start in starts.items():
                sums: dict[tuple[date, str, str], tuple[int, int]] = {}
                for one in days:
                    key = (start(one.day), one.key, one.second)
                    count, value = sums.get(key, (0, 0))
                    sums[key] = (count + one.count, value + one.value)
                found = uow.statistics.figures(measure, since, until, grain)
                assert {(one.day, one.key, one.second): (one.count, one.value) for one in found} == sums
                assert sums


def test_days_nobody_looks_at_become_months(store: Store) -> None:
    """The months stay what they were, the later days too; and folding again, or counting again, changes nothing."""
    zone = ZoneInfo("Asia/Shanghai")
    write(store, rows(6, 400, 80, 400))
    since, before, until = date(2025, 9, 1), date(2026, 6, 1), date(2026, 12, 1)
    _refresh(store, since, until, zone)

    def seen() -> tuple[object, ...]:
        with store.read() as uow:
            read = uow.statistics.figures
            return tuple((read(each, since, until, Grain.MONTH), read(each, before, until)) for each in Measure)

    def days(measure: Measure) -> set[date]:
        with store.read() as uow:
            return {one.day for one in uow.statistics.figures(measure, since, before)}

    as_it_was, of_rules = seen(), days(Measure.RULES)
    assert any(day.day != 1 for day in days(Measure.MAILS) | days(Measure.HEARD))
    for _ in range(2):
        with store.begin() as uow:
            uow.statistics.fold(before)
        _refresh(store, before, until, zone)
        assert seen() == as_it_was
        assert {day.day for day in days(Measure.MAILS) | days(Measure.HEARD)} == {1}
        assert days(Measure.RULES) == of_rules


def test_two_hosts_that_count_at_once_count_once(store: Store) -> None:
    """The second waits for the first, and puts its figures in their place, not on top of them."""
    zone, since, until = ZoneInfo("Asia/Shanghai"), date(2025, 9, 1), date(2026, 12, 1)
    write(store, rows(8, 200, 40, 200))
    with store.read() as uow:
        counted = uow.statistics.count(spans(since, until, zone), months(since, until, zone))
    kept, refusals = threading.Event(), []

    def second() -> None:
        kept.wait(10)
        try:
            with store.begin() as uow:
                uow.statistics.keep(counted, since, END, whole=True)
        except Exception as error:
            refusals.append(error)

    other = threading.Thread(target=second)
    other.start()
    with store.begin() as uow:
        uow.statistics.keep(counted, since, END, whole=True)
        kept.set()
        time.sleep(0.3)  # so that the second is in the middle of it, or waits to be
    other.join(20)
    assert refusals == []
    with store.read() as uow:
        for measure, figures in counted.items():
            assert sum(one.count for one in uow.statistics.figures(measure, since, until)) == sum(
                one.count for one in figures
            ), measure


def test_what_changed_meanwhile_is_counted(store: Store) -> None:
    """A mail that waited is settled: the day it came says so after the next refresh."""
    zone = ZoneInfo("Asia/Shanghai")
    write(store, rows(3, 50, 0, 10))
    _refresh(store, date(2026, 11, 1), date(2026, 12, 1), zone)
    with store._engine.begin() as connection:
        connection.execute(sa.update(mail).values(status="settled", kind="shipped"))
        connection.execute(sa.text("DELETE FROM review"))
    _refresh(store, date(2026, 11, 1), date(2026, 12, 1), zone)
    with store.read() as uow:
        found = uow.statistics.figures(Measure.MAILS, date(2026, 11, 1), date(2026, 12, 1))
    assert {one.key for one in found} == {"automatic"}
    assert sum(one.count for one in found) == 50


def test_an_empty_office_has_no_figures(store: Store) -> None:
    """Nothing came yet: nothing is said, and nothing fails."""
    with store.begin() as uow:
        assert (uow.statistics.earliest(), uow.statistics.refreshed(), uow.statistics.whole()) == (None, None, None)
        uow.statistics.keep(uow.statistics.year(END.date(), END - timedelta(days=365), END), date.min, END)
    _refresh(store, date(2026, 11, 1), date(2026, 12, 1), ZoneInfo("UTC"))
    with store.read() as uow:
        assert not any(uow.statistics.figures(measure, date.min, date.max) for measure in Measure)
        assert not uow.statistics.ages([END])


def test_the_year_is_that_of_its_span(store: Store) -> None:
    """All providers and each; counted again on another day it replaces what was there."""
    made = rows(11, 0, 200, 300)
    write(store, made)
    for day in (END.date(), END.date() + DAY):
        with store.begin() as uow:
            counted = uow.statistics.year(day, END - timedelta(days=3650), END + timedelta(days=3650))
            uow.statistics.keep(counted, date.min, END)
    with store.read() as uow:
        found = uow.statistics.figures(Measure.YEAR, date.min, date.max)
    plain = Naive(made, date(2020, 1, 1), date(2030, 1, 1), UTC)
    plain._day = lambda at: END.date().replace(day=1)  # type: ignore[method-assign]  # one period for all
    assert {one.day for one in found} == {END.date() + DAY}
    assert {(one.key, one.count, one.median, one.high) for one in found} == {
        (one.key, one.count, one.median, one.high) for one in plain.of(Measure.DELIVERED)
    }


def test_a_provider_by_several_names_is_one(store: Store) -> None:
    """Counts are added up, and the median is that of all its cases, not of one name's."""
    made = rows(11, 0, 300, 300)
    write(store, made)
    for row in made[transactions]:
        row["provider"] = {"nlc": "calis"}.get(row["provider"], row["provider"])
    since, until, zone = date(2026, 1, 1), date(2026, 12, 1), ZoneInfo("UTC")
    naive = Naive(made, since, until, zone)

    def one(name: str) -> str:
        return "calis" if name == "nlc" else name

    with store.begin() as uow:
        uow.statistics.keep(
            uow.statistics.count(spans(since, until, zone), months(since, until, zone), one), since, END
        )
        for measure in (Measure.DELIVERED, Measure.SUPPLY):
            assert list(uow.statistics.figures(measure, since, until)) == naive.of(measure), measure


def test_a_median_is_of_the_cases_beside_it(store: Store) -> None:
    """What is added to a figure leaves it without one."""
    day = date(2026, 11, 1)
    two = [Figure(day=day, key="*", count=3, median=10, high=20), Figure(day=day, key="*", count=90, median=2, high=5)]
    with store.begin() as uow:
        uow.statistics.keep({Measure.HANDLED: two}, day, END)
        assert list(uow.statistics.figures(Measure.HANDLED, day, day + DAY)) == [Figure(day=day, key="*", count=93)]


@given(since=st.dates(date(2015, 1, 1), date(2030, 1, 1)), days=st.integers(0, 800), zone=st.sampled_from(ZONES))
def test_spans_cover_their_days_and_have_one_offset(since: date, days: int, zone: str) -> None:
    """They follow each other without a gap; the arithmetic of a span gives each moment's own day."""
    here, until = ZoneInfo(zone), since + timedelta(days=days)
    found = spans(since, until, here)
    for one, two in pairwise(found):
        assert one.end == two.start
    for span in found:
        for moment in (span.start, span.start + (span.end - span.start) / 3, span.end - timedelta(seconds=1)):
            local = moment.astimezone(here)
            assert local.date() == moment.astimezone(timezone(timedelta(seconds=span.offset))).date()
            assert since <= local.date() < until
    assert bool(found) == (days > 0)
    assert all(one.end == two.start for one, two in pairwise(months(since, until, here)))
    assert monday(since).weekday() == 0


def test_a_process_that_runs_is_known(store: Store) -> None:
    """One row a role and host, its last word; silence and an orderly end are told apart."""
    beat = Heartbeat(role=Running.DAEMON, host="a", pid=7, version="1", started=END, seen=END, status="ok",
                     data={"folders": {"office/INBOX": END.isoformat()}})  # fmt: skip
    later = Heartbeat(role=Running.CONSOLE, host="a", pid=8, version="1", started=END, seen=END + timedelta(seconds=1))
    with store.begin() as uow:
        for one in (beat, later):
            uow.heartbeats.beat(one)
    again = Heartbeat(role=Running.DAEMON, host="a", pid=9, version="1", started=END, seen=END + timedelta(seconds=15))
    with store.begin() as uow:
        uow.heartbeats.beat(again)
    with store.read() as uow:
        assert [one.pid for one in uow.heartbeats.all()] == [9, 8]
        assert uow.heartbeats.all(Running.CONSOLE) == [later]
    assert beat.pulse(END + timedelta(seconds=75)) is Pulse.ALIVE
    assert beat.pulse(END + timedelta(seconds=76)) is Pulse.SILENT
