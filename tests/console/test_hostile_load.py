"""What strangers and hurried staff can make the console hold: memory, connections, time."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from maild.config import Console
from maild.console.serve import Server
from maild.console.serving import bodies
from maild.console.serving.bodies import Bodies, Body
from maild.console.serving.wire import TimedProtocol
from maild.domain.desk.access import Role
from tests.console.door import Door


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """A console with one librarian and one administrator."""
    made = Door(tmp_path_factory.mktemp("load"), Console())
    made.add("lin")
    made.add("root", Role.ADMINISTRATOR)
    return made


def body_of(length: int, messages: list[dict[str, object]], room: Bodies, most: int = 1000) -> Body:
    """A request's body whose messages come one after another; then nothing more comes."""
    headers = [(b"content-length", str(length).encode())]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers})

    async def receive() -> dict[str, object]:
        if not messages:
            await asyncio.sleep(60)
        return messages.pop(0)

    return Body(request, receive, room, most)


async def drain(body: Body) -> int:
    """Take all of it; how many bytes came."""
    size = 0
    while True:
        message = await body.receive()
        size += len(message["body"])
        if not message.get("more_body"):
            return size


def part(size: int, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def status(length: int, messages: list[dict[str, object]], room: Bodies) -> int:
    """What the taking of it ends with: 200, or the error's status."""

    async def run() -> int:
        body = body_of(length, messages, room)
        try:
            await drain(body)
        except HTTPException as error:
            return error.status_code
        finally:
            body.give_back()
        return 200

    return asyncio.run(run())


def test_what_says_that_it_is_too_long_is_not_taken() -> None:
    """Refused before the first byte is asked for."""
    messages = [part(10, more=False)]
    assert status(1001, messages, Bodies()) == 413
    assert messages, "nothing was taken"


def test_what_is_longer_than_it_says() -> None:
    """Counted as it comes."""
    assert status(10, [part(600), part(600)], Bodies()) == 413
    assert status(1000, [part(600), part(400, more=False)], Bodies()) == 200


def test_all_requests_share_what_may_be_held() -> None:
    """There is no room for the second while the first is held; afterwards there is."""

    async def run() -> list[int]:
        room, found = Bodies(most=1000), []
        first = body_of(0, [part(900, more=False)], room)
        found.append(await drain(first))
        with pytest.raises(HTTPException) as refused:
            await drain(body_of(0, [part(200, more=False)], room))
        found.append(refused.value.status_code)
        first.give_back()
        return [*found, await drain(body_of(0, [part(200, more=False)], room))]

    assert asyncio.run(run()) == [900, 503, 200]


def test_half_a_body_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops in the middle is told so."""
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 0.05)
    assert status(900, [part(100)], Bodies()) == 408


@pytest.fixture
def listening(office: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """The console on a real port, with little patience."""
    monkeypatch.setattr(TimedProtocol, "head_seconds", 1.0)
    server = Server(office.app.state.desk, office.gate, "127.0.0.1:0")
    server.start()
    host, port = server.url.removeprefix("http://").split(":")
    yield host, int(port.partition("/")[0])
    server.stop()


@pytest.mark.parametrize("sent", [b"", b"GET /sign-in HT", b"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_half_a_head_keeps_no_connection(listening: tuple[str, int], sent: bytes) -> None:
    """Closed soon; a whole request is answered meanwhile, and another one on the same connection."""
    with (
        socket.create_connection(listening, timeout=10) as lazy,
        closing(HTTPConnection(*listening, timeout=10)) as one,
    ):
        lazy.sendall(sent)
        for _ in range(2):
            one.request("GET", "/healthz")
            answer = one.getresponse()
            answer.read()
            assert not answer.will_close
        began = time.monotonic()
        assert lazy.recv(100) == b""
        assert time.monotonic() - began < 8


def test_files_are_taken_where_files_are_handed_in(office: Door) -> None:
    """Three megabytes are too much for a form of words, and not for a bank statement."""
    browser = office.browser()
    browser.sign_in("lin")
    much = "x" * 3_000_000
    assert browser.client.post("/queue/1/note", data={"note": much}).status_code == 413
    assert browser.client.post("/payments/statements", files={"file": ("a.csv", much)}).status_code != 413


def test_words_of_ones_own_are_not_drawn_from_an_address(office: Door) -> None:
    """A link to the preview shows what is sent, whatever words it holds; a form of an administrator shows its own."""
    browser = office.browser()
    browser.sign_in("root")
    page = browser.client.get("/notices/fee_notice/preview.html", params={"locale": "en", "html": "<p>owned</p>"})
    assert page.status_code == 200
    assert "owned" not in page.text


def test_a_template_that_takes_long_to_compile_is_refused(office: Door) -> None:
    """A chain of three hundred sums, a list of ten thousand: at once, and in words."""
    acts = office.services.notice_acts
    for body in ("{{ 1" + "+1" * 300 + " }}", "{{ [" + "1," * 4000 + "]|length }}", "{{ " + "-" * 400 + "1 }}"):
        began = time.process_time()
        (found, *_) = acts.judged({"fee_notice.en.txt.j2": body})
        assert "words of the language" in found.what
        assert time.process_time() - began < 1.5
