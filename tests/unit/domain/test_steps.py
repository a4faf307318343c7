"""The clock against the seconds that pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maild.domain.operation.steps import Steps

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR, DAY, MINUTE = 3600, 86_400, 60


@pytest.mark.parametrize(
    ("walls", "told"),
    [
        ([0, 5, 10], [False] * 3),
        ([0, 5, 10 - 3 * HOUR, 15 - 3 * HOUR, 20], [False, False, True, True, False]),  # back, and right again
        ([0, 5 + 366 * DAY, 10 + 366 * DAY], [False, True, True]),
        ([0, 5 + 250, 10 + 500], [False, False, False]),  # a step at boot, then another one: followed
        ([0, 5 + 20 * HOUR, 10 + 40 * HOUR], [False, True, True]),  # two steps are no smaller than one
    ],
)
def test_a_clock_that_is_set(walls: list[int], told: list[bool]) -> None:
    """Against the seconds that pass, five a look."""
    steps = Steps()
    seen = [steps.look(NOW + timedelta(seconds=wall), 100.0 + 5 * n) for n, wall in enumerate(walls)]
    assert [bool(step) for step in seen] == told


@pytest.mark.parametrize(("step", "taken"), [(9 * HOUR, True), (9 * DAY, False), (-9 * HOUR, True), (-9 * DAY, False)])
def test_what_an_hour_makes_of_it(step: int, taken: bool) -> None:
    """A clock set by hours is taken as set on purpose, else the trouble would stand for ever; one set by days is not."""
    steps = Steps()
    steps.look(NOW, 0.0)
    assert steps.look(NOW + timedelta(seconds=5 + step), 5.0) == timedelta(seconds=step)
    after = steps.look(NOW + timedelta(seconds=2 * HOUR + step), 2.0 * HOUR)
    assert after == (timedelta(0) if taken else timedelta(seconds=step))
    steps.believe(NOW + timedelta(seconds=2 * HOUR + step), 2.0 * HOUR)
    assert not steps.look(NOW + timedelta(seconds=3 * HOUR + step), 3.0 * HOUR)
