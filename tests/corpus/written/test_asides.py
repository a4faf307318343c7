"""What stands beside the news (另, P.S., by the way), by a hand that had not seen the rules: it takes back, asks, or only talks (0172)."""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

HONEST = 17  # of 30 go at least, whole or in part


def test_what_stands_beside_the_news_is_never_read_over() -> None:
    rows = evaluated("asides")
    meant = [row for row in rows if row["colleague"] != "hold"]
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    assert (len(meant), len(only_like_it)) == (30, 30)
    assert [row["id"] for row in rows if row["wrong"]] == []
    assert sum(row["fate"] != "held" for row in meant) >= HONEST
