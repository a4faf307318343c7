"""False friends of what is done or told by decisions 0075, 0076 and 0083: each sounds like it, and is something else."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.heldout.judging import ROOT, maild_in, said_by

FILE = Path(__file__).parents[1] / "false_friends" / "acts.jsonl"
OFFICE = ROOT / "tests" / "corpus" / "heldout" / "store.toml"
EACH = 15
# How a request stands is asked here as well, beside what a person has to read.
ASKED = {"letters-08", "letters-11"}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """id → what became of it."""
    folder = tmp_path_factory.mktemp("acts")
    arguments = ["evaluate", "--json", "--mails", "--office", str(OFFICE), "--today", "2026-11-24", str(FILE)]
    told = map(json.loads, said_by(arguments, maild_in(folder)).splitlines())
    return {row["id"]: row for row in told if row["what"] == "mail"}


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
