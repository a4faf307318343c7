"""Mails of libraries that are not the one on record: 109 of 170 only look like a refusal or a price of ours (0159)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("name", "adverse", "least"), [("another_library", 60, 18), ("more_libraries", 49, 12)])
def test_what_another_library_tells_counts_only_where_it_is_of_our_request(name: str, adverse: int, least: int) -> None:
    """Of a review, a sequel, a volume; of an old request, somebody else's, another price; a no for now, or of a branch."""
    rows = evaluated(name)
    assert Counter(row["colleague"] for row in rows) == {"hold": adverse, "settle": len(rows) - adverse}
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    assert [row["id"] for row in only_like_it if row["fate"] != "held"] == []
    meant = [row for row in rows if row["colleague"] == "settle"]
    assert sum(row["fate"] != "held" for row in meant) >= least
    assert [row["id"] for row in meant if row["wrong"]] == []


def test_of_other_works_and_other_houses_nothing_is_taken() -> None:
    """Translations, replies, reprints; prices of somebody else; news in which the mail itself names who has it."""
    assert [row["id"] for row in evaluated("other_works") if row["moved"] or row["fate"] == "settled"] == []
