"""Requests that no page of ours makes: none is a fault (500), leads elsewhere, or says more than it should."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.config import Console
from maild.console import told
from maild.console.access.gate import Gate
from maild.console.app import make_app
from maild.console.serve import Server, make_desk
from maild.console.serving.guard import HEADERS
from maild.console.told import Flash
from maild.domain.desk.access import Role, Scope
from maild.domain.errors import Temporary
from tests.console.conftest import signed_in
from tests.console.door import Door, door
from tests.console.world import World

pytestmark = pytest.mark.long

KEY = b"k" * 32


@pytest.fixture
def office_door(tmp_path: Path) -> Iterator[Door]:
    """A console with one librarian, 'lin', below a path prefix."""
    with door(tmp_path, Console(public_url="https://library.example/ill")) as made:
        made.add("lin")
        yield made


@pytest.fixture
def robot(office: World) -> TestClient:
    """A program with a key of every scope; a fault of ours is an answer, not an exception."""
    gate = Gate(office.services)
    gate.staff.add("robot", Role.ADMINISTRATOR, actor="test")
    key = gate.staff.add_key("robot", "tests", tuple(Scope), actor="test").key
    app = make_app(make_desk(office.services), gate)
    return TestClient(app, base_url="http://127.0.0.1", headers={"authorization": f"Bearer {key}"},
                      raise_server_exceptions=False, follow_redirects=False)  # fmt: skip


# --- where a form leads -------------------------------------------------------------------------------------------

ELSEWHERE = (
    "//[", "http://[x", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example",
    "\x01//evil.example", "/ill/..//evil.example", "/ill/../other", "/ill/%2e%2e/other", "/ill/.%2E/other", "/ill/..",
    "/illegal", "/ill", "ill/queue", "javascript:alert(1)", "/ill/\\..\\other", "http://ℐ℀.example",
)  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_way_leads_out_of_the_console(office_door: Door, wanted: str) -> None:
    """Neither after signing in nor after a form, whatever stands in it; and none of it is a fault."""
    browser = office_door.browser()
    assert browser.get("/sign-in", params={"next": wanted}).status_code == 200
    assert browser.sign_in("lin", next=wanted).headers["location"] == "/ill/"
    answer = browser.post("/look", {"csrf": browser.token("/queue"), "lang": "en", "back": wanted})
    assert answer.headers["location"] == "/ill/"


@pytest.mark.parametrize("wanted", ["/ill/queue?text=a..b/../c", "/ill/queue?cause=no_number#x", "/ill/patrons/张.三"])
def test_ways_within_stay(office_door: Door, wanted: str) -> None:
    """Dots in a query or a name are no way up."""
    assert office_door.browser().sign_in("lin", next=wanted).headers["location"].startswith(wanted[:12])


def test_what_begins_like_the_prefix_is_not_below_it(office_door: Door) -> None:
    """'/illegal' is another program's: it is neither a page of ours nor open to everybody."""
    client = office_door.browser().client
    for path in ("/illqueue", "/illegal", "/illsign-in", "/illstatic/console.css", "/ill/ill/sign-in"):
        assert client.get(path).status_code == 303, path
    assert client.get("/ill/sign-in").status_code == 200


def test_nothing_is_made_of_the_host_header(robot: TestClient) -> None:
    """A slash too many is not redirected to whatever the client calls our host."""
    for host, status in (("localhost:8030", 404), ("evil.example", 421)):
        answer = robot.get("/queue/", headers={"host": host})
        assert (answer.status_code, answer.headers.get("location")) == (status, None)
    assert "evil.example" not in robot.get("/queue", headers={"host": "evil.example"}).text


# --- what is told once --------------------------------------------------------------------------------------------


def test_nobody_else_puts_words_into_our_pages(office: World) -> None:
    """A cookie that another page of the domain has set is not told: not plain, not sealed for somebody else."""
    client = signed_in(office, "li", Role.LIBRARIAN)
    key = office.services.token_key
    plain = base64.urlsafe_b64encode(json.dumps(["done", "call 555-0100", "", 1]).encode()).decode()
    for value in (
        plain,
        told.sealed(Flash(kind="done", text="call 555-0100"), key, "wu"),
        told.sealed(Flash(kind="done", text="call 555-0100"), b"another key", "li"),
    ):
        assert "555-0100" not in client.get("/queue", headers={"cookie": f"{told.COOKIE}={value}"}).text
    value = told.sealed(Flash(kind="done", text="call 555-0100"), key, "li")
    assert "555-0100" in client.get("/queue", headers={"cookie": f"{told.COOKIE}={value}"}).text


