"""maild user: accounts and keys on the command line, audited, and no secret said twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from tests.console.door import PASSWORD, door

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a new office's database, and a password in a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAILD_STORE__URL", f"sqlite:///{tmp_path / 'maild.db'}")
    monkeypatch.setenv("MAILD_STORE__BLOBS", str(tmp_path / "blobs"))
    (tmp_path / "word").write_text(PASSWORD + "\n")
    (tmp_path / "word").chmod(0o600)
    return tmp_path


def _told(capsys: Capture, *args: str) -> list[dict[str, Any]]:
    assert run([*args, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _refused(capsys: Capture, *args: str) -> str:
    assert run(args) == 1
    return capsys.readouterr().err


def test_the_first_administrator(place: Path, capsys: Capture) -> None:
    """On a brand-new database, with a password that is made and shown once: it opens the console."""
    (made,) = _told(capsys, "user", "add", "Boss", "--role", "administrator", "--generate", "--by", "root")
    (listed,) = _told(capsys, "user", "list")
    assert (listed["name"], listed["role"], listed["signs_in_by"]) == ("boss", "administrator", ["password"])
    assert made["password"] not in json.dumps(listed)
    with door(place) as console:
        assert console.browser().sign_in("boss", made["password"]).status_code == 303
        assert next((line.actor, line.after) for line in console.history()) == ("root", "administrator")


def test_a_password_typed_unseen(place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for twice; it is on no line of output."""
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("typer.prompt", lambda text, **how: (asked.append(how), PASSWORD)[1])
    assert run(["user", "add", "lin"]) == 0
    assert asked == [{"hide_input": True, "confirmation_prompt": "Again"}]
    assert PASSWORD not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("add", "a b", "--generate"), "will not do as the name"),
        (("add", "maild", "--generate"), "will not do as the name"),
        (("add", "lin", "--password-file", "short"), "has 5 characters"),
        (("add", "lin", "--password-file", "none"), "cannot read"),
        (("add", "lin", "--external", "--generate"), "give one of"),
        (("add", "lin", "--external", "--locale", "fr"), "no pages in 'fr'"),
        (("add", "there", "--external"), "there is an account there"),
        (("role", "nobody", "viewer"), "there is no account nobody"),
        (("show", "nobody"), "there is no account nobody"),
        (("password", "nobody", "--generate"), "there is no account nobody"),
        (("disable", "there"), "is the last administrator"),
        (("token", "add", "there", "--scope", "read", "--days", "0"), None),
        (("token", "revoke", "7"), "there is no key 7"),
    ],
)
def test_what_is_refused(place: Path, capsys: Capture, args: tuple[str, ...], said: str | None) -> None:
    """In words, exit code 1 (2 for what typer sees)."""
    (place / "short").write_text("short")
    assert run(["user", "add", "there", "--role", "administrator", "--external"]) == 0
    capsys.readouterr()
    if said is None:
        assert run(["user", *args]) == 2
    else:
        assert said in _refused(capsys, "user", *args)


def test_an_account_s_life_is_in_the_history(place: Path, capsys: Capture) -> None:
    """Role, password, closed and open: who, what, before and after; never a password or its hash."""
    _told(capsys, "user", "add", "lin", "--role", "librarian", "--password-file", "word", "--by", "root")
    for args in (("role", "lin", "viewer"), ("password", "lin", "--none"), ("disable", "lin"), ("enable", "lin"),
                 ("remove-sessions", "lin")):  # fmt: skip
        _told(capsys, "user", *args, "--by", "root")
    with door(place) as console:
        lines = console.history()
        assert [(line.reasons[0], line.before, line.after) for line in lines] == [
            ("lin: account", "", "librarian"),
            ("lin: role", "librarian", "viewer"),
            ("lin: password", "set", "none"),
            ("lin: account", "open", "closed"),
            ("lin: account", "closed", "open"),
        ]
        assert {line.actor for line in lines} == {"root"}
        assert "argon2" not in str(lines)


def test_keys(place: Path, capsys: Capture) -> None:
    """Shown once, listed without, within the owner's role, ended."""
    _told(capsys, "user", "add", "lin", "--role", "librarian", "--external")
    (made,) = _told(
        capsys, "user", "token", "add", "lin", "--scope", "write", "--scope", "read", "--label", "desk", "--days", "30"
    )
    assert made["key"].startswith("maild_")
    assert len(made["key"]) == 49
    assert "the scope admin is beyond that" in _refused(capsys, "user", "token", "add", "lin", "--scope", "admin")
    (listed,) = _told(capsys, "user", "token", "list")
    assert (listed["scopes"], listed["state"], listed["label"]) == (["read", "write"], "in use", "desk")
    assert made["key"] not in json.dumps(listed)
    assert made["key"].encode() not in (place / "maild.db").read_bytes()
    _told(capsys, "user", "token", "revoke", str(listed["id"]))
    (shown,) = _told(capsys, "user", "show", "lin")
    assert shown["keys"][0]["state"] == "revoked"


@pytest.mark.parametrize(("way", "changes"), [
    (("--generate",), True), (("--generate", "--may-stay"), False), (("--password-file", "word"), False),
    (("--password-file", "word", "--must-change"), True), (("--external", "--must-change"), False),
])  # fmt: skip
def test_what_has_to_be_changed_at_the_first_sign_in(
    place: Path, capsys: Capture, way: tuple[str, ...], changes: bool
) -> None:
    """What was generated, or whatever the administrator says so of; told at once, and when it is set anew."""
    (made,) = _told(capsys, "user", "add", "lin", *way)
    assert made["password_to_be_changed"] is changes
    if "--external" not in way:
        (made,) = _told(capsys, "user", "password", "lin", *way)
        assert made["password_to_be_changed"] is changes
    (listed,) = _told(capsys, "user", "list")
    assert listed["password_to_be_changed"] is changes
    assert run(["user", "add", "wu", *way]) == 0
    assert ("It has to be changed at the first sign-in." in capsys.readouterr().out) is changes
