"""A small office with accounts, and its console as browsers meet it: with the real gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from maild.bootstrap import Services
from maild.config import Console, Matching, Oidc, Secret, Settings, Store
from maild.console.access.gate import Gate
from maild.console.access.passwords import Passwords
from maild.console.app import make_app
from maild.console.serve import make_desk
from maild.domain.desk.access import Role
from tests.servers.schema import lay_out

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
PASSWORD = "vier blaue lampen"
QUICK = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


def cheap() -> Passwords:
    """Passwords whose hashes take no time to speak of: for tests that are not about them."""
    return Passwords(PasswordHasher(**QUICK))


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.moment, self.seconds = NOW, 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def move(self, **span: float) -> None:
        step = timedelta(**span)
        self.moment, self.seconds = self.moment + step, self.seconds + step.total_seconds()


class Door:
    """services, gate, app and clock of one console."""

    def __init__(self, folder: Path, console: Console, oidc: Oidc | None = None) -> None:
        settings = replace(
            Settings(),
            store=Store(url=f"sqlite:///{folder / 'maild.db'}", blobs=folder / "blobs"),
            console=console,
            oidc=oidc or Oidc(),
            matching=Matching(token_key=Secret("ab" * 32)),
        )
        self.clock = Clock()
        lay_out(folder / "maild.db")
        self.services = Services(settings, clock=self.clock)
        self.gate = Gate(self.services, cheap())
        self.app = make_app(make_desk(self.services), self.gate)

    def add(self, name: str, role: Role = Role.LIBRARIAN, password: str = PASSWORD, **more: Any) -> None:
        self.gate.staff.add(name, role, actor="test", password=password, **more)

    def browser(self, peer: str = "127.0.0.1", **headers: str) -> Browser:
        return Browser(self, peer, headers)

    def history(self, since: int = 0) -> list[Any]:
        """Lines of what was done to accounts, oldest first."""
        import sqlalchemy as sa

        from maild.store.schema.tables import journal

        with self.services.store._engine.connect() as connection:
            rows = connection.execute(sa.select(journal).where(journal.c.what == "access").order_by(journal.c.id))
            return list(rows)[since:]


class Browser:
    """One browser: its cookies, its address."""

    def __init__(self, door: Door, peer: str, headers: dict[str, str]) -> None:
        self.console = door.services.settings.console
        base = self.console.url.removesuffix(self.console.prefix)
        self.client = TestClient(
            door.app, base_url=base, client=(peer, 50_000), headers=headers, follow_redirects=False
        )

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(self.console.prefix + path, **more)

    def post(self, path: str, data: dict[str, Any], **more: Any) -> Any:
        return self.client.post(self.console.prefix + path, data=data, **more)

    def token(self, path: str = "/sign-in") -> str:
        """The token in the page's form."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)
        assert found, "the page has no token"
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD, **more: Any) -> Any:
        return self.post("/sign-in", {"csrf": self.token(), "name": name, "password": password, **more})

    @property
    def inside(self) -> bool:
        """Whether it is let in."""
        return bool(self.get("/queue").status_code == 200)

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.client.cookies.jar}


@contextmanager
def door(folder: Path, console: Console | None = None, oidc: Oidc | None = None) -> Iterator[Door]:
    made = Door(folder, console or Console(), oidc)
    try:
        yield made
    finally:
        if made.gate.__dict__.get("arrivals"):
            made.gate.arrivals.provider.close()  # type: ignore[union-attr]
        made.services.close()
