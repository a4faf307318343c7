"""Who may what, on every route there is: made from the routes themselves, so that a new one cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from maild.console.access.cookies import sha256
from maild.console.access.gate import OPEN, Gate
from maild.console.access.signin import Caller
from maild.console.api.bulk import BULKS
from maild.console.app import make_app
from maild.console.areas import ACTS, PARTS, ROUTES, VIEWS
from maild.console.serve import make_desk
from maild.domain.desk.access import Role, Scope
from tests.console.door import PASSWORD, cheap
from tests.console.world import World
from tests.share import WHOLE, in_turn, share

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
ADMIN, LIBRARIAN, VIEWER = Role.ADMINISTRATOR, Role.LIBRARIAN, Role.VIEWER
# The least role of each route that is neither view nor act; None: open to everybody. (name, method) where they differ.
OTHERS: Mapping[str | tuple[str, str], Role | None] = {
    "home": VIEWER, "live": VIEWER, "find": VIEWER, "look": None, "healthz": None, "readyz": None,
    "api.document": VIEWER, "audit.csv": ADMIN, "patrons.export": ADMIN, "statistics.year.csv": VIEWER, "statistics.year.xlsx": VIEWER,
    "sign_in": None, "sign_in.enter": None, "sign_in.oidc": None, "sign_in.callback": None, "sign_out": VIEWER,
    "accounts.add": ADMIN, "accounts.password": ADMIN, "account.add_key": VIEWER,
    "files.html": VIEWER, "files.source": VIEWER, "files.raw": VIEWER, "files.download": VIEWER,
    "files.picture": VIEWER, "files.page": VIEWER, "files.about": VIEWER, "files.proof": VIEWER,
    "outbox.html": VIEWER, "outbox.source": VIEWER, "outbox.file": VIEWER,
    ("notices.preview", "GET"): VIEWER, ("notices.preview", "POST"): ADMIN, "notices.try": ADMIN,
}  # fmt: skip
NEEDED = {**{view.name: view.role for view in (*VIEWS, *PARTS)}, **{act.name: act.role for act in (*ACTS, *BULKS)}}
ENDLESS = {"live"}  # a stream: tests/console/test_live.py
SHOWN_ONCE = {"accounts.add", "accounts.password", "account.add_key"}  # a key makes no keys
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass
class Person:
    """Somebody who sends requests: 'visitor', a role (signed in), or 'a role:scope' (its key)."""

    name: str
    client: TestClient

    @property
    def role(self) -> Role | None:
        return role_of(self.name)


@dataclass
class House:
    """A console with one of each."""

    routes: list[Route]
    examples: Mapping[str, str]
    gate: Gate
    app: Any

    def person(self, name: str) -> Person:
        who, _, scope = name.partition(":")
        client = TestClient(
            self.app, base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=False
        )
        if who == "visitor":
            return Person(name, client)
        if scope:
            key = self.gate.staff.add_key(who, "", [Scope(scope)], actor="test").key
            client.headers["authorization"] = f"Bearer {key}"
            return Person(name, client)
        value = self.gate.sign_in.by_password(who, PASSWORD, Caller(origin="127.0.0.1", agent="test"))
        client.cookies.set("maild", value)
        client.headers["x-csrf-token"] = self.gate._csrf.token(f"session {sha256(value)}")
        return Person(name, client)

    def path(self, route: Route) -> str:
        own = {k.rpartition(".")[2]: v for k, v in self.examples.items() if k.startswith(f"{route.name}.")}
        said = {"k": "0", "page": "1", "key_id": "999", "session": "0" * 12, **self.examples, **own}
        if route.path.removeprefix("/api/v1").startswith("/accounts/"):
            said["name"] = "target"
        return PARAMETER.sub(lambda found: said[found[1]], route.path)


@pytest.fixture
def office(furnished_office: World) -> World:
    """With something on every page."""
    return furnished_office


@pytest.fixture
def house(office: World, examples: Mapping[str, str]) -> House:
    gate = Gate(office.services, cheap())
    for name in ("viewer", "librarian", "administrator", "target"):
        gate.staff.add(name, Role(name) if name != "target" else VIEWER, actor="test", password=PASSWORD)
    app = make_app(make_desk(office.services), gate)
    return House([route for route in app.routes if isinstance(route, Route)], examples, gate, app)  # type: ignore[attr-defined]


def needed(route: Route, method: str) -> Role | None:
    """The least role. A route that nobody has thought about fails here: say in OTHERS whom it is for."""
    name = route.name.removeprefix("api.") if route.name != "api.document" else route.name
    if name in NEEDED:
        return NEEDED[name]
    method = "GET" if method == "HEAD" else method
    return OTHERS[(name, method)] if (name, method) in OTHERS else OTHERS[name]


def role_of(name: str) -> Role | None:
    """What a person of that name may do; None: nobody known."""
    who, _, scope = name.partition(":")
    if who == "visitor":
        return None
    return min(Scope(scope).role, Role(who), key=lambda role: role.rank) if scope else Role(who)


def wanted(name: str, route: Route, method: str) -> set[str]:
    """What the answer to a person may be: 'door', 'refused', 'in'."""
    least, role, key = needed(route, method), role_of(name), ":" in name
    if least is None:
        return {"in", "refused"} if method == "POST" else {"in"}  # refused: without the token of the sign-in page
    if role is None:
        return {"door"}
    if key and method == "POST" and route.name in SHOWN_ONCE:
        return {"refused"}
    if key and method == "POST" and route.name not in ("look", "sign_out"):
        least = max(least, LIBRARIAN, key=lambda role: role.rank)
    return {"in"} if role.may(least) else {"refused"}


def outcome(answer: Any) -> str:
    if answer.status_code == 401 or (answer.status_code == 303 and "/sign-in" in answer.headers["location"]):
        return "door"
    return "refused" if answer.status_code == 403 else "in"


# Everybody who signs in, and a key of each scope; a key that says less than its owner may is tried with WHOLE=1.
PEOPLE = ("visitor", "viewer", "librarian", "administrator", "viewer:read", "librarian:write", "administrator:admin",
          *(("librarian:read", "administrator:read", "administrator:write") if WHOLE else ()))  # fmt: skip


def is_asked(name: str, route: Route, method: str, place: int) -> bool:
    """Whether this one is asked. Who may not come in always is; of those who are let in a session and a key, each in turn, and
    by HEAD every sixth page, which GET has made already.
    """
    if wanted(name, route, method) != {"in"}:
        return True
    if method == "HEAD" and not WHOLE and place % 6:
        return False
    alike = [one for one in PEOPLE if (":" in one) == (":" in name) and wanted(one, route, method) == {"in"}]
    return name in in_turn(alike, place)


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_gets_what_they_should(house: House, name: str) -> None:
    """Every route with every method it has: sent to the door or refused by all who may not, let in where they may, and
    never a fault. Of those who are let in two each in turn are, all of them with WHOLE=1: the page is the same.
    """
    person, wrong, passed_over, tried = house.person(name), [], [], 0
    # Reading first, then acts; what ends the session itself comes last.
    order = sorted(house.routes, key=lambda route: ("POST" in (route.methods or ()), route.name == "sign_out"))
    for place, route in enumerate(order):
        for method in sorted(route.methods or ()):
            if route.name in ENDLESS and person.role is not None:
                continue
            if not is_asked(name, route, method, place):
                passed_over.append(route)
                continue
            answer = person.client.request(method, house.path(route))
            tried += 1
            if outcome(answer) not in wanted(name, route, method) and not (
                route.name == "sign_out" and outcome(answer) == "door"
            ):
                wrong.append((method, route.path, answer.status_code))
            if answer.status_code >= 500 and not (route.name in {"healthz", "readyz"} and answer.status_code == 503):
                wrong.append((method, route.path, answer.status_code))
    assert wrong == []
    assert tried + len(passed_over) > len(VIEWS) + len(ACTS) * 2


def test_every_route_lets_somebody_in(house: House) -> None:
    """Whom a route lets in is asked of a session and of a key, whatever the turn."""
    for turn in range(12):
        for route in house.routes:
            method = "POST" if "POST" in (route.methods or ()) else "GET"
            asked = [name for name in PEOPLE if is_asked(name, route, method, turn)]
            assert [
                name for name in asked if ":" in name and "in" in wanted(name, route, method)
            ] or route.name in SHOWN_ONCE, route
            assert [name for name in asked if ":" not in name and "in" in wanted(name, route, method)], route


def test_the_table_is_whole(house: House) -> None:
    """Whoever adds a route of its own says here whom it is for; nobody is named who is gone."""
    names = {route.name for route in ROUTES if isinstance(route, Route)} | {"live", "api.document"}
    assert {key if isinstance(key, str) else key[0] for key in OTHERS} == names
    public = {route.path for route in house.routes if needed(route, "GET") is None}
    assert public == set(OPEN)


@pytest.mark.parametrize(
    "method", share(["PUT", "TRACE", "DELETE", "PATCH", "CONNECT", "OPTIONS", "QUERY", "PROPFIND"], 3)
)
def test_no_route_has_another_method(house: House, method: str) -> None:
    """Not for anybody: an administrator with the right token is told so."""
    person = house.person("administrator")
    assert {person.client.request(method, house.path(route)).status_code for route in house.routes} == {405}
    assert house.person("visitor").client.request(method, "/queue").status_code in (303, 403)


CHANGES = ("revoked", "expired", "closed", "lowered", "signed out", "no such")


@pytest.mark.parametrize("change", CHANGES)
def test_what_opened_the_door_no_longer_does(house: House, office: World, change: str) -> None:
    """A key or session that has ended opens none of the routes, pages, files, events or exports: each is tried by two of
    the six, by all of them with WHOLE=1.
    """
    from datetime import timedelta

    staff, now = house.gate.staff, office.services.clock.now()
    new = staff.add_key("librarian", "", [Scope.READ, Scope.WRITE], actor="test", expires=now + timedelta(seconds=5))
    person = house.person("librarian" if change in ("signed out", "lowered", "closed") else "visitor")
    if change == "revoked":
        staff.revoke_key(new.kept.id, actor="test")
    elif change == "expired":
        office.services.clock.pass_time(seconds=6)  # type: ignore[attr-defined]
    elif change == "closed":
        staff.set_disabled("librarian", True, actor="test")
    elif change == "lowered":
        staff.set_role("librarian", VIEWER, actor="test")
    elif change == "signed out":
        staff.end_sessions("librarian", actor="test")
    if change in ("revoked", "expired", "no such"):
        person.client.headers["authorization"] = "Bearer " + (new.key if change != "no such" else "maild_" + "x" * 43)
    let_in = [
        (method, route.path)
        for place, route in enumerate(house.routes)
        if route.path not in OPEN
        if WHOLE or place % 3 == CHANGES.index(change) % 3
        for method in sorted(route.methods or ())
        if outcome(person.client.request(method, house.path(route))) != "door"
    ]
    assert let_in == []
    if change in ("closed", "lowered"):  # the key lives and dies, shrinks, with its owner
        program = TestClient(house.app, base_url="http://127.0.0.1", headers={"authorization": f"Bearer {new.key}"})
        path = "/api/v1/queue/1/dismiss"
        assert program.post(path, json={"note": "x"}).status_code == (401 if change == "closed" else 403)
        assert program.get("/api/v1/queue").status_code == (401 if change == "closed" else 200)
