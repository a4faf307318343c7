"""The tick: a turn that hangs keeps no other waiting, and nothing is begun where nothing is due."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import pytest

from maild.daemon import ticks
from maild.daemon.bell import LoopBell
from maild.daemon.ticks import Turn, tick

SECONDS = 20.0  # until a test is given up: a busy machine is no fault


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks that follow one another closely."""
    monkeypatch.setattr(ticks, "TICK_SECONDS", 0.005)


def run(turns: Sequence[Turn], until: Callable[[], bool], free: Callable[[], None] = lambda: None) -> list[str]:
    """Tick until that is so; the names of turns that failed. free: lets those go on that still hang then."""
    failed: list[str] = []

    def guarded(name: str, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def kept() -> None:
            try:
                await job()
            except ValueError:
                failed.append(name)

        return kept

    async def all_of_it() -> None:
        ticking = asyncio.create_task(tick(turns, guarded, LoopBell(asyncio.get_running_loop())))
        async with asyncio.timeout(SECONDS):
            while not until():
                await asyncio.sleep(0.002)
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        free()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    asyncio.run(all_of_it())
    return failed


def test_a_turn_that_hangs_keeps_no_other_waiting() -> None:
    """It is begun once, and never again while it hangs; the others have their turns, in threads and on the loop."""
    begun, threaded, at_once = [], [], []
    hanging = threading.Event()

    def hang() -> None:
        begun.append(threading.current_thread())
        hanging.wait(SECONDS)

    turns = (
        Turn(name="hangs", work=hang),
        Turn(name="thread", work=lambda: threaded.append(threading.current_thread())),
        Turn(name="loop", work=lambda: at_once.append(threading.current_thread()), at_once=True),
    )
    assert run(turns, lambda: len(threaded) >= 10 and len(at_once) >= 10, hanging.set) == []
    assert len(begun) == 1
    assert threading.main_thread() not in {*begun, *threaded}
    assert {*at_once} == {threading.main_thread()}


def test_no_thread_where_nothing_is_due() -> None:
    """What is not due is asked at each tick, on the loop, and begins nothing: an idle machine stays idle."""
    asked: list[threading.Thread] = []
    before = threading.active_count()

    def due() -> bool:
        asked.append(threading.current_thread())
        return False

    def never() -> None:
        raise AssertionError("it was not due")

    turns = [Turn(name=f"turn {n}", work=never, due=due, at_once=n == 2) for n in range(3)]
    run(turns, lambda: len(asked) >= 30)
    assert {*asked} == {threading.main_thread()}
    assert threading.active_count() == before


def test_a_turn_rests_and_one_that_failed_comes_again() -> None:
    """`seconds` pass between two turns of one; a failure is told and ends neither the turn nor the tick."""
    rested, tried = [], []

    def fail() -> None:
        tried.append(1)
        raise ValueError("this time")

    turns = (Turn(name="rests", work=lambda: rested.append(1), seconds=3600.0), Turn(name="fails", work=fail))
    failed = run(turns, lambda: len(tried) >= 5)
    assert rested == [1]
    assert {*failed} == {"fails"}
    assert len(failed) >= 4
