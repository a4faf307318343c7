"""A hundred mails about the very fee that was asked, or about a copy that was sent: eighty only look like it (0156)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

# What they ask is told (where to fetch, how it stands), nothing is sent or passed on, and a person reads them all the same.
TOLD = {"ve-034", "ve-064", "ve-067"}


def test_a_fee_is_accepted_and_a_copy_sent_once_more_only_where_that_is_meant() -> None:
    """Of somebody else's leave, another currency, another thing of that price; of a copy that came otherwise, to others."""
    rows = evaluated("fees_and_resends")
    assert Counter(row["colleague"] for row in rows) == {"hold": 80, "settle": 20}
    meant = [row for row in rows if row["colleague"] == "settle"]
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    assert [row["id"] for row in only_like_it if row["moved"] or row["fate"] == "settled"] == []
    assert {row["id"] for row in only_like_it if row["fate"] != "held"} <= TOLD
    assert sum(row["fate"] != "held" for row in meant) >= 17
    assert [row["id"] for row in meant if row["wrong"]] == []
