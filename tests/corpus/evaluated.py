"""What `maild evaluate` says of the false friends: those that one office is asked about are read by one command in a run.

To begin (rules, an office, confined readers) costs it as much as 150 mails do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.corpus.heldout.judging import ROOT, maild_in, typed
from tests.shared import made_once

FRIENDS = ROOT / "tests" / "corpus" / "false_friends"
OFFICES: Mapping[Path, tuple[str, ...]] = {
    ROOT / "tests" / "corpus" / "heldout" / "store.toml": ("acts", "patrons", "strangers", "sums", "wishes"),
    FRIENDS / "other_office.toml": ("other_office", "read_again"),
    FRIENDS / "fees_and_resends.toml": ("fees_and_resends", "asks_else", "guide_words"),
    FRIENDS / "hard_patrons.toml": ("hard_patrons", "widened", "plain_words"),
    FRIENDS / "turned_patrons.toml": ("turned_patrons",),
    FRIENDS / "turned_libraries.toml": ("turned_libraries",),
    FRIENDS / "another_library.toml": ("another_library",),
    FRIENDS / "more_libraries.toml": ("more_libraries", "other_works"),
    ROOT / "tests" / "corpus" / "opened" / "libraries_mi.toml": ("beside_news",),
    ROOT / "tests" / "corpus" / "opened" / "libraries_mx.toml": ("at_hand",),
    ROOT / "tests" / "corpus" / "opened" / "libraries_na.toml": ("turned",),
    ROOT / "tests" / "corpus" / "opened" / "libraries_mk.toml": (
        "odd_words",
        "lists_and_recalls",
        "asides",
        "by_a_piece",
    ),
}
TODAY = "2026-11-24"


def evaluated(name: str) -> list[dict[str, Any]]:
    """What became of each mail of tests/corpus/false_friends/NAME.jsonl, in its order."""
    (office,) = (office for office, names in OFFICES.items() if name in names)

    def read(folder: Path) -> None:
        mails = folder / "mails.jsonl"
        rows = [
            row | {"id": f"{each}/{row['id']}"} for each in OFFICES[office] for row in _rows(FRIENDS / f"{each}.jsonl")
        ]
        mails.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
        asked = ["evaluate", "--json", "--mails", "--office", str(office), "--today", TODAY, str(mails)]
        code, out, err = typed(asked, maild_in(folder))  # 1: mails of the open ones are acted on
        assert code in (0, 1), err
        (folder / "told.jsonl").write_text(out, "utf-8")

    told = _rows(made_once(f"evaluated-{office.stem}", read) / "told.jsonl")
    mine = [row for row in told if row["what"] == "mail" and row["id"].startswith(f"{name}/")]
    return [row | {"id": row["id"].partition("/")[2]} for row in mine]


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
