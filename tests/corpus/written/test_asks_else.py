"""Twenty-five mails that ask something else than their words look like, and ten that ask it (decision 0165)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

# How invoices are made out, to a firm that would like to settle by the quarter: a person reads it all the same.
TOLD = {"ae-016"}


def test_nobody_is_answered_what_was_not_asked() -> None:
    """The form of the gateway, a card's account, the manuscript of a journal, a plate that is blurred."""
    rows = evaluated("asks_else")
    assert Counter(row["colleague"] for row in rows) == {"hold": 25, "settle": 10}
    friends = [row for row in rows if row["colleague"] == "hold"]
    assert [row["id"] for row in friends if row["moved"] or row["fate"] == "settled"] == []
    assert {row["id"] for row in friends if row["fate"] != "held"} <= TOLD


def test_who_asks_it_is_answered() -> None:
    """Eight of ten at least, and none wrongly."""
    honest = [row for row in evaluated("asks_else") if row["colleague"] == "settle"]
    assert sum(row["fate"] != "held" for row in honest) >= 8
    assert [row["id"] for row in honest if row["wrong"]] == []
