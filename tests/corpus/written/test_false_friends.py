"""The blind mails of tests/corpus/false_friends, decided as the command does it: what is sent, what waits, what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.written.office import Letter, decide

FILE = Path(__file__).parents[1] / "false_friends" / "open.jsonl"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """id → what the command says; each writer is known and proven, with requests of every kind."""
    mails = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    letters = [
        Letter(id=mail["id"], sender=mail["from"], subject=mail["subject"], text=mail["body"],
               names=tuple(file["name"] for file in mail["attachments"]))
        for mail in mails
    ]  # fmt: skip
    return decide(letters, tmp_path_factory.mktemp("friends"))


def test_none_of_them_is_answered_or_settled_unread(rows: dict[str, dict[str, Any]]) -> None:
    """Each sounds like something that gets a notice, and a person has to read it: nothing leaves, nothing moves."""
    assert len(rows) >= 140
    sent = {name: row["decision"]["notices"] for name, row in rows.items() if row["decision"]["notices"]}
    assert sent == {}
    settled = [name for name, row in rows.items() if row["decision"]["action"] in ("apply", "ignore")]
    assert settled == []


def test_the_writers_are_known_and_proven(rows: dict[str, dict[str, Any]]) -> None:
    """They wait for what they say, not for who says it."""
    causes = Counter(row["decision"]["cause"] for row in rows.values())
    assert not {"unknown_sender", "unauthenticated"} & set(causes), causes
