"""A rules folder that is broken: the console starts and goes on, says what is wrong, and answers nothing with 500."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.bootstrap import Services
from maild.config import Rules
from maild.console.app import make_app
from maild.console.areas import VIEWS
from maild.console.desk import Desk
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from tests.console.stand_in import StandIn
from tests.console.tour import paths
from tests.console.world import NOW, World
from tests.servers.clock import MovedClock
from tests.share import WHOLE

pytestmark = pytest.mark.long

BROKEN = "x = ["
# Each file of the folder that pages are made of.
FILES = ("09-own.toml", "queue.toml", "providers.toml", "drift.toml", "calendar/2026.toml", "statements/own.toml",
         "fees/own.toml", "whitelist.toml", "voice.toml", "answers/own.toml", "review.toml", "payments.toml",
         "matching.toml")  # fmt: skip


@pytest.fixture
def office(furnished_office: World) -> World:
    """With something on every page."""
    return furnished_office


@pytest.fixture
def folder(office: World, tmp_path: Path) -> Path:
    """The office's rules folder, not there yet."""
    return tmp_path / "rules"


@contextmanager
def console(office: World, folder: Path) -> Iterator[tuple[Desk, TestClient]]:
    """A console that begins with that folder, read by an administrator."""
    settings = replace(office.services.settings, rules=Rules(folder=str(folder)))
    services = Services(settings, clock=MovedClock(NOW))
    desk = make_desk(services)
    app = make_app(desk, StandIn("li", Role.ADMINISTRATOR))
    try:
        yield desk, TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False,
                               headers={"accept-language": "en", "x-csrf-token": StandIn.TOKEN})  # fmt: skip
    finally:
        desk.in_force.stop()
        services.close()


def write(path: Path, text: str = BROKEN) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def told(client: TestClient, name: str) -> None:
    """Both pages open and name the file and its fault, for people and for programs."""
    for path in ("/health", "/rules"):
        page = client.get(path)
        assert page.status_code == 200, (path, page.text[-2000:])
        assert name in page.text, path
        assert 'class="flash failed"' in page.text, path
    health, rules = client.get("/api/v1/health").json(), client.get("/api/v1/rules").json()
    assert "rules" in health["trouble"]
    for found in (health["rules"], rules["faults"]):
        assert any(name in fault["what"] for fault in found), found


@pytest.mark.parametrize("name", FILES)
def test_one_file_is_broken(office: World, folder: Path, name: str) -> None:
    """Its name and its fault are told; mended, they are gone without a restart."""
    write(folder / name)
    with console(office, folder) as (_, client):
        told(client, name)
        for path in ("/", "/queue", "/payments"):
            page = client.get(path)
            assert page.status_code in (200, 503), path
            assert page.status_code == 200 or (name in page.text and 'href="/health"' in page.text)
        (folder / name).unlink()
        assert client.get("/api/v1/health").json()["rules"] == []
        assert client.get("/queue").status_code == 200


def test_requests_and_figures_need_no_providers(office: World, folder: Path) -> None:
    """Where the list of providers is broken they go by the names that were written."""
    write(folder / "providers.toml")
    with console(office, folder) as (_, client):
        for path in ("/transactions", "/statistics", "/statistics/year"):
            assert client.get(path).status_code == 200, path


def _missing(folder: Path) -> str:
    return "rules"


def _no_folder(folder: Path) -> str:
    folder.write_text("a file in its place", "utf-8")
    return "rules"


def _unreadable(folder: Path) -> str:
    """As root nothing is forbidden: a folder in a file's place cannot be read by anybody."""
    (folder / "09-own.toml").mkdir(parents=True)
    return "09-own.toml"


def _no_text(folder: Path) -> str:
    folder.mkdir()
    (folder / "09-own.toml").write_bytes(b"\xff\xfe\xff")
    return "09-own.toml"


def _all_at_once(folder: Path) -> str:
    for name in FILES:
        write(folder / name)
    return "calendar/2026.toml"


SPOILS = (_missing, _no_folder, _unreadable, _no_text, _all_at_once)


@pytest.mark.parametrize("spoil", SPOILS)
def test_every_page_answers(
    office: World, examples: Mapping[str, str], folder: Path, spoil: Callable[[Path], str]
) -> None:
    """With what it shows, or with what is wrong: 503, never a fault of ours; for programs likewise.

    Every page where all is broken at once; of one fault alone each fourth, the next for each fault.
    """
    name, programs = spoil(folder), {view.name for view in VIEWS if view.json}
    with console(office, folder) as (_, client):
        told(client, name)
        wrong = []
        nth = SPOILS.index(spoil)
        for view, path in list(paths(examples)) if spoil is _all_at_once or WHOLE else list(paths(examples))[nth::4]:
            for at in (path, *([f"/api/v1{path}"] if view in programs else [])):
                answer = client.get(at)
                if answer.status_code not in (200, 404, 503):
                    wrong.append((view, at, answer.status_code))
                if answer.status_code == 503:
                    assert str(folder) in answer.text or name in answer.text, at
        assert wrong == []


def _gone(folder: Path) -> None:
    shutil.rmtree(folder)


def _spoiled(folder: Path) -> None:
    for name in FILES:
        write(folder / name)


@pytest.mark.parametrize("spoil", [_gone, _spoiled])
def test_while_it_runs(office: World, examples: Mapping[str, str], folder: Path, spoil: Callable[[Path], None]) -> None:
    """What was in force stays in force, on every page; what is wrong is told; mended, it is well again."""
    write(folder / "README", "")
    with console(office, folder) as (desk, client):
        assert desk.in_force.faults() == ()  # as the thread of a console that runs does at its start
        before = desk.services
        spoil(folder)
        desk.in_force.look()
        told(client, "rules" if spoil is _gone else ".toml")
        statuses: dict[str, Any] = {view: client.get(path).status_code for view, path in paths(examples)}
        assert statuses.pop("rules.make") == 503  # what is drafted for a broken folder cannot be tried
        assert {view: status for view, status in statuses.items() if status not in (200, 404)} == {}
        assert desk.services is before
        shutil.rmtree(folder, ignore_errors=True)
        write(folder / "README", "")
        assert client.get("/api/v1/health").json()["rules"] == []


def test_a_console_that_starts_logs_what_is_wrong(
    office: World, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It serves, and the log names the file."""
    write(folder / "09-own.toml")
    with console(office, folder) as (desk, _):
        server = Server(desk, StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
        server.start()
        server.stop()
        assert any("09-own.toml" in record.getMessage() for record in caplog.records)
