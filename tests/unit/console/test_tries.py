"""Back-tests in the console: how many, in which order, how long they are kept."""

from __future__ import annotations

import subprocess
import threading
import time
from datetime import UTC, datetime

import pytest

from maild.console.tries import MOST_KEPT, MOST_WAITING, NICE, Order, Ready, State, Tries, Try
from maild.domain.errors import NotFound, Permanent, Temporary
from maild.domain.learning.backtest import BacktestReport, Finding
from tests.servers.clock import MovedClock


def test_others_wait_for_the_one_that_runs() -> None:
    """One at a time; so many wait and no more; who starts again for the same mail ends what was before; old ones go."""
    gate, clock = threading.Event(), MovedClock(datetime(2026, 11, 25, tzinfo=UTC))
    tries = Tries(clock.now)

    def run(*_: object) -> BacktestReport:
        gate.wait(20)
        return BacktestReport(counts=dict.fromkeys(Finding, 0), rows=(), mails=1, seconds=1.0)

    def start(owner: str, mail: int = 1) -> Try:
        order = Order(owner=owner, mail_id=mail, name="59-a-own", text="", days=90)
        return tries.start(order, lambda order: Ready(files={}, base=""), run)

    first = [start(f"p{n}") for n in range(MOST_WAITING + 1)]
    with pytest.raises(Temporary):
        start("late")
    again = start("p1")  # takes the place of the one before
    assert first[1].standing.state is State.STOPPED
    assert tries.ahead(again) == MOST_WAITING
    gate.set()
    limit = time.monotonic() + 20
    while not again.over and time.monotonic() < limit:
        time.sleep(0.02)
    assert [one.standing.state for one in [first[0], *first[2:], again]] == [State.DONE] * (MOST_WAITING + 1)
    for n in range(MOST_KEPT + 3):
        one = start("q", n)
        while not one.over and time.monotonic() < limit:
            time.sleep(0.01)
    with pytest.raises(NotFound, match="not kept any more"):
        tries.get(1, first[0].id)
    assert tries.get(MOST_KEPT + 2, one.id) is one
    with pytest.raises(NotFound):
        tries.get(1, one.id)  # of another mail
    tries.close()


def test_what_runs_and_what_it_starts_have_a_low_priority() -> None:
    """Its workers inherit it; what is made ready before it, and everything else of the console, has not."""
    tries, seen = Tries(MovedClock(datetime(2026, 11, 25, tzinfo=UTC)).now), dict[str, int]()

    def niceness() -> int:
        return int(subprocess.check_output(["nice"], text=True))

    def prepare(order: Order) -> Ready:
        seen["prepare"] = niceness()
        return Ready(files={}, base="")

    def run(*_: object) -> BacktestReport:
        seen["run"] = niceness()
        return BacktestReport(counts=dict.fromkeys(Finding, 0), rows=(), mails=1, seconds=1.0)

    one = tries.start(Order(owner="p", mail_id=1, name="59-a-own", text="", days=90), prepare, run)
    limit = time.monotonic() + 20
    while not one.over and time.monotonic() < limit:
        time.sleep(0.02)
    ours = niceness()
    assert seen == {"prepare": ours, "run": max(ours, NICE)}
    tries.close()


def test_what_breaks_is_told_and_the_next_one_runs() -> None:
    """An error with its remedy; a fault of ours with its name; neither ends the thread."""
    tries = Tries(MovedClock(datetime(2026, 11, 25, tzinfo=UTC)).now)

    def broken(order: Order) -> Ready:
        raise Permanent("it does not load", remedy="mend it") if order.owner == "p" else ValueError("odd")

    def never(*_: object) -> BacktestReport:
        raise AssertionError

    for owner, fault, remedy in (("p", "it does not load", "mend it"), ("q", "ValueError: odd", "")):
        one = tries.start(Order(owner=owner, mail_id=1, name="59-a-own", text="", days=90), broken, never)
        limit = time.monotonic() + 20
        while not one.over and time.monotonic() < limit:
            time.sleep(0.02)
        standing = one.standing
        assert (standing.state, standing.fault, standing.remedy) == (State.FAILED, fault, remedy)
    tries.close()
