"""Commands that are made of acts: on which database they work, as whom."""

from __future__ import annotations

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
ALLOCATE = ("reconcile", "allocate", "bank:1", "--patron", "p01")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the release before left it."""
    file = tmp_path_factory.mktemp("old") / "maild.db"
    engine = make_engine(f"sqlite:///{file}", "", create=True)
    with engine.begin() as connection:
        alembic.upgrade(migrate.alembic_config(connection), OLD)
    engine.dispose()
    return file


@pytest.mark.parametrize(("upgrade", "revision", "said"), [
    ("true", migrate.HEAD, "bank:1"), ("false", OLD, "revision"),
])  # fmt: skip
def test_an_old_database_is_brought_up_to_date_or_refused(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], upgrade: str, revision: str, said: str
) -> None:
    """As the daemon and the console do it when they begin: an act never writes into another schema than its own."""
    (tmp_path / "maild.db").write_bytes(before.read_bytes())
    config = tmp_path / "maild.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/maild.db"\nblobs = "{tmp_path}/b"\nupgrade = {upgrade}\n'
        '[[mailbox]]\nuser = "u"\npassword = "p"\n'
    )
    assert run(["--config", str(config), *ALLOCATE]) == 1
    assert said in capsys.readouterr().err
    assert migrate.check(f"sqlite:///{tmp_path}/maild.db").current == revision


class Services:
    """What was done with it, in order."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def __enter__(self) -> Services:
        return self

    def __exit__(self, *error: object) -> None: ...

    def ensure_schema(self) -> None:
        self.did.append("schema")


def test_every_act_looks_at_the_schema_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as an administrator at the server: whoever may run a command, may."""
    services, whose = Services(), set[By]()

    def do(one: Held, on: Any, told: dict[str, Any], *, by: By) -> Apart:
        on.did.append(one.deed.name)
        whose.add(by)
        return Apart(done="done")

    monkeypatch.setattr(made, "services", lambda: services)
    monkeypatch.setattr(Held, "do", do)
    acts = [one for one in held() if one.deed.command]
    for one in acts:
        asked = {p.outside: None for p in one.deed.parameters if not p.given.form}
        made.command(one)(**asked, who="li")
    assert services.did == [each for one in acts for each in ("schema", one.deed.name)]
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
