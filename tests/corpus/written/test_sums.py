"""A fee accepted with its sum said again: the request goes on; whatever only sounds like it waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """What became of each mail."""
    return evaluated("sums")


def test_a_condition_a_denial_or_another_sum_moves_nothing(rows: list[dict[str, Any]]) -> None:
    """Twelve that say the sum and a word of consent, and are none."""
    friends = [row for row in rows if row["colleague"] == "hold"]
    assert len(friends) == 12
    assert [row["id"] for row in friends if row["fate"] != "held" or row["moved"]] == []


def test_the_sum_said_again_is_consent(rows: list[dict[str, Any]]) -> None:
    """Four of five go on, and none is wrong."""
    honest = [row for row in rows if row["colleague"] != "hold"]
    assert sum(bool(row["moved"]) for row in honest) >= 4
    assert [row["id"] for row in honest if row["wrong"]] == []
