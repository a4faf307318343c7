"""Patrons' mails in pairs: what a small thing turns waits, and the plain ones go (decision 0178)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.domain.incoming.ruling import Kind
from maild.match.pieces import folded
from maild.office.answers.danger import Then, shipped
from tests.corpus.evaluated import evaluated

pytestmark = pytest.mark.long

PAIRS = Path(__file__).parents[1] / "turned"
WISHES = {"cancel_request", "renew_request", "consent"}


def test_of_a_hand_that_was_opened_once() -> None:
    """Of seventy turned ones at most seventeen are told something (twenty-three before), four of them that a wish came
    (eight); each waits all the same. Of the plain ones fifty-two go, as before.
    """
    rows = evaluated("turned_patrons")
    turned = [row for row in rows if row["id"].endswith("t")]
    assert (len(rows), len(turned)) == (140, 70)
    told = [row for row in turned if row["fate"] != "held"]
    assert {row["fate"] for row in told} <= {"told"}
    assert len(told) <= 17
    assert sum(bool(WISHES & {*row["told"]}) for row in told) <= 4
    assert sum(row["fate"] != "held" for row in rows if row["id"].endswith("p")) >= 52


def test_signs_tell_them_apart() -> None:
    """Of what their words alone show: a sign for the matter of the mail stands in a third of those that are turned, and
    in one of thirty that are not. Ten hands, 680 pairs.
    """
    found = Counter((ident[-1], shown) for ident, shown in _shown())
    assert sum(found.values()) == 1360
    assert found["t", True] >= 238
    assert found["p", True] <= 26


def _shown() -> Iterator[tuple[str, bool]]:
    for file in sorted(PAIRS.glob("*.jsonl")):
        for row in map(json.loads, file.read_text("utf-8").splitlines()):
            kinds = {kind for kind in Kind if kind in row["kinds"]}
            if {"consent", "fee_consent"} & {*row["kinds"]}:
                kinds.add(Kind.FEE_QUESTION)  # what a consent is about
            text = folded(f"{row['subject']}\n{row['text']}")
            signs = (sign for sign in shipped().signs if sign.only and sign.then in (Then.HOLD, Then.DENY))
            yield row["id"], any(sign.found(text, kinds) for sign in signs)
