"""The demo's console: served on loopback, with an account whose password is made up on the spot."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from maild.bootstrap import Services
from maild.console.access.gate import Gate
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role

NAME = "demo"


@contextmanager
def desk(services: Services, listen: str = "127.0.0.1:0") -> Iterator[tuple[str, str, str]]:
    """The console's address, and the name and password of its administrator; it ends with the block."""
    password = secrets.token_urlsafe(12)
    gate = Gate(services)
    gate.staff.add(NAME, Role.ADMINISTRATOR, actor="demo", display="Demo", password=password)
    server = Server(make_desk(services), gate, listen)
    server.start()
    try:
        yield server.url, NAME, password
    finally:
        server.stop()
