"""Mails of libraries in which something stands beside the news: 85 of 180 only look as if it meant nothing (0164)."""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

HONEST = 84  # of 95 go at least; of 96 41 did before


def test_what_stands_beside_news_is_read_for_what_it_is() -> None:
    rows = evaluated("beside_news")
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    meant = [row for row in rows if row["colleague"] != "hold"]
    assert (len(only_like_it), len(meant)) == (85, 95)
    assert [row["id"] for row in only_like_it if row["fate"] != "held"] == []
    assert sum(row["fate"] != "held" for row in meant) >= HONEST
    assert [row["id"] for row in meant if row["wrong"]] == []
