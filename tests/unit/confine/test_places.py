"""Who of a pool is free: first come, first served, and one more only where waiting would take long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from maild.confine.limits import Limits
from maild.confine.places import BUSY, Places
from maild.confine.pool import Work
from maild.confine.resting import RestingPool


def beside(take: Callable[[], str | None]) -> Future[str | None]:
    """What it takes, in a thread of its own."""
    told: Future[str | None] = Future()
    threading.Thread(target=lambda: told.set_result(take()), daemon=True).start()
    return told


def test_without_patience_every_empty_place_is_given_away() -> None:
    """And then callers wait; what was used last is taken first."""
    places: Places[str] = Places(2)
    assert (places.take(), places.take()) == (None, None)
    with pytest.raises(TimeoutError):
        places.take(0.05)
    places.give("one")
    places.give("two")
    assert (places.take(), places.take()) == ("two", "one")


def test_one_that_is_there_soon_is_waited_for() -> None:
    """Though a place is empty."""
    places: Places[str] = Places(2, grows_after=5.0)
    assert places.take() is None
    waiting = beside(places.take)
    time.sleep(0.1)
    assert not waiting.done()
    places.give("one")
    assert waiting.result(2) == "one"


def test_one_that_takes_long_is_not_waited_for() -> None:
    """A mail that takes its 20 s holds up nobody for as long."""
    places: Places[str] = Places(2, grows_after=0.2)
    places.take()
    began = time.monotonic()
    assert places.take() is None
    assert 0.15 < time.monotonic() - began < 2
    with pytest.raises(TimeoutError):
        places.take(0.4)  # as many as there may be


def test_where_all_are_always_busy_there_is_one_more() -> None:
    """Though nobody waits long for a single one; a moment with nothing to do begins the count anew."""
    places: Places[str] = Places(2, grows_after=0.1)
    places.take()
    places.give("one")
    for idle in (True, False):
        assert places.take() == "one"
        waiting = [beside(places.take)]
        until = time.monotonic() + 0.7 * BUSY * 0.1
        while time.monotonic() < until:
            time.sleep(0.01)
            places.give("one")
            assert waiting.pop().result(2) == "one"
            waiting.append(beside(places.take))
            time.sleep(0.01)
        places.give("one")
        assert waiting.pop().result(2) == "one"
        if idle:
            places.give("one")
    time.sleep(0.4 * BUSY * 0.1)
    assert places.take() is None


def test_callers_come_in_their_order() -> None:
    """Nobody overtakes, and whoever gives up takes nothing with him."""
    places: Places[str] = Places(1)
    places.take()
    first = beside(places.take)
    time.sleep(0.05)
    with pytest.raises(TimeoutError):
        places.take(0.05)
    second = beside(places.take)
    time.sleep(0.05)
    places.give("one")
    assert first.result(2) == "one"
    assert not second.done()
    places.give(None)  # it died: whoever waits has its place
    assert second.result(2) is None


def test_of_those_with_nothing_to_do_the_last_used_are_kept() -> None:
    """The others' places are empty."""
    places: Places[str] = Places(3)
    for _ in range(3):
        places.take()
    for kept in ("one", "two", "three"):
        places.give(kept)
    assert places.idle(1) == ["one", "two"]
    assert (places.take(), places.take(), places.take()) == ("three", None, None)


def test_a_pool_starts_one_more_for_whoever_waits_long() -> None:
    """Short calls of two threads have one process; a long one costs the next a moment, not its whole time."""
    work = Work(entry="tests.unit.confine.entries:make", limits=Limits(memory_mb=400))
    pool = RestingPool(work, idle_seconds=60, workers=2, grows_after=0.5)
    try:
        with ThreadPoolExecutor(2) as callers:
            list(callers.map(lambda _: pool.call("sleep", 0.01), range(20)))
            assert pool.counters.started == 1
            long = callers.submit(pool.call, "sleep", 4)
            time.sleep(0.1)
            assert pool.call("echo", "on")[0] == "on"
            assert not long.done()
        assert pool.counters.started == 2
    finally:
        pool.close()
