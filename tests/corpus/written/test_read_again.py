"""What somebody wrote who knew the lists: circulars that want something, thanks that tell news, a yes to something else
(decision 0128).
"""

from __future__ import annotations

import pytest

from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long


def test_all_of_it_waits_for_a_person() -> None:
    """Nothing is put away, told or moved."""
    rows = evaluated("read_again")
    assert len(rows) > 150
    assert [(row["id"], row["fate"]) for row in rows if row["fate"] != "held"] == []
