"""Mails of patrons that sound like what is answered or passed on, and that a colleague reads first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

MAILS = 40
TOLD = 6  # their own facts, while a person reads the mail


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """What became of each mail."""
    return evaluated("patrons")


def test_none_is_settled_and_nothing_moves(rows: list[dict[str, Any]]) -> None:
    """A person reads each of them."""
    assert len(rows) == MAILS
    assert [row["id"] for row in rows if row["fate"] == "settled" or row["moved"] or row["wrong"]] == []


def test_few_are_told_anything(rows: list[dict[str, Any]]) -> None:
    """What they ask beside it, and never what a person has to decide."""
    assert sum(row["fate"] == "told" for row in rows) <= TOLD
