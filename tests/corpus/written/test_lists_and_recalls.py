"""Lists of several requests, recalls, titles, files and prices, each plain and as a person has to read it, by a hand that had not seen the rules (0172)."""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

HONEST = 24  # of 40 go at least
# What is done still (docs/open-points.md): a summary below one row, passing on that is offered in German, a note that refuses.
OPEN = {"ax12", "ax74", "ax78"}


def test_what_a_list_a_recall_or_a_file_only_seems_to_tell_waits() -> None:
    rows = evaluated("lists_and_recalls")
    meant = [row for row in rows if row["colleague"] != "hold"]
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    assert (len(meant), len(only_like_it)) == (40, 40)
    assert {row["id"] for row in only_like_it if row["wrong"]} <= OPEN
    assert sum(row["fate"] != "held" for row in meant) >= HONEST
    assert [row["id"] for row in meant if row["wrong"]] == []
