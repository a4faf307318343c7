"""Writers who are no known patrons: what the guide tells everybody is told, and what only sounds like it waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

FRIENDS, HONEST = 30, 12


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """What became of each mail."""
    return evaluated("strangers")


def test_false_friends_of_the_guide_are_told_nothing(rows: list[dict[str, Any]]) -> None:
    """Sellers, houses, other people's matters, own cases, other offices: a person answers each of them."""
    friends = [row for row in rows if row["colleague"] == "hold"]
    assert len(friends) == FRIENDS
    assert [row["id"] for row in friends if row["fate"] != "held"] == []


def test_what_the_guide_says_is_told(rows: list[dict[str, Any]]) -> None:
    """How to register, what it costs, where and how: to all but one of those who ask plainly."""
    honest = [row for row in rows if row["colleague"] != "hold"]
    assert len(honest) == HONEST
    assert sum(row["fate"] != "held" for row in honest) >= HONEST - 1
    assert [row["id"] for row in honest if row["wrong"]] == []
