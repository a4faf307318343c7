"""News of libraries in unusual words, each beside mails that sound like it and are a person's, by a hand that had not seen the rules (0167)."""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

HONEST = 22  # of 42 go at least
# What is acted on still (docs/open-points.md): five files that are not the article, a refusal of one desk, a note in odd words.
OPEN = {"adv-027", "adv-030", "adv-031", "adv-033", "adv-038", "adv-061", "adv-081"}


def test_what_only_sounds_like_news_waits() -> None:
    rows = evaluated("odd_words")
    meant = [row for row in rows if row["colleague"] != "hold"]
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    assert (len(meant), len(only_like_it)) == (42, 42)
    assert {row["id"] for row in only_like_it if row["wrong"] == "act"} <= OPEN
    assert sum(row["fate"] != "held" for row in meant) >= HONEST
    assert [row["id"] for row in meant if row["wrong"]] == []
