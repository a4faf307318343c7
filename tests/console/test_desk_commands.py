"""`maild desk`: what is set up at the desk, as an administrator lists it, takes it along and sets it up for somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

from maild.bootstrap import Services
from maild.cli.context import CALL
from maild.cli.desk.kept import app
from maild.console.access.gate import Gate
from maild.domain.desk.access import Role
from maild.domain.errors import NotFound, Permanent
from tests.console.door import cheap
from tests.console.world import World


@contextmanager
def kept(services: Services) -> Iterator[Services]:
    """The office's services, left open."""
    yield services


def test_what_is_kept_is_listed_taken_along_and_set_up(
    office: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ready answers, searches, absences: by the same acts as the page's, for whom --as names."""
    monkeypatch.setattr("maild.cli.made.acting", lambda: kept(office.services))
    monkeypatch.setattr("maild.cli.desk.kept.services", lambda: kept(office.services))
    monkeypatch.setattr(CALL, "json", True)
    command: Any = typer.main.get_group(app)

    def run(*words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        command(list(words), standalone_mode=False)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    words = tmp_path / "answer.txt"
    words.write_text("{patron}您好：您的{request}已转给提供馆。", "utf-8")
    run("answer", "转交", str(words), "--shared", "--as", "li")
    run("search", "有凭证的来信", "has:proof", "--as", "wu")
    run("away", "--since", "2026-12-01", "--until", "2026-12-03", "--as", "wu")
    every = run("list")
    assert [(row["sort"], row["owner"], row["name"]) for row in every] == [
        ("answer", "", "转交"),
        ("search", "wu", "有凭证的来信"),
        ("away", "wu", ""),
    ]
    assert every[0]["body"] == {"text": "{patron}您好：您的{request}已转给提供馆。"}
    assert [row["sort"] for row in run("list", "--owner", "WU")] == ["search", "away"]
    assert [row["name"] for row in run("list", "--shared")] == ["转交"]

    words.write_text("{patron}您好：{nobody}", "utf-8")
    with pytest.raises(Permanent, match="nobody"):
        run("answer", "另一", str(words), "--as", "li")
    with pytest.raises(NotFound):
        run("forget", str(every[1]["id"]), "--as", "li")
    run("back", "--as", "wu")
    run("forget", str(every[1]["id"]), "--as", "wu")
    assert [row["sort"] for row in run("list")] == ["answer"]


def test_views_and_turns_are_set_up_by_command(
    office: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the page does it: a view is a part of the queue, turns are of a topic, and of those who may be given items."""
    monkeypatch.setattr("maild.cli.desk.kept.services", lambda: kept(office.services))
    monkeypatch.setattr("maild.cli.made.acting", lambda: kept(office.services))
    monkeypatch.setattr(CALL, "json", True)
    command: Any = typer.main.get_group(app)

    def run(*words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        command(list(words), standalone_mode=False)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    gate = Gate(office.services, cheap())
    gate.staff.add("wu", Role.LIBRARIAN, actor="li", password="an invented pass phrase")
    run("view", "提问", "cause=question", "--shared", "--as", "li")
    run("turns", "money", "wu", "--as", "li")
    every = run("list")
    assert [(row["sort"], row["name"]) for row in every] == [("view", "提问"), ("duty", "money")]
    assert every[0]["body"] == {"query": "cause=question"}
    assert every[1]["body"]["names"] == ["wu"]
    assert "payment_proof" in every[1]["body"]["causes"]
    with pytest.raises(Permanent, match="part of the queue"):
        run("view", "另一", "cause=nothing", "--as", "li")
    with pytest.raises(typer.TyperException, match="query"):
        run("view", "一切", "--as", "li")
    with pytest.raises(typer.BadParameter, match="weather"):
        run("turns", "weather", "wu", "--as", "li")
    with pytest.raises(Permanent, match="nobody-known"):
        run("turns", "money", "nobody-known", "--as", "li")
    run("turns", "money", "--as", "li")
    assert [row["sort"] for row in run("list")] == ["view"]
