"""False friends of what is done or told by decisions 0075, 0076 and 0083: each sounds like it, and is something else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

EACH = 15
# How a request stands is asked here as well, beside what a person has to read.
ASKED = {"letters-08", "letters-11"}


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    """id → what became of it."""
    return {row["id"]: row for row in evaluated("acts")}


def test_each_act_has_its_false_friends(rows: dict[str, dict[str, Any]]) -> None:
    """Thanks, several cancellations, questions in letters, refusals of parts, a number alone, a fee accepted."""
    counts = Counter(name.rpartition("-")[0] for name in rows)
    assert counts == dict.fromkeys(("thanks", "cancels", "letters", "refusals", "number", "consent"), EACH)


def test_none_is_settled_and_nothing_moves(rows: dict[str, dict[str, Any]]) -> None:
    """A person reads each of them."""
    assert [name for name, row in rows.items() if row["fate"] == "settled" or row["moved"]] == []


def test_nothing_is_told_but_what_is_asked(rows: dict[str, dict[str, Any]]) -> None:
    """No wish is passed on, and no question is answered that nobody asked."""
    assert {name for name, row in rows.items() if row["fate"] != "held"} <= ASKED
    assert [name for name, row in rows.items() if row["wrong"]] == []
