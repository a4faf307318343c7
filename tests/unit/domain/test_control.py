"""Thresholds from held-out mails: the bound holds at its confidence, and nothing is armed without proof."""

from __future__ import annotations

import random

import pytest

from maild.domain.learning.control import NEVER, Level, fewest, lower_bound, threshold, upper_bound
from tests.share import times


def test_the_bound_is_that_of_the_tables() -> None:
    """0 wrong of 459 is less than 1 % at 99 %, as the rule of three has it; and it meets the lower bound's mirror."""
    assert upper_bound(0, 459, 0.99) == pytest.approx(0.01, abs=1e-4)
    assert upper_bound(3, 440) == pytest.approx(0.01753, abs=1e-5)
    assert lower_bound(3, 10) == pytest.approx(0.0873, abs=1e-4)
    assert upper_bound(5, 5) == 1.0
    assert upper_bound(0, 0) == 1.0
    assert lower_bound(0, 9) == 0.0
    assert fewest(Level(wrong=0.01)) == 299


def test_too_few_mails_arm_nothing() -> None:
    """One mail fewer than the level needs, and the class goes by rules alone."""
    level = Level(wrong=0.01)
    assert not threshold([(0.999, False)] * 298, level).armed
    found = threshold([(0.999, False)] * 299, level)
    assert found.armed
    assert "n = 299" in found.words()
    assert threshold([], level).at == NEVER


def test_it_stops_before_the_first_threshold_that_fails() -> None:
    """Mails that are wrong below 0.6 keep the threshold above it, however many good ones lie lower still."""
    said = [(0.95, False)] * 400 + [(0.55, True)] * 30 + [(0.2, False)] * 5000
    found = threshold(said, Level(wrong=0.02))
    assert 0.55 < found.at <= 0.6
    assert (found.wrong, found.mails) == (0, 400)


@pytest.mark.long
def test_the_level_is_broken_no_more_often_than_the_confidence_allows() -> None:
    """Over many samples from a known world the true share above the chosen threshold is within the level."""
    chance = random.Random(7)
    level, broken, runs = Level(wrong=0.05, confidence=0.9), 0, times(60, 200)
    for _ in range(runs):
        said = [(sure, chance.random() < 0.2 * (1 - sure)) for sure in (chance.random() for _ in range(600))]
        found = threshold(said, level)
        if found.armed:
            true = 0.2 * (1 - found.at) / 2  # the mean over [at, 1] of 0.2·(1 − sure)
            broken += true > level.wrong
    assert broken <= 0.15 * runs
