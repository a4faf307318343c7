"""Eighty false friends of an office of their own, written by somebody who had seen no rules (decision 0123)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

# Each is told how its requests stand, a person reads it all the same, and it asks something else.
BEYOND = {"FFX-001", "FFX-002", "FFX-009", "FFX-013", "FFX-054", "FFX-077"}
# What was not received, and cannot be sent: how it stands is the answer, and which one is meant is asked.
STANDS = {"FFX-016", "FFX-022", "FFX-036"}


def test_nothing_is_settled_sent_again_or_passed_on() -> None:
    """Thanks that are none, what came, wishes about something else, a yes that is none, questions of policy."""
    rows = evaluated("other_office")
    assert Counter(row["colleague"] for row in rows) == {"hold": 80}
    assert [row["id"] for row in rows if row["moved"] or row["fate"] == "settled"] == []
    assert {row["id"] for row in rows if row["fate"] != "held"} <= BEYOND | STANDS
