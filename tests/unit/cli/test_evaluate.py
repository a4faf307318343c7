"""maild evaluate: labelled mails in, shares and bounds out; a wrong act is exit 1. The real command on invented mails."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maild.cli.reading.labelled import read_mails, read_office
from maild.domain.learning.control import upper_bound
from maild.domain.learning.evaluation import Colleague, Done, Fate, Label, Wrong, grade, share
from maild.parse import parse_mail
from maild.receipts.media.document import inspect
from tests.corpus.heldout.judging import ROOT, maild_in, said_by, typed

OFFICE = ROOT / "tests" / "corpus" / "heldout" / "store.toml"
MAILS = [
    {"id": "a", "from": "r01", "subject": "进度", "text": "老师您好，请问{c01}现在到哪一步了？谢谢！", "kinds": ["status_query"],
     "about": ["c01"], "colleague": "settle"},
    {"id": "b", "from": "r01", "subject": "投诉", "text": "我要找律师起诉你们。", "kinds": ["patron_other"], "about": [],
     "colleague": "hold"},
    {"id": "c", "from": "nobody@else.example", "proven": False, "subject": "进度", "text": "请问{c01}到哪一步了？",
     "kinds": ["status_query"], "about": ["c01"], "colleague": "hold"},
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the command says of them, mail by mail and in sum."""
    folder = tmp_path_factory.mktemp("evaluate")
    file = folder / "mails.jsonl"
    file.write_text("".join(json.dumps(mail, ensure_ascii=False) + "\n" for mail in MAILS), "utf-8")
    arguments = ["evaluate", "--json", "--mails", "--office", str(OFFICE), "--today", "2026-11-24", str(file)]
    return [json.loads(line) for line in said_by(arguments, maild_in(folder)).splitlines()]


def test_each_mail_has_its_fate(told: list[dict[str, Any]]) -> None:
    """Settled with the right request; an angry one and a stranger's held."""
    fates = {row["id"]: (row["fate"], row["numbers"]) for row in told if row["what"] == "mail"}
    assert fates == {"a": ("settled", ["2026111500101"]), "b": ("held", []), "c": ("held", [])}


def test_the_sum_says_share_and_bound(told: list[dict[str, Any]]) -> None:
    """One of three acted upon, of one that a colleague would let go; nothing wrong of one proves little."""
    (row,) = [row for row in told if row["what"] == "all"]
    assert (row["mails"], row["settled"], row["held"], row["wanted"], row["wanted_done"]) == (3, 1, 2, 1, 1)
    assert (row["wrong_acts"], row["wrong_answers"], row["wrong_answers_at_most"]) == (0, 0, 0.95)
    kinds = {row["name"]: row["mails"] for row in told if row["what"] == "kind"}
    assert kinds == {"status_query": 2, "patron_other": 1}


def test_what_the_office_has_delivered_it_has_sent(tmp_path: Path) -> None:
    """Who misses a copy that is delivered is sent it once more; a second look at the same office changes nothing."""
    number, patron = next((row[0], row[1]) for row in read_office(OFFICE).requests.values() if row[5] == "delivered")
    office = read_office(OFFICE)
    mail = {"id": "d", "from": patron, "subject": "", "text": f"{number} 没有收到文献，请再发一次。",
            "kinds": ["not_received"], "about": [number], "colleague": "settle"}  # fmt: skip
    assert patron in office.patrons
    file = tmp_path / "mails.jsonl"
    file.write_text(json.dumps(mail, ensure_ascii=False) + "\n", "utf-8")
    arguments = ["evaluate", "--json", "--mails", "--office", str(OFFICE), "--today", "2026-11-24", str(file)]
    rows = [json.loads(line) for line in said_by(arguments, maild_in(tmp_path)).splitlines()]
    (told,) = [row for row in rows if row["what"] == "mail"]
    assert (told["fate"], told["told"]) == ("settled", ["not_received"])


def test_a_broken_row_is_named(tmp_path: Path) -> None:
    """File and line, and what is missing."""
    file = tmp_path / "broken.jsonl"
    file.write_text('{"id": "x", "from": "r01", "text": "", "kinds": [], "colleague": "settle"}\n', "utf-8")
    with pytest.raises(AssertionError, match=r"broken\.jsonl:1: lacks kinds"):
        said_by(["evaluate", "--office", str(OFFICE), str(file)], maild_in(tmp_path))


