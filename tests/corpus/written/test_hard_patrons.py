"""Patrons' mails that only look like everyday ones, and everyday ones in unusual clothes (decision 0173)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

# A renewal till a day that is over is passed on: a person sees it.
TOLD = {"vm022"}


def test_none_of_them_is_acted_on_or_answered() -> None:
    """Of fifty-five nothing is settled and no answer goes out."""
    friends = [row for row in evaluated("hard_patrons") if row["colleague"] == "hold"]
    assert len(friends) == 55
    assert [row["id"] for row in friends if row["fate"] == "settled" or row["wrong"]] == []
    assert {row["id"] for row in friends if row["fate"] != "held"} <= TOLD


def test_plain_ones_go() -> None:
    """Of thirty-five twenty-one, and none wrongly."""
    plain = [row for row in evaluated("hard_patrons") if row["colleague"] != "hold"]
    assert Counter(row["fate"] != "held" for row in plain)[True] >= 21
    assert [row["id"] for row in plain if row["wrong"]] == []


# In another's name from the writer's own address (two), a rush beside a question of the guide, and what stays by words that fit another title, too:
# each is told of its own requests, and a person passes the wish on.
BESIDE = {"vn05", "vn22", "vn50", "vn52"}


def test_what_only_looks_like_the_widened_classes_waits() -> None:
    """Of forty none is acted on wrongly, and four more are told that a wish came, or how it stands."""
    friends = [row for row in evaluated("widened") if row["colleague"] != "settle"]
    assert len(friends) == 40
    assert [row["id"] for row in friends if row["wrong"]] == []
    told = {row["id"] for row in friends if row["colleague"] == "hold" and row["fate"] != "held"}
    assert told <= BESIDE, told
