"""DNS rebinding: a request is answered only where it came by a name of the console's own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maild.config import Console
from maild.console.access.gate import Gate
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Scope
from tests.console.door import Browser, Door, door

PUBLIC = "https://library.example/ill"
PROXY = "127.0.0.1"


def _console(path: Path, console: Console | None = None) -> Iterator[Door]:
    with door(path, console) as made:
        made.add("lin")
        yield made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Door]:
    """A console on loopback, as it is without any configuration."""
    yield from _console(tmp_path)


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Door]:
    """One behind a proxy, below a path, with a further name."""
    yield from _console(tmp_path, Console(public_url=PUBLIC, trusted_proxies=(PROXY,), hosts=("ILL.library.example",)))


def _in(made: Door, peer: str = PROXY) -> Browser:
    browser = made.browser(peer, **{"accept-language": "en"})
    assert browser.sign_in("lin").status_code == 303
    return browser


LOOPBACK = ("127.0.0.1:8030", "127.0.0.1", "localhost:8030", "LOCALHOST", "localhost.", "[::1]:8030", "127.8.9.1:1")
FOREIGN = ("evil.example", "evil.example:8030", "127.0.0.1.evil.example", "localhost.evil.example:8030", "192.0.2.9",
           "evil.example@127.0.0.1", "127.0.0.1, evil.example", "127.0.0.1/evil.example", "[::1].evil.example",
           "0x7f.1.evil.example", "", ":8030", "[", "\u0130.example".encode().decode("latin-1"))  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_names_of_this_machine(alone: Door, host: str) -> None:
    """Each with any port: a tunnel may end at another."""
    assert _in(alone).get("/queue", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_name_is_refused(alone: Door, host: str) -> None:
    """Before it is asked who it is: pages, acts, events, the API with its key, the door, what monitors ask."""
    browser = _in(alone)
    key = alone.gate.staff.add_key("lin", "", [Scope.READ], actor="test").key
    token, headers = browser.token("/queue"), {"host": host.encode("latin-1")}
    for path in ("/queue", "/live", "/sign-in", "/healthz", "/no-such", "/api/v1/queue", "/api/v1/openapi.json"):
        answer = browser.get(path, headers=headers)
        assert answer.status_code == 421, path
        assert "set-cookie" not in answer.headers
    assert browser.get("/api/v1/queue", headers={**headers, "authorization": f"Bearer {key}"}).status_code == 421
    before = len(alone.history())
    assert browser.post("/sign-out", {"csrf": token}, headers=headers).status_code == 421
    assert len(alone.history()) == before
    assert browser.inside


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "请使用本馆给出的地址"), ("en", "use the address you were given")]
)
def test_the_page_says_what_to_do(alone: Door, locale: str, said: str) -> None:
    """In the reader's language, with its looks, and without repeating the name or who is signed in."""
    browser = _in(alone)
    page = browser.get("/queue", headers={"host": "evil.example", "accept-language": locale})
    assert said in page.text
    assert "console.hosts" in page.text
    assert "evil.example" not in page.text
    assert "lin" not in page.text.split("<main")[1]
    assert page.headers["content-security-policy"]
    assert browser.get("/static/console.css", headers={"host": "evil.example"}).status_code == 200
    problem = browser.get("/api/v1/queue", headers={"host": "evil.example"}).json()
    assert (problem["status"], problem["title"]) == (421, "the console is not known by this name")


@pytest.mark.parametrize(("host", "status"), [
    ("library.example", 200), ("library.example:443", 200), ("ill.library.example", 200), ("127.0.0.1:8030", 200),
    ("library.example.evil.example", 421), ("evil.example", 421), ("other.library.example", 421),
])  # fmt: skip
def test_behind_a_proxy(behind: Door, host: str, status: int) -> None:
    """The public name, those of the list and this machine's: below the prefix, and where the proxy cuts it off."""
    browser = _in(behind)
    assert browser.get("/queue", headers={"host": host}).status_code == status
    assert behind.browser().client.get("/sign-in", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("host", "forwarded", "peer", "status"),
    [
        ("127.0.0.1:8030", ["library.example"], PROXY, 200),
        ("127.0.0.1:8030", ["library.example, ill.library.example:443"], PROXY, 200),
        ("127.0.0.1:8030", ["evil.example"], PROXY, 421),  # a proxy that passes on whatever it was called
        ("127.0.0.1:8030", ["evil.example, library.example"], PROXY, 421),
        ("127.0.0.1:8030", ["library.example", "evil.example"], PROXY, 421),
        ("evil.example", ["library.example"], PROXY, 421),  # a page can write that header, but not Host
        ("evil.example", ["library.example"], "192.0.2.7", 421),
        ("library.example", ["evil.example"], "192.0.2.7", 200),  # nobody asked a stranger
    ],
)
def test_what_a_proxy_says_of_the_name(behind: Door, host: str, forwarded: list[str], peer: str, status: int) -> None:
    """It counts from our proxies alone, and makes no foreign Host good."""
    browser = _in(behind, peer)
    headers = [("host", host), *(("x-forwarded-host", said) for said in forwarded)]
    assert browser.get("/queue", headers=headers).status_code == status


@pytest.fixture
def wire(alone: Door) -> Iterator[Callable[[str], bytes]]:
    """Sends the head of a request to a console that listens; how the answer begins."""
    server = Server(make_desk(alone.services), Gate(alone.services), "127.0.0.1:0")
    server.start()
    host, _, port = server.url.removeprefix("http://").partition(":")

    def say(head: str) -> bytes:
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
            return connection.recv(4096)

    yield say
    server.stop()


UPGRADE = (
    "\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
)


@pytest.mark.parametrize("more", ["", UPGRADE], ids=["http", "websocket"])
@pytest.mark.parametrize("path", ["/queue", "/live", "/api/v1/queue"])
def test_on_the_wire(wire: Callable[[str], bytes], path: str, more: str) -> None:
    """Of a real connection, for a web socket as for a page; an absolute address in the request changes nothing."""
    assert wire(f"GET {path} HTTP/1.1\nHost: evil.example{more}").startswith(b"HTTP/1.1 421")
    assert wire(f"GET http://127.0.0.1{path} HTTP/1.1\nHost: evil.example{more}").startswith(b"HTTP/1.1 421")
    assert wire(f"GET {path} HTTP/1.1\nHost: localhost{more}")[9:12] in (b"303", b"401")


def test_without_a_name(wire: Callable[[str], bytes]) -> None:
    """HTTP/1.0 knows none: a monitor's word, and no browser's."""
    assert wire("GET /healthz HTTP/1.0").split()[1] in (b"200", b"503")


def test_the_address_that_was_connected_to(tmp_path: Path) -> None:
    """A console that the network reaches is opened by its address, too; never by another one."""
    with door(tmp_path, Console(listen="0.0.0.0:8030", secure_cookies="never")) as made:
        made.add("lin")
        browser = made.browser()
        scope = {"type": "http", "method": "GET", "path": "/healthz", "query_string": b"", "client": ("192.0.2.9", 1),
                 "server": ("192.0.2.7", 8030)}  # fmt: skip
        from starlette.requests import Request

        for host, fine in ((b"192.0.2.7:8030", True), (b"192.0.2.8:8030", False), (b"evil.example", False)):
            assert made.gate.ours(Request({**scope, "headers": [(b"host", host)]})) is fine
        assert browser.get("/healthz", headers={"host": "evil.example"}).status_code == 421