@pytest.mark.parametrize(
    "said", ["5", "null", '["a"]', '["a","b","c",Infinity]', '["a","b","c",[1]]', "[" * 3000, "é", ""]
)
def test_a_broken_cookie_is_none(office: World, said: str) -> None:
    """Whatever a browser holds by that name."""
    client = signed_in(office, "li", Role.LIBRARIAN)
    value = base64.urlsafe_b64encode(said.encode()).decode()
    assert client.get("/queue", headers={"cookie": f"{told.COOKIE}={value}"}).status_code == 200


@pytest.mark.parametrize("text", ["x" * 5000, "长" * 5000, "𠮷" * 5000, "\ud800" * 3000])
def test_what_is_told_fits_into_a_cookie(text: str) -> None:
    """Browsers drop what is over 4096 bytes, without a word: Chinese takes three to a sign."""
    value = told.sealed(Flash(kind="failed", text=text, remedy=text, undo=2**62), KEY, "lin")
    assert len(f"{told.COOKIE}={value}") < 4096 - 100  # its attributes count, too
    found = told.opened(value, KEY, "lin")
    assert found is not None
    assert found.text.endswith("…")
    assert len(found.text) > 300


# --- what programs send -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["9" * 19, "9" * 30, "9" * 5000, "²", "-1", "0x1", "1e3"])
def test_numbers_that_no_database_holds(robot: TestClient, number: str) -> None:
    """In addresses of pages, files, notices and events alike: nothing is there."""
    for path in ("/mails/{}/html", "/mails/{}/source", "/mails/1/files/{}", "/mails/1/proofs/{}", "/queue/{}",
                 "/outbox/{}/mail.eml", "/outbox/1/files/{}", "/invoices/{}", "/registrations/{}",
                 "/api/v1/queue/{}"):  # fmt: skip
        assert robot.get(path.format(number)).status_code == 404, path


@pytest.mark.parametrize("item", ["²", "9" * 30, "9" * 5000, "1:²", "1:" + "9" * 30, "", ":", "1:2:3", "１"])
def test_items_that_are_none(robot: TestClient, item: str) -> None:
    """Said in a sentence; nothing is done."""
    for act in ("dismiss", "hand", "ignore"):
        answer = robot.post(f"/api/v1/queue/several/{act}", json={"items": [item], "note": "x", "to": "li"})
        assert answer.status_code == 422, (act, answer.text)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"note":' * 50_000, b'{"note":"\xff"}', b"{", b"[]", b"1", b"NaN"])
