"""Requests named by a piece of their title, tables, names and circulars, each plain and as a person has to read it, by somebody
who knew what had been widened (0175).
"""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

HONEST = 9  # of 15 go at least, whole or in part


def test_what_only_looks_like_it_waits() -> None:
    rows = evaluated("by_a_piece")
    wanted = [row for row in rows if row["colleague"] != "hold"]
    only_like_it = [row for row in rows if row["colleague"] == "hold"]
    assert (len(wanted), len(only_like_it)) == (15, 27)
    assert [row["id"] for row in rows if row["wrong"]] == []
    assert sum(row["fate"] != "held" for row in wanted) >= HONEST
