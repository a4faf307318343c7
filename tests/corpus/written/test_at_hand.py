"""Small readings that were wrong, each beside what only looks like it (decisions 0173 and 0174)."""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

# A price in other money is told as one, and a person asks: no act is taken back by it.
TOLD = {"ha-02"}


@pytest.mark.parametrize("name", ["at_hand", "plain_words"])
def test_what_is_plain_goes_and_what_looks_like_it_waits(name: str) -> None:
    """By the writers' own words: conditions, cancellings, days, parcels, posters; own numbers, possible refunds, ways."""
    rows = evaluated(name)
    assert [(row["id"], row["why"]) for row in rows if row["wrong"]] == []
    assert [row["id"] for row in rows if row["colleague"] == "settle" and row["fate"] == "held"] == []
    assert {row["id"] for row in rows if row["colleague"] == "hold" and row["fate"] != "held"} <= TOLD
