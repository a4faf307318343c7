"""Commands that are made of acts: on which database they work, as whom."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import typer
from alembic import command as alembic

from maild.cli import made
from maild.cli.app import app, run
from maild.console.deeds.held import Held, held
from maild.domain.desk.access import Role
from maild.office.acting.act import By
from maild.office.acting.result import Apart
from maild.store import migrate
from maild.store.engine import make_engine

OLD = f"{int(migrate.HEAD) - 1:04}"
CLI = Path(made.__file__).parent
OPENS = re.compile(r"with (acting|staff)\(\)")  # `staff` is `acting` with the acts on accounts


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the release before left it."""
    file = tmp_path_factory.mktemp("old") / "maild.db"
    engine = make_engine(f"sqlite:///{file}", "", create=True)
    with engine.begin() as connection:
        alembic.upgrade(migrate.alembic_config(connection), OLD)
    engine.dispose()
    return file


@pytest.mark.parametrize(("words", "said"), [
    (("reconcile", "allocate", "bank:1", "--patron", "p01"), "bank:1"), (("queue", "undo", "7"), "item 7"),
    (("patrons", "readmit", "p99"), ""),
])  # fmt: skip
@pytest.mark.parametrize("upgrade", [True, False])
def test_an_old_database_is_brought_up_to_date_or_refused(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], upgrade: bool, words: Sequence[str], said: str
) -> None:
    """As the daemon and the console do it when they begin: nothing is written into another schema than ours."""
    (tmp_path / "maild.db").write_bytes(before.read_bytes())
    config = tmp_path / "maild.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/maild.db"\nblobs = "{tmp_path}/b"\nupgrade = {str(upgrade).lower()}\n'
        '[[mailbox]]\nuser = "u"\npassword = "p"\n'
    )
    assert run(["--config", str(config), *words]) == 1
    assert (said if upgrade else "revision") in capsys.readouterr().err
    assert migrate.check(f"sqlite:///{tmp_path}/maild.db").current == (migrate.HEAD if upgrade else OLD)


def test_who_acts_looks_at_the_schema_first() -> None:
    """Whatever command asks who acts opens the services so, where it acts."""
    found = []
    for file in CLI.rglob("*.py"):
        text = file.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            body = ast.get_source_segment(text, node) or "" if isinstance(node, ast.FunctionDef) else ""
            if re.search(r"(?<!def )\bactor\(", body) and not OPENS.search(body):
                found.append(f"{file.stem}.{getattr(node, 'name', '')}")
    assert found == []


def test_every_act_is_done_by_an_administrator_at_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may run a command, may."""
    did, whose = list[str](), set[By]()

    def do(one: Held, on: object, told: dict[str, Any], *, by: By) -> Apart:
        did.append(one.deed.name)
        whose.add(by)
        return Apart(done="done")

    monkeypatch.setattr(made, "acting", nullcontext)
    monkeypatch.setattr(Held, "do", do)
    acts = [one for one in held() if one.deed.command]
    for one in acts:
        asked = {p.outside: None for p in one.deed.parameters if not p.given.form}
        made.command(one)(**asked, who="li")
    assert did == [one.deed.name for one in acts]
    assert whose == {By(name="li", role=Role.ADMINISTRATOR, at_server=True)}


def test_help_says_all_that_the_act_says() -> None:
    """But for what it raises: who acts reads that when it happens. Its list has the first sentence."""
    root: Any = typer.main.get_command(app)
    close = root.commands["user"].commands["disable"]
    assert close.help == (
        "Close an account with its sessions and keys. At once: its sessions end, and its keys open nothing."
    )
    assert close.get_short_help_str(400) == "Close an account with its sessions and keys."
    for one in held():
        if one.deed.command:
            assert one.deed.help.startswith(one.deed.summary)
            assert "Raises" not in one.deed.help, one.deed.command
