"""maild rules hits, try, versions, restore, disable, enable: as staff do it in the console."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run as main
from tests.console.world import NOW, fill
from tests.servers.clock import MovedClock

SHIPPED = "30-calis-shipped"
CONFIG = """
[office]
address = "office@demo.example"
[[mailbox]]
user = "office"
[store]
url = "sqlite:///{folder}/maild.db"
blobs = "{folder}/blobs"
[rules]
folder = "{folder}/rules"
"""
Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with its mails decided, and a configuration."""
    folder = tmp_path_factory.mktemp("office")
    fill(folder, MovedClock(NOW))
    with closing(sqlite3.connect(folder / "maild.db")) as database:  # commands live by the machine's clock
        database.execute("UPDATE mail SET stored = ?", (int((time.time() - 60) * 1_000_000),))
        database.commit()
    (folder / "rules").mkdir()
    (folder / "maild.toml").write_text(CONFIG.format(folder=folder), "utf-8")
    (folder / "maild.toml").chmod(0o600)
    return folder


@pytest.fixture
def run(filled: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command: exit code, rows, what stood on the error stream."""

    def call(*words: str) -> tuple[int, list[dict[str, Any]], str]:
        code = main(["rules", *words, "--json", "--config", str(filled / "maild.toml")])
        out, err = capfdbinary.readouterr()
        return code, [json.loads(line) for line in out.decode().splitlines()], err.decode()

    return call


def test_hits_of_rules(run: Run) -> None:
    """Every rule with what it took; in the demo's office nothing drifts."""
    code, rows, _ = run("hits")
    assert code == 0
    found = {row["name"]: row for row in rows}
    assert (found[SHIPPED]["state"], found[SHIPPED]["in_force"]) == ("shipped", True)
    assert sum(found[SHIPPED]["weeks"]) == 6
    assert run("hits", "--drifting") == (0, [], "")


def test_disabled_enabled_restored(run: Run, filled: Path) -> None:
    """With a reason only; what was there comes back; a version that is none is refused."""
    assert run("disable", SHIPPED)[0] == 2
    assert run("disable", SHIPPED, "--note", "they write otherwise", "--as", "li")[0] == 0
    assert (filled / "rules" / f"{SHIPPED}.toml").read_text() == "disabled = true\n"
    assert run("try", SHIPPED)[0] == 1
    assert run("enable", SHIPPED)[0] == 0
    assert not (filled / "rules" / f"{SHIPPED}.toml").exists()
    code, rows, _ = run("versions", SHIPPED)
    assert (code, [row["text"] for row in rows]) == (0, ["disabled = true\n"])
    assert run("restore", SHIPPED, "19990101T000000000000Z")[0] == 1
    assert run("restore", SHIPPED, rows[0]["version"])[0] == 0
    assert run("enable", SHIPPED)[0] == 0


def test_a_rule_that_was_changed_since_is_let_alone(run: Run) -> None:
    """What was looked at is named by the lists, a disabled rule's by `hits`; an old name is refused."""
    shipped = {row["name"]: row["seen"] for row in run("list")[1]}[SHIPPED]
    assert {row["name"]: row["seen"] for row in run("hits")[1]}[SHIPPED] == shipped
    assert run("disable", SHIPPED, "--note", "x", "--seen", shipped)[0] == 0
    disabled = {row["name"]: row["seen"] for row in run("hits")[1]}[SHIPPED]
    code, _, said = run("enable", SHIPPED, "--seen", shipped)
    assert (code, "has changed since" in said) == (1, True), said
    assert run("enable", SHIPPED, "--seen", disabled)[0] == 0


def test_examples_tried(run: Run) -> None:
    """Each with what is wrong with it: nothing."""
    code, rows, _ = run("try", SHIPPED)
    assert code == 0
    assert [row["passed"] for row in rows] == [True] * 3
