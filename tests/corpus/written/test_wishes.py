"""Wishes about the other request, wishes denied or taken back, and words of a kind with another object."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

FRIENDS = {"spared": 13, "denied": 14, "object": 13, "opened": 11}
HONEST, TOLD = 24, 22
# How the other request stands is asked as well.
ASKED = {"spared-13"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """What became of each mail."""
    return evaluated("wishes")


def test_what_is_spared_denied_or_something_else_waits(rows: list[dict[str, Any]]) -> None:
    """No wish is passed on that was not meant, nor for a request that another clause names."""
    friends = [row for row in rows if row["colleague"] == "hold"]
    assert Counter(row["id"].partition("-")[0] for row in friends) == FRIENDS
    assert {row["id"] for row in friends if row["fate"] != "held"} <= ASKED
    assert [row["id"] for row in friends if row["moved"] or row["wrong"]] == []


def test_plain_wishes_are_told(rows: list[dict[str, Any]]) -> None:
    """Cancellations, renewals and questions in plain words: all but two."""
    honest = [row for row in rows if row["colleague"] != "hold"]
    assert len(honest) == HONEST
    assert sum(row["fate"] != "held" for row in honest) >= TOLD
    assert [row["id"] for row in honest if row["wrong"]] == []
