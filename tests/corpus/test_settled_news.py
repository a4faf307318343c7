"""What of libraries' news is settled unread: mails by four hands, held against what a careful colleague would do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.corpus.heldout.judging import ROOT, maild_in, said_by

pytestmark = pytest.mark.long

SETTLE = ROOT / "tests" / "corpus" / "settle"
OFFICE = ROOT / "tests" / "corpus" / "heldout" / "store.toml"
# Of the mails that a colleague would let go; every fifth of the two long files, so that it costs seconds.
# ids pt-…: a person's; pn-…: the same kinds of mail, and all right. Those that have a .toml have an office of their own (0126, 0135).
TRAPS = ("prov_traps", "prov_traps_rev", "prov_traps_lq", "traps_news")
HANDS = {"open_prov_w3": (5, 0.6), "open_prov_w4": (5, 0.45), "open_prov_la": (5, 0.4), "prov_own": (1, 0.8)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What the command says, mail by mail, by hand."""
    own = {name: office for name in (*HANDS, *TRAPS) if (office := SETTLE / f"{name}.toml").is_file()}
    rows: dict[str, dict[str, Any]] = {}
    for office in {OFFICE, *own.values()}:
        folder = tmp_path_factory.mktemp("news")
        file = folder / "mails.jsonl"
        names = [name for name in (*HANDS, *TRAPS) if own.get(name, OFFICE) == office]
        lines = [json.dumps(label, ensure_ascii=False) for name in names for label in _labels(name)]
        file.write_text("\n".join(lines), "utf-8")
        arguments = ["evaluate", "--json", "--mails", "--office", str(office), "--today", "2026-11-24", str(file)]
        told = map(json.loads, said_by(arguments, maild_in(folder)).splitlines())
        rows |= {row["id"]: row for row in told if row["what"] == "mail"}
    return {name: [rows[label["id"]] for label in _labels(name)] for name in (*HANDS, *TRAPS)}


def _labels(name: str) -> list[dict[str, Any]]:
    lines = (SETTLE / f"{name}.jsonl").read_text("utf-8").splitlines()
    each = HANDS.get(name, (1,))[0]
    return [json.loads(line) for line in lines if line][each - 1 :: each]


def test_nothing_is_done_wrongly(told: dict[str, list[dict[str, Any]]]) -> None:
    """No act and no answer that a colleague would not have let go."""
    assert [(row["id"], row["why"]) for rows in told.values() for row in rows if row["wrong"]] == []


@pytest.mark.parametrize(("hand", "share"), [(name, share) for name, (_, share) in HANDS.items()])
def test_the_share_that_is_settled_is_held(told: dict[str, list[dict[str, Any]]], hand: str, share: float) -> None:
    """Of the mails that a colleague would let go unread, whole or in part."""
    let_go = {label["id"] for label in _labels(hand) if label["colleague"] != "hold"}
    done = [row for row in told[hand] if row["id"] in let_go and row["fate"] != "held"]
    assert len(done) >= share * len(let_go)


def test_what_only_looks_like_news_waits(told: dict[str, list[dict[str, Any]]]) -> None:
    """Who is no library, the number alone, hedges, demands, questions, other works, circulars that want something."""
    traps = [row for name in TRAPS for row in told[name] if row["id"].startswith("pt-")]
    assert len(traps) >= 50
    assert [(row["id"], row["told"]) for row in traps if row["fate"] != "held"] == []


def test_libraries_that_no_file_lists_are_heard(told: dict[str, list[dict[str, Any]]]) -> None:
    """By title or a piece of it, within a network, until when a book is kept; and closing days need nobody."""
    right = {row["id"]: row["fate"] for name in TRAPS for row in told[name] if row["id"].startswith("pn-")}
    assert len(right) >= 10
    # What lies in a system is told, and a person fetches it.
    wanted = {"settle": "settled", "part": "told"}
    labels = {
        label["id"]: wanted[label["colleague"]] for name in TRAPS for label in _labels(name) if label["id"] in right
    }
    assert right == labels
