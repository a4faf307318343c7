"""Fixtures of the console: an office filled once, copied for each test; a client; a real browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

from maild import benches
from maild.console.app import make_app
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from tests.console.stand_in import StandIn
from tests.console.tour import furnish
from tests.console.world import NOW, World, fill, world
from tests.servers.chromium import launch
from tests.servers.clock import MovedClock
from tests.shared import made_once


@pytest.fixture(autouse=True, scope="session")
def one_reader_of_a_back_test() -> Iterator[None]:
    """Of these few mails; each loads two sets of rules. With two: tests/integration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benches, "WORKERS", 1)
        yield


@pytest.fixture(autouse=True, scope="session")
def one_loop_of_clients() -> Iterator[None]:
    """As a server has one: a client of its own accord starts a thread and a loop for each request."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "portal", portal)
        yield


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder with the demo's office, all its mails decided, and the DNS that proves their senders."""
    folder = tmp_path_factory.mktemp("office")
    return folder, fill(folder, MovedClock(NOW))


@pytest.fixture
def office(filled: tuple[Path, Any], tmp_path: Path) -> Iterator[World]:
    """A copy of the office for one test."""
    with world(filled[0], tmp_path / "office", filled[1], MovedClock(NOW)) as made:
        yield made


@pytest.fixture(scope="session")
def furnished(filled: tuple[Path, Any]) -> tuple[Path, Mapping[str, str]]:
    """A folder with that office and something on every page; what stands for each parameter of a path. For copies."""

    def make(folder: Path) -> None:
        with world(filled[0], folder / "office", filled[1], MovedClock(NOW)) as made:
            (folder / "examples.json").write_text(json.dumps(dict(furnish(made))))

    folder = made_once("furnished", make)
    return folder / "office", json.loads((folder / "examples.json").read_text())


@pytest.fixture
def examples(furnished: tuple[Path, Mapping[str, str]]) -> Mapping[str, str]:
    """What stands for each parameter of a path in `furnished_office`."""
    return furnished[1]


@pytest.fixture
def furnished_office(
    furnished: tuple[Path, Mapping[str, str]], filled: tuple[Path, Any], tmp_path: Path
) -> Iterator[World]:
    """A copy of the office with something on every page, for one test."""
    with world(furnished[0], tmp_path / "office", filled[1], MovedClock(NOW)) as made:
        yield made


@pytest.fixture
def client(office: World) -> Iterator[TestClient]:
    """A browser without scripts, signed in as the administrator 'li'; what is posted carries the token."""
    with signed_in(office, "li", Role.ADMINISTRATOR) as made:
        yield made


def signed_in(office: World, name: str, role: Role) -> TestClient:
    """A client for somebody of that role."""
    app = make_app(make_desk(office.services), StandIn(name, role))
    return TestClient(app, base_url="http://127.0.0.1", headers={"x-csrf-token": StandIn.TOKEN})


@pytest.fixture
def serve(office: World) -> Iterator[Callable[..., str]]:
    """Starts the console on a free port for somebody; the address. Stopped at the end."""
    running: list[Server] = []

    def start(name: str = "li", role: Role = Role.ADMINISTRATOR) -> str:
        running.append(Server(make_desk(office.services), StandIn(name, role), "127.0.0.1:0"))
        running[-1].start()
        return running[-1].url

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def site(
    furnished: tuple[Path, Mapping[str, str]], filled: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The console over a furnished office, for all tests of a module that only look: its address, and what stands for
    the parameters of paths.
    """
    folder = tmp_path_factory.mktemp("site")
    with world(furnished[0], folder / "office", filled[1], MovedClock(NOW)) as made:
        server = Server(make_desk(made.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
        server.start()
        yield server.url, furnished[1]
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Not for longer than a module: while it is there, no other event loop can run here."""
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()
