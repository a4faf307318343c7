"""Back-testing rules on mails that were really processed: what would change, what contradicts, what waits no more."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from maild.cli.operation.init import write
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
NUMBER, OTHER, THIRD = "2026112000101", "2026112000102", "2026112000103"
RULE = """\
title = "CALIS: on its way (the office's own)"
party = "provider"
provider = "calis"
kind = "shipped"
event = "shipped"

[when]
subject = ['材料已上路']

[fields.transaction]
pattern = ['单据 ?({transaction_number})']
type = "transaction"
required = true
"""


@dataclass
class Desk:
    """The office, its rules folder and its command line."""

    office: Office
    config: Path
    rules: Path
    capture: pytest.CaptureFixture[bytes]

    def rows(self, *args: object, code: int = 0) -> list[dict[str, Any]]:
        """`maild replay --json`: its rows; the exit code must be `code`."""
        self.capture.readouterr()
        got = run(["--config", str(self.config), "replay", "--json", *map(str, args)])
        out, err = self.capture.readouterr()
        assert got == code, (out + err).decode()
        return [json.loads(line) for line in out.decode().splitlines()]

    def said(self, *args: object, code: int = 0) -> str:
        """`maild replay` for people: both streams."""
        self.capture.readouterr()
        got = run(["--config", str(self.config), "replay", *map(str, args)])
        out, err = self.capture.readouterr()
        assert got == code, (out + err).decode()
        return (out + err).decode()


@pytest.fixture
def desk(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An office with a rules folder of its own, empty so far."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    folder = tmp_path / "rules"
    folder.mkdir()
    with office(tmp_path, change=lambda s: replace(s, rules=replace(s.rules, folder=str(folder)))) as made:
        write(made.services.settings, tmp_path / "etc/maild.toml")
        yield Desk(made, tmp_path / "etc/maild.toml", folder, capfdbinary)


def _receive(desk: Desk, *mails: bytes) -> None:
    desk.office.imap.fill(list(mails))
    desk.office.intake()
    desk.office.process()


def _on_its_way(desk: Desk, number: str, index: int = 0) -> bytes:
    """A wording that no shipped rule knows."""
    return desk.office.mail(
        index,
        **{"subject": "材料已上路", "text": f"老师：\n\n单据 {number}，丁字柜。\n", "attach": [f"pdf:{number}.pdf"]},
    )


def _candidate(tmp_path: Path, text: str = RULE, name: str = "59-calis-on-its-way.toml") -> Path:
    folder = tmp_path / "candidate"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def test_the_rules_in_force_reproduce_the_ledger(desk: Desk) -> None:
    """Nothing has changed: no mail is told of, though requests have moved on since."""
    house = desk.office
    _receive(
        desk,
        house.shipped(NUMBER),
        house.shipped(OTHER, 1),
        _on_its_way(desk, THIRD, 2),
        house.mail(3, **{"from": "p04", "subject": "进度", "text": f"请问 {NUMBER} 到哪一步了？\n"}),
    )
    (summary,) = desk.rows()
    assert (summary["mails"], summary["same"], summary["failed"]) == (4, 4, 0)
    assert summary["complete"]


def test_a_new_rule_matches_what_waited(desk: Desk, tmp_path: Path) -> None:
    """Under the other rules the mail is certain: told with before, after and what was decided then; no exit code 1."""
    _receive(desk, desk.office.shipped(NUMBER), _on_its_way(desk, OTHER, 1))
    row, summary = desk.rows("--rules", _candidate(tmp_path))
    assert (row["finding"], row["waits"]) == ("new", True)
    assert row["before"]["action"] == "review"
    assert (row["after"]["kind"], row["after"]["action"]) == ("shipped", "apply")
    assert row["after"]["transactions"] == [OTHER]
    assert row["then"]["action"] == "review"
    assert {"name": "event", "before": "", "after": "shipped"} in row["changes"]
    assert (summary["new"], summary["same"]) == (1, 1)
    assert "newly matched" in desk.said("--rules", tmp_path / "candidate")
    with desk.office.services.store.read() as uow:
        assert len(uow.reviews.find()) == 1, "a back-test changes nothing"


def test_facts_that_changed_since_are_not_the_rules_doing(desk: Desk, tmp_path: Path) -> None:
    """The request was settled by hand meanwhile: still newly matched, for the rule reads it; others stay unchanged."""
    house = desk.office
    _receive(desk, _on_its_way(desk, OTHER, 1), house.shipped(NUMBER, 2))
    with house.services.store.read() as uow:
        (item,) = uow.reviews.find()
    house.services.acts.dismiss(item.id, actor="li", note="by phone")
    _receive(desk, house.shipped(OTHER, 3))
    row, summary = desk.rows("--rules", _candidate(tmp_path))
    assert (row["finding"], row["waits"]) == ("new", False)
    assert summary["same"] == 2


def test_a_rule_that_steals_is_a_conflict(desk: Desk, tmp_path: Path) -> None:
    """It takes the mails of a rule before it: told for each of them, exit 1."""
    _receive(desk, desk.office.shipped(NUMBER), desk.office.shipped(OTHER, 1))
    greedy = RULE.replace("材料已上路", "文献已寄送").replace(
        "'单据 ?({transaction_number})'", "'事务号[:：] ?({transaction_number})'"
    )
    greedy = greedy.replace('kind = "shipped"', 'kind = "request_accepted"').replace(
        'event = "shipped"', 'event = "accepted"'
    )
    folder = _candidate(tmp_path, greedy, "22-aa-calis-greedy.toml")
    rows = desk.rows("--rules", folder, code=1)
    assert [row["finding"] for row in rows[:-1]] == ["conflict", "conflict"]
    assert any("22-aa-calis-greedy takes the mail from 30-calis-shipped" in line for line in rows[0]["why"])
    assert {"name": "kind", "before": "shipped", "after": "request_accepted"} in rows[0]["changes"]


def test_two_rules_of_equal_order_are_a_conflict(desk: Desk, tmp_path: Path) -> None:
    """Which of them fires hangs on the letters of their names."""
    _receive(desk, _on_its_way(desk, OTHER))
    _candidate(tmp_path)
    other = RULE.replace('"shipped"', '"cancelled"')
    rows = desk.rows("--rules", _candidate(tmp_path, other, "59-calis-other.toml"), code=1)
    assert rows[0]["finding"] == "conflict"
    assert "59-calis-other has the same order number as 59-calis-on-its-way" in rows[0]["why"][0]


def test_a_librarian_knew_better(desk: Desk, tmp_path: Path) -> None:
    """Staff assigned the mail to another request than the rule would: a conflict."""
    _receive(desk, _on_its_way(desk, OTHER))
    services = desk.office.services
    with services.store.read() as uow:
        (item,) = uow.reviews.find()
    services.acts.assign(item.id, [THIRD], actor="li")
    rows = desk.rows("--rules", _candidate(tmp_path), code=1)
    assert f"a librarian assigned it to {THIRD}, not to {OTHER}" in rows[0]["why"]


def test_apply_processes_what_waits_and_nothing_else(desk: Desk) -> None:
    """Saved rules: the waiting mail goes its way, by an audited act; settled ones stay as they are."""
    house = desk.office
    _receive(desk, _on_its_way(desk, OTHER), _on_its_way(desk, THIRD, 1), house.shipped(NUMBER, 2))
    services = house.services
    with services.store.read() as uow:
        items, before = uow.reviews.find(), uow.transactions.get(THIRD)
    third = next(i for i in items if i.mail_id == max(i.mail_id or 0 for i in items))
    services.acts.dismiss(third.id, actor="li", note="by phone")
    (desk.rules / "59-calis-on-its-way.toml").write_text(RULE, "utf-8")
    rows = desk.rows("--apply", "--as", "wang")
    assert [row["finding"] for row in rows if row["what"] == "mail"] == ["new", "new"]
    (applied,) = [row for row in rows if row["what"] == "applied"]
    assert applied["ok"]
    services.reload()
    house.process()
    with services.store.read() as uow:
        assert uow.reviews.find() == []
        assert uow.transactions.get(OTHER).state == "shipped"  # type: ignore[union-attr]
        assert uow.transactions.get(THIRD) == before
        assert ("act", "wang") in [(e.what, e.actor) for e in uow.journal.of_mail(applied["mail_id"])]


def test_apply_is_for_the_rules_in_force(desk: Desk, tmp_path: Path) -> None:
    """Other rules would not be there when the mail is processed: refused as usage, with the remedy."""
    assert "rules.folder" in desk.said("--rules", _candidate(tmp_path), "--apply", code=2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "yesterday"), "neither a day nor a number"),
        (("--rules", "/no/such/folder"), "is no folder"),
    ],
)
def test_usage(desk: Desk, options: tuple[str, ...], said: str) -> None:
    """What is not understood is exit 2, naming the option."""
    assert said in desk.said(*options, code=2)


def test_broken_rules_are_named(desk: Desk, tmp_path: Path) -> None:
    """A candidate that does not load is exit 2 with file and line, before any mail is read."""
    folder = _candidate(tmp_path, RULE.replace('kind = "shipped"', 'kind = "shiped"'))
    said = desk.said("--rules", folder, code=2)
    assert "59-calis-on-its-way.toml:4: kind" in said


def test_mails_before_the_day_are_left(desk: Desk, tmp_path: Path) -> None:
    """--since tomorrow reads nothing; a mail whose bytes are gone is told as failed."""
    _receive(desk, _on_its_way(desk, OTHER))
    (summary,) = desk.rows("--since", "2999-01-01")
    assert summary["mails"] == 0
    for path in (tmp_path / "blobs").rglob("*"):
        if path.is_file() and len(path.name) == 64:
            path.unlink()
    row, summary = desk.rows("--rules", _candidate(tmp_path))
    assert (row["finding"], summary["failed"]) == ("failed", 1)
