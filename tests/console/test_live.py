"""Events: they end with what let somebody in, survive a database that is away, and cost no more than they may."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from maild.console.serve import Server, make_desk
from maild.console.serving.live import MOST, PER_PERSON, Hub
from maild.domain.desk.access import Role, Scope
from maild.domain.errors import Temporary
from tests.console.door import Door, door

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Door, str]]:
    """A console that listens, with 'lin' and 'boss'; it looks twenty times a second. Its address."""
    with door(tmp_path) as made:
        made.add("lin")
        made.add("boss", Role.ADMINISTRATOR)
        desk = make_desk(made.services)
        server = Server(replace(desk, hub=Hub(made.services, period=0.05, checked=0.2)), made.gate, "127.0.0.1:0")
        server.start()
        yield made, server.url
        server.stop()


def cookie(made: Door, name: str = "lin") -> dict[str, str]:
    """The headers of a browser that signs in now."""
    browser = made.browser()
    assert browser.sign_in(name).status_code == 303
    return {"cookie": f"maild={browser.cookies['maild']}"}


class Listener:
    """Hears events in a thread until the stream ends."""

    def __init__(self, url: str, headers: dict[str, str], query: str = "") -> None:
        self.lines: list[str] = []
        self.status = 0
        self._client = httpx.Client(timeout=30)
        self._thread = threading.Thread(target=self._hear, args=(f"{url}/live{query}", headers), daemon=True)
        self._thread.start()

    def _hear(self, url: str, headers: dict[str, str]) -> None:
        with self._client.stream("GET", url, headers=headers, follow_redirects=False) as answer:
            self.status = answer.status_code
            self.lines.extend(answer.iter_lines())

    def ended(self, within: float) -> bool:
        self._thread.join(within)
        return not self._thread.is_alive()


CHANGES: dict[str, Callable[[Door, str], object]] = {
    "signed out": lambda made, key: made.gate.staff.end_sessions("lin", actor="boss"),
    "closed": lambda made, key: made.gate.staff.set_disabled("lin", True, actor="boss"),
    "password": lambda made, key: made.gate.staff.set_password("lin", "another long password here", actor="boss"),
    "lesser role": lambda made, key: made.gate.staff.set_role("lin", Role.VIEWER, actor="boss"),
    "idle": lambda made, key: made.clock.move(minutes=120),
    "last hour": lambda made, key: made.clock.move(hours=12),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_stream_ends_with_its_session(live: tuple[Door, str], change: str) -> None:
    """Within seconds, whatever ended the session; until then it goes on."""
    made, url = live
    listener = Listener(url, cookie(made))
    assert not listener.ended(0.8)
    made.clock.move(seconds=1)
    CHANGES[change](made, "")
    assert listener.ended(5), change
    assert listener.status == 200


def test_a_stream_ends_with_its_key(live: tuple[Door, str]) -> None:
    """A key that is ended, or has run out."""
    made, url = live
    new = made.gate.staff.add_key("lin", "", [Scope.READ], actor="test")
    listener = Listener(url, {"authorization": f"Bearer {new.key}"})
    assert not listener.ended(0.8)
    made.gate.staff.revoke_key(new.kept.id, actor="boss")
    assert listener.ended(5)


def test_a_page_that_is_left_open_is_no_use(live: tuple[Door, str]) -> None:
    """It listens, and comes back when the line breaks: the session ends all the same when nobody touches it."""
    made, url = live
    headers = cookie(made)
    for _ in range(3):
        made.clock.move(minutes=39)
        with httpx.stream("GET", f"{url}/live", headers=headers, timeout=10) as answer:
            assert answer.status_code == 200
    made.clock.move(minutes=4)
    assert httpx.get(f"{url}/queue", headers=headers).status_code == 303


def test_a_database_that_is_away_silences_nobody_for_good(
    live: tuple[Door, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The looks that fail are passed over: when it is back, who listened all the time hears what is new."""
    made, url = live
    broken, real = threading.Event(), Hub._see

    def see(self: Hub, *more: tuple[()]) -> object:
        if broken.is_set():
            raise Temporary("the database is busy: database is locked")
        return real(self, *more)

    monkeypatch.setattr(Hub, "_see", see)
    listener = Listener(url, cookie(made))
    _until(lambda: any("queue" in line for line in listener.lines))
    broken.set()
    time.sleep(0.5)
    heard = len(listener.lines)
    monkeypatch.setattr(Hub, "_lines", lambda self, who, item: [("queue", json.dumps({"total": 7, "causes": {}}))])
    broken.clear()
    _until(lambda: any('"total": 7' in line for line in listener.lines[heard:]))


@pytest.mark.parametrize("item", ["²", "9" * 30, "9" * 6000, "-1", "1;2", "0x1", "999999"])
def test_an_item_that_is_none_harms_nobody(live: tuple[Door, str], item: str) -> None:
    """Neither who asks for it nor who listens beside: events go on."""
    made, url = live
    headers = cookie(made)
    odd = Listener(url, headers, f"?item={item}")
    other = Listener(url, headers)
    for listener in (odd, other):
        _until(lambda listener=listener: any("event: queue" in line for line in listener.lines))  # type: ignore[misc]
        assert listener.status == 200


def test_so_many_streams_and_no_more(live: tuple[Door, str]) -> None:
    """Of one person and of all: who is one too many is told to come back later, and holds nothing."""
    made, _ = live

    async def count(hub: Hub, names: list[str]) -> tuple[int, int]:
        streams = [hub.stream(name, None, lambda: True) for name in names]
        firsts = [await anext(stream) for stream in streams]
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]
        return sum("3000\n" in first and "30000" not in first for first in firsts), hub._listeners

    assert asyncio.run(count(Hub(made.services), ["lin"] * 40)) == (PER_PERSON, 0)
    assert asyncio.run(count(Hub(made.services), [f"n{i // 20}" for i in range(500)])) == (MOST, 0)


def test_head_is_answered_at_once(live: tuple[Door, str]) -> None:
    """Without a stream behind it."""
    made, url = live
    answer = httpx.head(f"{url}/live", headers=cookie(made), timeout=5)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


def test_readers_that_do_not_read_hold_nobody_up(live: tuple[Door, str]) -> None:
    """Twenty streams, ten of them never read: no thread waits for them, pages come, and the server stops at once."""
    made, url = live
    headers = cookie(made)
    host, _, port = url.removeprefix("http://").partition(":")
    before = threading.active_count()
    with ExitStack() as open_ones:
        for _ in range(10):
            slow = open_ones.enter_context(closing(socket.create_connection((host, int(port)))))
            slow.sendall(f"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: {headers['cookie']}\r\n\r\n".encode())
        listeners = [Listener(url, headers) for _ in range(10)]
        time.sleep(1)
        assert httpx.get(f"{url}/queue", headers=headers, timeout=5).status_code == 200
        assert threading.active_count() - before - len(listeners) < 25
        server = Server(make_desk(made.services), made.gate, "127.0.0.1:0")
        server.start()
        for _ in range(5):
            slow = open_ones.enter_context(
                closing(socket.create_connection((host, int(server.url.rpartition(":")[2]))))
            )
            slow.sendall(f"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: {headers['cookie']}\r\n\r\n".encode())
        mine = Listener(server.url, headers)
        _until(lambda: mine.status == 200)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5
        assert mine.ended(2)


def _until(there: Callable[[], bool]) -> None:
    limit = time.monotonic() + 8
    while not there():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.02)
