"""Ninety mails of libraries that are not the one on record: sixty only look like a refusal or a price of ours (0159)."""

from __future__ import annotations

from collections import Counter

from tests.corpus.evaluated import evaluated

TOLD = {"adl-019"}  # no loan, and a part of it is offered as a scan: a person reads on


def test_what_another_library_tells_counts_only_where_it_is_of_our_request() -> None:
    """Of a review, a sequel, a volume; of an old request, somebody else's, another price; a no for now, or of a branch."""
    rows = evaluated("another_library")
    assert Counter(row["colleague"] for row in rows) == {"hold": 60, "settle": 30}
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    assert {row["id"] for row in only_like_it if row["fate"] != "held"} == TOLD
    meant = [row for row in rows if row["colleague"] == "settle"]
    assert sum(row["fate"] != "held" for row in meant) >= 22
    assert [row["id"] for row in meant if row["wrong"]] == []
