"""Keys of the HTTP API: what each opens, for how long, and that it is noted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from maild.console.who import Via, Who
from maild.domain.desk.access import Role, Scope
from maild.domain.errors import Permanent
from tests.console.door import Door, door

READ, WRITE, ADMIN = Scope.READ, Scope.WRITE, Scope.ADMIN


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Door]:
    """One of each role."""
    with door(tmp_path) as made:
        for name, role in (("vi", Role.VIEWER), ("lin", Role.LIBRARIAN), ("boss", Role.ADMINISTRATOR)):
            made.add(name, role)
        yield made


def _who(office: Door, said: str, **headers: str) -> Who | None:
    raw = [(name.encode(), value.encode()) for name, value in ({"authorization": said} | headers).items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": raw, "client": ("127.0.0.1", 1),
                             "query_string": b""}  # fmt: skip
    return office.gate.identify(Request(scope))


@pytest.mark.parametrize(
    ("owner", "scopes", "role"),
    [
        ("vi", [READ], Role.VIEWER),
        ("lin", [READ], Role.VIEWER),
        ("lin", [READ, WRITE], Role.LIBRARIAN),
        ("boss", [WRITE], Role.LIBRARIAN),
        ("boss", [READ, WRITE, ADMIN], Role.ADMINISTRATOR),
    ],
)
def test_a_key_opens_what_scope_and_owner_both_may(office: Door, owner: str, scopes: list[Scope], role: Role) -> None:
    """And acts in its owner's name."""
    key = office.gate.staff.add_key(owner, "test", scopes, actor="test").key
    who = _who(office, f"Bearer {key}")
    assert who is not None
    assert (who.name, who.role, who.via) == (owner, role, Via.KEY)


def test_a_key_shrinks_with_its_owner(office: Door) -> None:
    """A lesser role binds keys that are out already; a closed account's open nothing."""
    office.add("chief", Role.ADMINISTRATOR)
    key = office.gate.staff.add_key("boss", "", [ADMIN], actor="test").key
    office.gate.staff.set_role("boss", Role.VIEWER, actor="test")
    who = _who(office, f"bearer {key}")
    assert who is not None
    assert who.role is Role.VIEWER
    office.gate.staff.set_disabled("boss", True, actor="test")
    assert _who(office, f"Bearer {key}") is None


def test_keys_end(office: Door) -> None:
    """On their day, to the second, and when they are ended."""
    staff, clock = office.gate.staff, office.clock
    key = staff.add_key("lin", "", [READ], actor="test", expires=clock.now() + timedelta(days=1)).key
    clock.move(hours=24, seconds=-1)
    assert _who(office, f"Bearer {key}") is not None
    clock.move(seconds=1)
    assert _who(office, f"Bearer {key}") is None
    other = staff.add_key("lin", "", [READ], actor="test")
    staff.revoke_key(other.kept.id, actor="test")
    assert _who(office, f"Bearer {other.key}") is None
    with pytest.raises(Permanent, match="run out already"):
        staff.add_key("lin", "", [READ], actor="test", expires=clock.now())
    with pytest.raises(Permanent, match="without a scope"):
        staff.add_key("lin", "", [], actor="test")


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer ", "Bearer maild_", "Bearer maild_x", "Bearer é", "Basic bGluOng=", "maild_x"]
)
def test_what_is_no_key_is_nobody(office: Door, said: str) -> None:
    """Also beside a good session: who sends a key means it."""
    browser = office.browser()
    browser.sign_in("lin")
    cookie = f"maild={browser.cookies['maild']}"
    assert _who(office, said.encode().decode("latin-1")) is None
    who = _who(office, said.encode().decode("latin-1"), cookie=cookie)
    assert (who is None) == said.lower().startswith("bearer ")


def test_use_is_noted_once_a_minute(office: Door) -> None:
    """So that an owner sees which key sleeps."""
    new = office.gate.staff.add_key("lin", "", [READ], actor="test")

    def seen() -> object:
        with office.services.store.read() as uow:
            kept = uow.api_tokens.get(new.kept.id)
        assert kept is not None
        return kept.seen

    assert seen() is None
    start = office.clock.now()
    assert _who(office, f"Bearer {new.key}") is not None
    office.clock.move(seconds=59)
    assert _who(office, f"Bearer {new.key}") is not None
    assert seen() == start
    office.clock.move(seconds=1)
    assert _who(office, f"Bearer {new.key}") is not None
    assert seen() == office.clock.now()


def test_a_key_needs_no_token_of_a_form(office: Door) -> None:
    """No browser sends it by itself; a session does."""
    key = office.gate.staff.add_key("lin", "", [READ], actor="test").key
    program = office.browser(authorization=f"Bearer {key}")
    assert program.post("/look", {"lang": "en"}, headers={"sec-fetch-site": "cross-site"}).status_code == 303
    broken = office.browser(authorization="Bearer maild_x", accept="application/json")
    assert broken.get("/queue").status_code == 401
