"""What a person at a shell is told: commands by other names, values that are wrong, moments, what is no mail."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import cast
from unittest.mock import Mock

import pytest

from maild.cli import show
from maild.cli.app import run
from maild.cli.context import CALL, _made, services
from maild.cli.reading import sources
from maild.cli.tree import SYNONYMS, TREE
from maild.config import Settings
from maild.demo.past import DemoServices
from maild.demo.run import _configured, settings
from maild.demo.servers import ImapServer, SmtpServer
from maild.settings import load
from maild.settings.faults import SettingsError


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration lies here."""
    monkeypatch.chdir(tmp_path)


def test_a_command_by_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Words that people use lead to the command; none of them hides one."""
    assert not set(SYNONYMS) & set(TREE)
    assert set(SYNONYMS.values()) <= set(TREE)
    assert run(["doctor"]) == 2
    assert "Did you mean 'check'?" in capsys.readouterr().err
    assert run(["-h"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(" ".join(sentence.split()) in said for _, sentence in TREE.values()), "each sentence is whole"


@pytest.mark.parametrize("args", [["queue", "show", "foo"], ["user", "add", "x", "--role", "admin"]])
def test_a_wrong_value_in_plain_words(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong is said without the library's own words."""
    assert run(args) == 2
    said = capsys.readouterr().err
    assert "Invalid value" in said
    assert "Input should" not in said
    assert "Value error" not in said


def test_no_password_is_asked_for_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the file is not there, that is said first."""
    monkeypatch.setattr("typer.prompt", lambda *_, **__: pytest.fail("it was asked for"))
    assert run(["--config", str(tmp_path / "none.toml"), "user", "add", "li"]) == 2


def test_moments_are_on_the_offices_clock(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For people with their offset; for programs as they are."""
    monkeypatch.setattr(CALL, "zone", "Asia/Shanghai")
    row = {"at": "2026-11-29T16:30:00+00:00", "text": "seen 2026-11-29T16:30:00+00:00"}
    monkeypatch.setattr(CALL, "json", False)
    show.one(row)
    said = capfdbinary.readouterr().out.decode()
    assert "2026-11-30 00:30:00+08:00" in said
    assert "seen 2026-11-29T16:30:00+00:00" in said
    monkeypatch.setattr(CALL, "json", True)
    show.one(row)
    assert json.loads(capfdbinary.readouterr().out) == row


@pytest.mark.parametrize(
    ("raw", "mail"),
    [
        (b"From: a@b.example\r\n\r\nx", True),
        (b"From a Mon Nov 2 2026\nSubject: x\n\nx", True),
        (b"\xef\xbb\xbfX-Odd : y\n", True),
        (b"# Title\n\ntext: more\n", False),
        (b"", False),
    ],
)
def test_what_begins_as_a_mail(raw: bytes, mail: bool) -> None:
    """A field of a header, or an mbox's line before it."""
    assert sources.is_mail(raw) is mail


@pytest.mark.parametrize(
    ("url", "demo"),
    [
        ("sqlite:////tmp/maild-demo-x1/demo.db", True),
        ("sqlite:////tmp/maild-demo-x1/state/maild.db", False),
        ("sqlite:////tmp/not-maild-demo-x1/maild.db", False),
        ("sqlite:////srv/maild-demo-x1/maild.db", False),
        ("sqlite:////srv/maild-demo-x1.db", False),
        ("postgresql+psycopg://maild-demo-user@db.example/maild", False),
        ("postgresql+psycopg:///tmp/maild-demo-x1/maild", False),
    ],
)
def test_which_database_is_a_demos(url: str, demo: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invented year is added to no office's figures, whatever its database is called."""
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    made = _made(replace(Settings(), store=replace(Settings().store, url=url)), None)
    assert isinstance(made, DemoServices) is demo


def test_the_demos_own_file_is_whole_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its secrets lie beside it, closed to others; once the demo's folder is gone, it says so."""
    folder = tmp_path / "maild-demo-x"
    (folder / "rules").mkdir(parents=True)
    made = settings(
        folder, cast(ImapServer, Mock(port=1143, user="o@x.example", password="p")), cast(SmtpServer, Mock(port=1025))
    )
    config = _configured(made, tmp_path)
    found = load(config, {}).settings
    assert found.mailbox[0].password.reveal() == made.mailbox[0].password.reveal() != ""
    assert found.matching.token_key.reveal() == made.matching.token_key.reveal() != ""
    assert all(path.stat().st_mode & 0o077 == 0 for path in [config, *(tmp_path / "secrets").iterdir()])
    monkeypatch.setattr(CALL, "config", config)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with services() as looking:
        assert isinstance(looking, DemoServices), "its figures begin with the invented year, as those of the console"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    with services() as looking:
        assert not isinstance(looking, DemoServices), "a folder of that name may be an office's own"
    (folder / "rules").rmdir()
    with pytest.raises(SettingsError, match="has ended"):
        load(config, {})
