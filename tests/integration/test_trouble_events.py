"""Troubles as events for the library's own system, as commands, and kept over a restart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.config import Secret, Settings, Store
from maild.daemon import logs
from maild.daemon.heart import Heart
from maild.daemon.progress import Progress
from maild.daemon.trouble import Troubles
from maild.domain.errors import Permanent, Temporary
from tests.servers.clock import MovedClock
from tests.servers.hook import SECRET, HookServer
from tests.servers.schema import lay_out

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def _services(folder: Path, url: str) -> Services:
    base = Settings()
    made = Services(replace(base, store=Store(url=f"sqlite:///{folder}/maild.db", blobs=folder / "blobs"),
                            webhook=replace(base.webhook, url=url, secret=Secret(SECRET))))  # fmt: skip
    made.clock = MovedClock(NOW)
    return made


def _heart(services: Services, troubles: Troubles) -> Heart:
    return Heart(services, Progress(services.clock.monotonic), troubles, lambda: "fine")


def test_an_event_when_it_begins_and_one_when_it_is_over(tmp_path: Path) -> None:
    """Once each, however often the daemon beats and is restarted; never about the receiver itself."""
    lay_out(tmp_path / "maild.db")
    with HookServer() as hook:
        services = _services(tmp_path, hook.url)
        for beats, act in enumerate(_story()):
            troubles = Troubles(logs.get(), lambda: services.troubles)
            heart = _heart(services, troubles)  # a new process each time
            heart._beat()
            troubles._inherited_until = 0.0
            act(troubles)
            services.clock.at(NOW + timedelta(minutes=beats))  # type: ignore[attr-defined]
            troubles.look(services.clock.now())
            heart._beat()
            heart._beat()
        while services.deliveries is not None and services.deliveries.run_once().more:
            pass
        services.close()
    told = [(post.json["type"], post.json["data"]["cause"], post.json["data"]["about"]) for post in hook.posts]
    assert told == [
        ("trouble.opened", "folder_unheard", "office/INBOX"),
        ("trouble.closed", "folder_unheard", "office/INBOX"),
    ]
    assert all(post.genuine for post in hook.posts)
    assert hook.posts[1].json["data"]["closed"] == "2026-11-24T01:02:00+00:00"


def _story() -> list[Callable[[Troubles], Any]]:
    def unheard(troubles: Troubles) -> None:
        troubles.note("mailbox office/INBOX", Permanent("login refused"))
        for _ in range(5):
            troubles.note("webhook", Temporary("no answer"))

    return [unheard, unheard, lambda troubles: None]


def test_the_command_tells_what_stands(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Exit 1 while something does not work, or nobody beats; with --all what is over as well."""
    lay_out(tmp_path / "maild.db")
    config = tmp_path / "maild.toml"
    config.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/maild.db"\n[staff]\nlanguage = "en"\n')

    def listed(*more: str) -> tuple[int, list[dict[str, Any]]]:
        capfdbinary.readouterr()  # the log
        code = run(["--config", str(config), "--json", "alarm", "list", *more])
        return code, [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]

    code, rows = listed()
    assert (code, [row["cause"] for row in rows]) == (1, ["daemon_silent"])
    base = Settings()
    services = Services(replace(base, store=Store(url=f"sqlite:///{tmp_path}/maild.db", blobs=tmp_path / "blobs")))
    troubles = Troubles(logs.get(), lambda: services.troubles)
    heart = _heart(services, troubles)
    troubles.note("mailbox office/INBOX", Permanent("login refused", remedy="set it"))
    troubles.look(services.clock.now())
    heart._beat()
    code, (row,) = listed()
    assert (code, row["cause"], row["what"], row["reason"], row["remedy"]) == (
        1,
        "folder_unheard",
        "no mail is received: office/INBOX",
        "login refused",
        "set it",
    )
    troubles.over("mailbox office/INBOX")
    troubles.look(services.clock.now())
    heart._beat()
    services.close()
    assert listed() == (0, [])
    code, (row,) = listed("--all")
    assert (code, bool(row["closed"])) == (0, True)
