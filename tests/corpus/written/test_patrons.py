"""Mails of patrons that sound like what is answered or passed on, and that a colleague reads first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.heldout.judging import ROOT, maild_in, said_by

FILE = Path(__file__).parents[1] / "false_friends" / "patrons.jsonl"
OFFICE = ROOT / "tests" / "corpus" / "heldout" / "store.toml"
MAILS = 40
TOLD = 6  # their own facts, while a person reads the mail


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What became of each mail."""
    folder = tmp_path_factory.mktemp("patrons")
    arguments = ["evaluate", "--json", "--mails", "--office", str(OFFICE), "--today", "2026-11-24", str(FILE)]
    told = map(json.loads, said_by(arguments, maild_in(folder)).splitlines())
    return [row for row in told if row["what"] == "mail"]


def test_none_is_settled_and_nothing_moves(rows: list[dict[str, Any]]) -> None:
    """A person reads each of them."""
    assert len(rows) == MAILS
    assert [row["id"] for row in rows if row["fate"] == "settled" or row["moved"] or row["wrong"]] == []


def test_few_are_told_anything(rows: list[dict[str, Any]]) -> None:
    """What they ask beside it, and never what a person has to decide."""
    assert sum(row["fate"] == "told" for row in rows) <= TOLD
