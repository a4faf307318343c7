"""Adding a deed: what CONTRIBUTING shows is done here, word for word, and tried by every door."""

from __future__ import annotations

import textwrap
import tomllib
from copy import copy
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import typer

from maild.bootstrap import Services
from maild.cli.context import CALL
from maild.cli.made import noun
from maild.console import areas
from maild.console.api.document import document
from maild.console.deeds.held import HOLDERS, MAKERS, held
from maild.console.made import made
from maild.console.staff_acts import StaffActs
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import StaleVersion
from maild.office.acting.drafts import history_of
from maild.office.queue import acts_queue
from tests.console.world import World

pytestmark = pytest.mark.integration

CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"


def shown(language: str) -> str:
    """The example of CONTRIBUTING: one method of QueueActs (python), and what it says (toml)."""
    text = CONTRIBUTING.read_text(encoding="utf-8").partition("## Adding a deed")[2].partition("\n## ")[0]
    return text.partition(f"```{language}\n")[2].partition("```")[0]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Any:
    """QueueActs with the method that is shown; nothing else is touched but the list of who holds acts."""
    says = copy(acts_queue.SAY)
    vars(says).pop("_english", None)  # made anew, of these
    vars(says)["known"] = {**acts_queue.SAY.known, **tomllib.loads(shown("toml"))}
    names = {**vars(acts_queue), "SAY": says}
    exec("class Example(QueueActs):\n" + textwrap.indent(textwrap.dedent(shown("python")), "    "), names)
    monkeypatch.setattr(acts_queue, "Example", names["Example"], raising=False)
    monkeypatch.setitem(HOLDERS, "example_acts", ("maild.office.queue.acts_queue:Example", "queue"))
    made_of = cached_property(lambda services: names["Example"](services.parts, services.acts))
    made_of.__set_name__(Services, "example_acts")
    monkeypatch.setattr(Services, "example_acts", made_of, raising=False)
    return next(one for one in held("queue") if one.part == "example_acts")


def test_one_method_is_a_command_a_form_and_a_route(
    office: World, example: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name, its path, its help, its input, its role: all of it follows from the function."""
    act = next(one for one in made() if one.name == "queue.recall")
    written = document((), [act], "/api/v1")["paths"]["/queue/{item_id}/recall"]["post"]
    body = written["requestBody"]["content"]["application/json"]["schema"]
    assert (written["operationId"], written["summary"]) == ("queue_recall", "Have an item looked at again.")
    assert body["required"] == ["why"]
    assert body["properties"]["why"] == {
        "description": "What is to be looked at.",
        "maxLength": 500,
        "title": "Why",
        "type": "string",
    }
    assert body["properties"]["seen"]["description"] == "Version of what was looked at."
    assert "Needs the role librarian" in written["description"]
    with office.services.store.read() as uow:
        item = uow.reviews.find(limit=1)[0].id
    desk = type("Desk", (), {"acts": StaffActs(office.services, office.services.parts.grace)})()
    who = Who(name="li", display="Li", role=Role.LIBRARIAN)
    asked: Any = act.input.model_validate({"item_id": item, "why": "the fee"})
    with pytest.raises(StaleVersion):
        act.run(desk, who, asked.model_copy(update={"seen": 99}))
    assert act.run(desk, who, asked).done == f"item {item} is to be looked at again"

    monkeypatch.setattr(CALL, "json", False)
    monkeypatch.setattr("maild.cli.made.acting", lambda: _kept(office.services))
    app = typer.Typer(cls=noun("queue"), callback=lambda: None, rich_markup_mode=None)
    typer.main.get_command(app)(["recall", str(item), "the title", "--as", "wang"], standalone_mode=False)
    assert capsys.readouterr().out == f"item {item} is to be looked at again\n"
    with pytest.raises(StaleVersion):
        typer.main.get_command(app)(["recall", str(item), "x", "--seen", "99"], standalone_mode=False)
    with pytest.raises(StaleVersion):
        typer.main.get_command(app)(["dismiss", str(item), "--note", "x", "--seen", "99"], standalone_mode=False)
    with office.services.store.read() as uow:
        told = [line for line in history_of(uow, uow.reviews.get(item)) if line.after == "recalled"]
    assert [(line.actor, line.reasons) for line in told] == [("li", ("the fee",)), ("wang", ("the title",))]


class _kept:
    """The office's services, which go on after a command."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def __enter__(self) -> Services:
        return self.services

    def __exit__(self, *error: object) -> None: ...


def test_every_act_says_what_it_does_and_has_a_door() -> None:
    """A summary that is a sentence, and names that stand once: whatever is added later."""
    deeds = [one.deed for one in held()]
    assert len(deeds) > 50
    assert len({deed.name for deed in deeds}) == len(deeds)
    commands = [deed.command for deed in deeds if deed.command]
    assert len(set(commands)) == len(commands)
    for deed in deeds:
        assert deed.summary.endswith("."), deed.name
        assert len(deed.summary) < 120, deed.name
        assert deed.path or deed.command, deed.name


# What these do can be taken back as well, but they write to nobody; and these take rows or several items back.
SILENT, OTHERWISE = {"lost_acts", "sender_acts"}, {"row_acts", "several_acts"}


def test_what_the_console_writes_waits(office: World) -> None:
    """What an act that can be taken back has written leaves later; all else is done by the services' own parts."""
    own, grace = office.services, timedelta(seconds=20)
    made = StaffActs(own, grace)
    parts = {one.part for one in held()} - set(MAKERS)
    waiting = {one.part for one in held() if one.deed.undo} - SILENT | OTHERWISE
    assert waiting < parts
    for name in parts:
        part = getattr(made, name)
        assert (part is not getattr(own, name)) == (name in waiting), name
        assert type(part) is type(getattr(own, name))
        assert part is getattr(made, name), "made once"
        if name in waiting:
            assert part._parts.grace == grace, name
            assert getattr(own, name)._parts.grace != grace, name
            assert getattr(part, "_acts", made.acts) is made.acts, name


def test_what_works_on_one_console_is_by_hand() -> None:
    """Back-tests and checks that a console keeps in its memory: no other process could do these acts."""
    by_hand = {act.name for act in areas.ACTS} - {one.deed.name for one in held()}
    assert by_hand == {"rules.backtest", "rules.backtest_stop", "rules.draft_save", "health.check"}


def test_every_act_on_what_has_a_version_takes_the_one_that_was_seen() -> None:
    """Whichever door it comes by, an act on an item, a request, an invoice or a registration refuses what has changed."""
    without = {"queue.note", "transactions.say", "registrations.add"}  # change nothing that has a version
    beside = ("end_sessions", "end_session", "end_key", ".try")  # sessions, keys and examples have none
    of_rows = ("item_id", "number", "invoice_id", "registration_id", "entry_id")
    for one in held():
        path = one.deed.path
        if any(f"{{{name}:" in path for name in of_rows) and one.deed.name not in without:
            assert "seen" in {p.name for p in one.deed.parameters}, one.deed.name
        if path.startswith(("/accounts/{name}/", "/rules/{name}/")) and not one.deed.name.endswith(beside):
            assert "seen" in {p.name for p in one.deed.parameters}, one.deed.name