def test_bodies_that_are_no_object(robot: TestClient, body: bytes) -> None:
    """Nested ever so deeply, of another charset, of another kind."""
    answer = robot.post("/api/v1/queue/1/dismiss", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_that_may_only_read_writes_nothing_at_all(office: World, robot: TestClient) -> None:
    """Not even to its owner's own account, whose acts are open to every role; by API and by form."""
    gate = Gate(office.services)
    key = gate.staff.add_key("robot", "", [Scope.READ], actor="test").key
    reading = {"authorization": f"Bearer {key}"}
    for path in ("/account/person", "/account/sessions/end", "/account/keys/1/end", "/account/password"):
        body = {"display": "changed", "old": "x", "new": "x", "again": "x"}
        assert robot.post(f"/api/v1{path}", json=body, headers=reading).status_code == 403, path
        assert robot.post(path, data=body, headers=reading).status_code == 403, path
    with office.services.store.read() as uow:
        account = uow.accounts.get("robot")
        assert account is not None
        assert account.display == ""
        assert all(key.revoked is None for key in uow.api_tokens.of_account("robot"))


# --- faults, and a database that is busy --------------------------------------------------------------------------


def test_a_fault_says_nothing_and_keeps_the_headers(robot: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, no path, no secret; the policy of every page, though the answer is made outside the guard."""
    from maild.store.desk.listing_queue import SqlQueueListing

    def broken(self: object, *more: object) -> None:
        raise RuntimeError("secret-of-the-office in /var/lib/maild")

    monkeypatch.setattr(SqlQueueListing, "page", broken)
    for path, accept in (("/queue", "text/html"), ("/api/v1/queue", "application/json")):
        answer = robot.get(path, headers={"accept": accept})
        assert answer.status_code == 500
        assert "secret-of-the-office" not in answer.text
        assert "Traceback" not in answer.text
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_busy_database_is_no_fault(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where it is not yet known who asks: 503, for people and programs, with the headers."""

    def busy(self: object, request: object, **more: object) -> None:
        raise Temporary("the database is busy: database is locked")

    monkeypatch.setattr(Gate, "identify", busy)
    client = TestClient(
        make_app(make_desk(office.services), Gate(office.services)),
        base_url="http://127.0.0.1",
        raise_server_exceptions=False,
    )
    answer = client.get("/queue")
    assert (answer.status_code, answer.headers["x-frame-options"]) == (503, "DENY")
    said = client.get("/api/v1/queue")
    assert (said.status_code, said.headers["retry-after"]) == (503, "5")


def test_noting_that_somebody_is_there_stops_nobody(office_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is shown though the database takes no writing just now."""
    from maild.store.desk.access import SqlApiTokens, SqlSessions

    browser = office_door.browser()
    browser.sign_in("lin")
    key = office_door.gate.staff.add_key("lin", "", [Scope.READ], actor="test").key
    office_door.clock.move(minutes=5)

    def busy(self: object, *more: object) -> None:
        raise Temporary("the database is busy: database is locked")

    monkeypatch.setattr(SqlSessions, "saw", busy)
    monkeypatch.setattr(SqlApiTokens, "saw", busy)
    assert browser.inside
    assert office_door.browser(authorization=f"Bearer {key}").get("/api/v1/queue").status_code == 200


# --- the wire -----------------------------------------------------------------------------------------------------


@pytest.fixture
def wire(office: World) -> Iterator[Callable[[bytes, bool], bytes]]:
    """Sends raw bytes to a console that listens; what comes back. The second argument: hang up at once."""
    server = Server(make_desk(office.services), Gate(office.services), "127.0.0.1:0")
    server.start()
    host, _, port = server.url.removeprefix("http://").partition(":")

    def say(data: bytes, hang_up: bool = False) -> bytes:
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(data)
            if hang_up:
                return b""
            connection.settimeout(2)
            found = b""
            with suppress(ConnectionResetError, TimeoutError):  # refused before all of it was read; waiting for more
                while piece := connection.recv(65536):
                    found += piece
            return found

    yield say
    server.stop()


def test_bodies_that_break_off_are_no_faults(wire: Callable[..., bytes], caplog: pytest.LogCaptureFixture) -> None:
    """Who hangs up in the middle of a form fills no log with tracebacks, signed in or not."""
    head = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    for _ in range(3):
        wire(head + b"Content-Length: 500\r\n\r\nname=li", True)
        time.sleep(0.2)
    assert b"200 OK" in wire(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


@pytest.mark.parametrize(
    "data",
    [
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length : 5\r\n\r\nabcde",
        b"GET /sign-in HTTP/1.1\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /queue?\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /queue HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n folded: b\x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_two_servers_might_read_as_two_is_refused(wire: Callable[..., bytes], data: bytes) -> None:
    """Lengths that differ, headers without end, no host or two: 400, and the connection ends."""
    answer = wire(data)
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431", b"")


def test_no_other_protocol_is_spoken(wire: Callable[..., bytes], caplog: pytest.LogCaptureFixture) -> None:
    """A web socket goes past no guard: there is none."""
    upgrade = (
        b"Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    for path in (b"/queue", b"/static/console.js", b"/live"):
        answer = wire(b"GET " + path + b" HTTP/1.1\r\n" + upgrade)
        assert b"101" not in answer[:20]
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_of_very_many_fields_is_refused(office_door: Door, kind: str) -> None:
    """From staff, too, and before any of it is looked at."""
    browser = office_door.browser()
    browser.sign_in("lin")
    part = "a=1&" if "url" in kind else '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    body = part * 5000 + ("" if "url" in kind else "--b--\r\n")
    answer: Any = browser.client.post("/ill/look", content=body, headers={"content-type": kind})
    assert answer.status_code in (400, 413)


def test_a_form_field_without_end_is_refused(office_door: Door) -> None:
    """Words of a notice are long, and not as long as that."""
    browser = office_door.browser()
    browser.sign_in("lin")
    assert browser.post("/look", {"csrf": "x" * 3_000_000}).status_code in (400, 413)
