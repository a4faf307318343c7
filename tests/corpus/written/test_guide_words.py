"""Questions of the guide, and how it stands, in words of their own; thanks; and what has the same words (decision 0165)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

# A request that a fellow student made needless, is passed on as ended; what 98 would be paid by; the day of a loan.
TOLD = {"dw-23", "dp-24", "du-21"}


def test_words_of_the_guide_about_something_else_are_told_nothing() -> None:
    """A customs form, a porter's list, a data bank's addresses; a press that prints; thanks that tell a trouble."""
    friends = [row for row in evaluated("guide_words") if row["colleague"] == "hold"]
    assert len(friends) == 37
    assert [row["id"] for row in friends if row["fate"] == "settled"] == []
    assert {row["id"] for row in friends if row["fate"] != "held"} <= TOLD


def test_half_of_the_plain_ones_go() -> None:
    """Of thirty-six eighteen, and none wrongly; of thanks two of ten."""
    plain = [row for row in evaluated("guide_words") if row["colleague"] != "hold"]
    assert Counter(row["fate"] != "held" for row in plain)[True] >= 18
    assert [row["id"] for row in plain if row["wrong"]] == []
