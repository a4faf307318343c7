"""Libraries' mails in pairs: one that goes, and nearly the same one that a small thing turns (decision 0177)."""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

# The first of two was cancelled as we asked; a refusal is an end, whatever it asks; a price waits for a word.
OPEN = {"pr-07b", "pr-21b", "pr-37b", "pr-51b"}


def test_what_a_small_thing_turns_waits() -> None:
    """Tables of one row, another title, asides, cancellings, overdue, refusals, circulars, scans, recalls; and two
    thirds of the others go.
    """
    rows = evaluated("turned")
    turned, plain = ([row for row in rows if (row["colleague"] == "hold") is which] for which in (True, False))
    assert (len(turned), len(plain)) == (60, 60)
    assert {row["id"] for row in turned if row["fate"] != "held"} <= OPEN
    assert [(row["id"], row["why"]) for row in plain if row["wrong"]] == []
    assert sum(row["fate"] != "held" for row in plain) >= 40


def test_of_a_hand_that_was_opened_once() -> None:
    """Of sixty turned ones three are acted on (four before the clauses were asked), of the plain ones as many go as
    before; no model learned from it (decision 0180).
    """
    rows = evaluated("turned_libraries")
    turned, plain = ([row for row in rows if row["id"].endswith(which)] for which in "tp")
    assert (len(turned), len(plain)) == (60, 60)
    assert sum(bool(row["wrong"]) for row in turned) <= 3
    assert sum(row["fate"] != "held" for row in plain) >= 32
