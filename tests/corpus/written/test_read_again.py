"""What somebody wrote who knew the lists: circulars that want something, thanks that tell news, a yes to something else
(decision 0128).
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.corpus.heldout.judging import maild_in, said_by

FOLDER = Path(__file__).parents[1] / "false_friends"


def test_all_of_it_waits_for_a_person(tmp_path: Path) -> None:
    """Nothing is put away, told or moved."""
    office, mails = FOLDER / "other_office.toml", FOLDER / "read_again.jsonl"
    asked = ["evaluate", "--json", "--mails", "--office", str(office), "--today", "2026-11-24", str(mails)]
    rows = [row for row in map(json.loads, said_by(asked, maild_in(tmp_path)).splitlines()) if row["what"] == "mail"]
    assert len(rows) > 150
    assert [(row["id"], row["fate"]) for row in rows if row["fate"] != "held"] == []
