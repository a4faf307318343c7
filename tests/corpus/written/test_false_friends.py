"""The blind mails of tests/corpus/false_friends, decided as the command does it: what is sent, what waits, what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.written.office import Letter, decide

pytestmark = pytest.mark.long

FILE = Path(__file__).parents[1] / "false_friends" / "open.jsonl"


# Those that ask what every reader is told, and what (each was read): a person answers the rest of the mail.
ASKED = {
    "fo-043": "how a fee is made up", "fo-044": "who gets a subsidy", "fo-045": "what a copy costs",
    "fo-046": "what a rush costs", "fo-048": "what to do about a missing permission", "fo-079": "where the counter is",
    "fo-120": "how long it usually takes", "fo-100": "how to get a new password", "fo-129": "how long it usually takes",
    "fo-090": "where a form is handed in", "fo-007": "how a request stands", "fo-003": "where the counter is", "fo-116": "how a request stands", "fo-051": "what an invoice is like", "fo-052": "what an invoice can name",
}  # fmt: skip
# Two are told how their requests stand and ask something else (a telephone number, an address): what weighing costs (0108).
BEYOND = {"fo-067", "fo-124"}


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


def test_none_of_them_is_settled_or_acted_upon_unread(rows: dict[str, dict[str, Any]]) -> None:
    """Each sounds like something that gets a notice, and a person has to read it: nothing moves, nothing is settled."""
    assert len(rows) >= 140
    assert [name for name, row in rows.items() if row["decision"]["moves"] or row["decision"]["ledger"]] == []
    settled = [name for name, row in rows.items() if row["decision"]["action"] in ("apply", "ignore")]
    assert settled == []


def test_only_what_was_asked_is_told(rows: dict[str, dict[str, Any]]) -> None:
    """Beside the queue nothing leaves but answers of the office's own facts (decision 0066), to mails that ask for them."""
    sent = {name: [n["kind"] for n in row["decision"]["notices"]] for name, row in rows.items()}
    told = {name: kinds for name, kinds in sent.items() if kinds}
    assert set(told) <= set(ASKED) | BEYOND, told
    answers = {name: ["query_answer"] for name in ("fo-007", "fo-116", *BEYOND)}
    assert {name: kinds for name, kinds in told.items() if kinds != answers.get(name, ["answer"])} == {}


def test_the_writers_are_known_and_proven(rows: dict[str, dict[str, Any]]) -> None:
    """They wait for what they say, not for who says it."""
    causes = Counter(row["decision"]["cause"] for row in rows.values())
    assert not {"unknown_sender", "unauthenticated"} & set(causes), causes