@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_rules_that_no_reader_starts_with_end_it_at_once(tmp_path: Path, command: str) -> None:
    """With file, line and key, and no word of any mail: not a reader started for each of them, and told as its fault."""
    shipped = (ROOT / "rules" / "words" / "hedges.toml").read_text("utf-8")
    words = tmp_path / "rules" / "words" / "hedges.toml"
    words.parent.mkdir(parents=True)
    words.write_text(shipped.replace("negation = [", "negation = ['(?=x)', ", 1), "utf-8")
    file = tmp_path / "mails.jsonl"
    file.write_text("".join(json.dumps(mail) + "\n" for mail in MAILS * 20), "utf-8")
    mail = tmp_path / "mail.eml"
    mail.write_bytes(b"From: r01@patron.example\r\nSubject: one\r\n\r\none\r\n")
    given = {"evaluate": ["--office", str(OFFICE), str(file)], "explain": ["--dns", "none", *[str(mail)] * 20]}
    environment = {**maild_in(tmp_path), "MAILD_RULES__FOLDER": str(tmp_path / "rules")}
    code, out, err = typed([command, "--json", *given[command]], environment)
    assert (code, out) == (2, "")
    assert re.search(r"hedges\.toml:\d+: negation: not an RE2 pattern: '\(\?=x\)'", err)


LABEL = Label(id="x", kinds=("status_query",), colleague=Colleague.SETTLE, about=("1",))


@pytest.mark.parametrize(
    ("label", "done", "wrong"),
    [
        ({}, {"told": ("status_query",), "numbers": ("1",)}, Wrong.NOTHING),
        ({}, {"told": ("fee_question",)}, Wrong.ANSWER),
        ({}, {"told": ("status_query",), "numbers": ("2",)}, Wrong.ANSWER),
        ({}, {"told": ("status_query",), "moved": ("2",)}, Wrong.ACT),
        ({"colleague": Colleague.PART}, {"told": ("status_query",), "numbers": ("1",)}, Wrong.ANSWER),
        ({"colleague": Colleague.HOLD}, {"told": ("status_query",), "moved": ("1",)}, Wrong.ACT),
        ({"colleague": Colleague.PART}, {"fate": Fate.TOLD, "told": ("status_query",)}, Wrong.NOTHING),
        ({"colleague": Colleague.HOLD}, {"fate": Fate.HELD}, Wrong.NOTHING),
    ],
)
def test_what_counts_as_wrong(label: dict[str, Any], done: dict[str, Any], wrong: Wrong) -> None:
    """Another kind, another request, more settled than a colleague would; what moved is worse than what was said."""
    from dataclasses import replace

    assert grade(replace(LABEL, **label), Done(**{"fate": Fate.SETTLED, "read": (), **done})).wrong is wrong


@pytest.mark.parametrize(("kinds", "told", "wrong"), [
    (("whitelist_question",), "patron_other", Wrong.NOTHING), (("not_received", "whitelist_question"), "patron_other", Wrong.NOTHING),
    (("how_to",), "fee_question", Wrong.NOTHING), (("how_to",), "status_query", Wrong.ANSWER),
    (("permission_problem", "how_to"), "fee_question", Wrong.ANSWER), (("complaint",), "patron_other", Wrong.ANSWER),
])  # fmt: skip
def test_a_label_without_a_kind_of_ours_is_met_by_what_answers_it(
    kinds: tuple[str, ...], told: str, wrong: Wrong
) -> None:
    """How it is done is the guide's, not how my request stands; beside a kind that has a name it says nothing."""
    label = Label(id="x", kinds=kinds, colleague=Colleague.SETTLE)
    assert grade(label, Done(fate=Fate.TOLD, read=(), told=(told,))).wrong is wrong


def test_answered_where_a_colleague_would_have_read_first_is_told_apart() -> None:
    """It is not wrong, and it is counted."""
    held = Label(id="x", kinds=("status_query",), colleague=Colleague.HOLD)
    made = grade(held, Done(fate=Fate.TOLD, read=(), told=("status_query",)))
    assert (made.wrong, made.beyond, share([made]).beyond) == (Wrong.NOTHING, True, 1)


@pytest.mark.parametrize(
    ("wrong", "tried", "bound"), [(0, 459, 0.0065), (0, 100, 0.0295), (1, 100, 0.0466), (5, 437, 0.0239), (0, 0, 1.0)]
)
def test_the_bound_is_clopper_and_pearsons(wrong: int, tried: int, bound: float) -> None:
    """One-sided, 95 %; 0 of n is 1 − 0.05^(1/n)."""
    assert upper_bound(wrong, tried) == pytest.approx(bound, abs=0.0001)


def test_a_providers_file_is_a_sound_one(tmp_path: Path) -> None:
    """As many pages as the mail says, and no text that could be another document's; a patron's stays unreadable."""
    office, at = read_office(OFFICE), datetime(2026, 11, 24, 1, tzinfo=UTC)
    row = {"id": "x", "subject": "", "text": "全文见附件，共 12 页。", "files": ["a.pdf"], "kinds": ["shipped"],
           "colleague": "settle"}  # fmt: skip
    file = tmp_path / "mails.jsonl"
    file.write_text("".join(json.dumps({**row, "from": who}) + "\n" for who in ("nstl", "r01")), "utf-8")
    reports = []
    for mail in read_mails([file], office, own_address="office@lib.example", at=at):
        (attached,) = parse_mail(mail.raw).attachments
        reports.append(inspect(attached.content, filename="a.pdf"))
    assert [(report.usable, report.pages, "".join(report.front).strip()) for report in reports] == [
        (True, 12, ""),
        (False, None, ""),
    ]
