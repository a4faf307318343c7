"""What is slow holds up nothing but its like: pictures, passwords, a silent provider, a database that is all in use."""

from __future__ import annotations

import re
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from maild.config import Console, Oidc
from maild.confine.pool import Work, WorkerPool
from maild.console.access.passwords import Checked, Passwords
from maild.console.serve import Server, make_desk
from maild.console.serving import web
from maild.console.serving.threads import MOST_WAITING, PAGES, SSO
from maild.domain.errors import NotFound, Temporary
from maild.office.queue.mail_files import MailFiles
from tests.console.door import PASSWORD, Door, door
from tests.console.test_access_oidc import BASE

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
MANY = 60  # more than the threads that serve pages
AT_ONCE = 5.0  # seconds, on a machine that is busy; what is slow here takes thirty


@contextmanager
def serving(folder: Path, console: Console | None = None, oidc: Oidc | None = None) -> Iterator[tuple[Door, str]]:
    """A console that listens, with 'lin'; its address."""
    with door(folder, console, oidc) as made:
        made.add("lin")
        server = Server(make_desk(made.services), made.gate, "127.0.0.1:0")
        server.start()
        try:
            yield made, server.url
        finally:
            server.stop()


class Slow:
    """What takes until it is let go."""

    def __init__(self) -> None:
        self.go, self.most, self._now, self._lock = threading.Event(), 0, 0, threading.Lock()

    def wait(self) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.go.wait(30)
        with self._lock:
            self._now -= 1


@contextmanager
def many(slow: Slow, ask: Callable[[int], int], number: int = MANY) -> Iterator[list[Future[int]]]:
    """So many requests under way at once; let go at the end."""
    with ThreadPoolExecutor(number) as pool:
        futures = [pool.submit(ask, each) for each in range(number)]
        try:
            limit = time.monotonic() + 10
            while not slow.most and time.monotonic() < limit:
                time.sleep(0.02)
            time.sleep(0.5)
            yield futures
        finally:
            slow.go.set()


def session(made: Door) -> dict[str, str]:
    browser = made.browser()
    assert browser.sign_in("lin").status_code == 303
    return {"cookie": f"maild={browser.cookies['maild']}"}


def pages_come(url: str, headers: dict[str, str]) -> None:
    """The queue and the door are there at once."""
    for path in ("/queue", "/sign-in", "/static/console.js", "/healthz"):
        began = time.monotonic()
        httpx.get(f"{url}{path}", headers=headers, timeout=20)
        assert time.monotonic() - began < AT_ONCE, path


def test_pages_wait_for_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are asked for at once, two are made at a time, and all come."""
    slow, show = Slow(), web.show

    def shown(request: Request, *args: Any, **more: Any) -> Any:
        if request.url.path in paths:
            slow.wait()
        return show(request, *args, **more)

    paths = ("/patrons", "/transactions", "/queue")
    monkeypatch.setattr(web, "show", shown)
    with serving(tmp_path) as (made, url):
        headers = session(made)
        with many(
            slow, lambda n: httpx.get(f"{url}{paths[n % 3]}", headers=headers, timeout=60).status_code, 9
        ) as under:
            limit = time.monotonic() + 20
            while slow.most < PAGES and time.monotonic() < limit:
                time.sleep(0.02)
        assert [each.result() for each in under] == [200] * 9
    assert slow.most == PAGES


def test_slow_pictures_block_neither_queue_nor_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty views of mails that take their readers long."""
    slow = Slow()

    def opened(self: MailFiles, mail_id: int) -> None:
        slow.wait()
        raise NotFound(f"there is no mail {mail_id}")

    monkeypatch.setattr(MailFiles, "open", opened)
    with serving(tmp_path) as (made, url):
        headers = session(made)
        with many(slow, lambda n: httpx.get(f"{url}/mails/{n}/html", headers=headers, timeout=60).status_code) as asked:
            pages_come(url, headers)
        assert {each.result() for each in asked} == {404}


def test_a_storm_at_the_door_blocks_nobody_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are tried by very many at once: pages come, few are checked at a time, the rest are told."""
    slow, real = Slow(), Passwords.check

    def check(self: Passwords, kept: str, password: str) -> Checked:
        if password != "storm":
            return real(self, kept, password)
        slow.wait()
        return Checked(False)

    monkeypatch.setattr(Passwords, "check", check)
    with serving(tmp_path, Console(login_tries=100, login_tries_origin=10_000)) as (made, url):
        headers = session(made)
        page = httpx.get(f"{url}/sign-in")
        token = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert token
        form = {"csrf": token[1], "password": "storm"}
        knock = {"cookie": f"maild-door={page.cookies['maild-door']}"}

        def ask(n: int) -> int:
            return httpx.post(f"{url}/sign-in", data=form | {"name": f"n{n}"}, headers=knock, timeout=60).status_code

        with many(slow, ask, MOST_WAITING + 40) as asked:
            pages_come(url, headers)
        statuses = [each.result() for each in asked]
        assert slow.most <= 4
        assert set(statuses) == {422, 503}
        assert statuses.count(503) >= 20


def test_a_silent_provider_is_waited_for_once(tmp_path: Path) -> None:
    """Whoever presses the button meanwhile does not wait one after the other, nor does anybody else wait."""
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))  # takes, and never answers
        oidc = replace(BASE, issuer=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=1.0)
        made, url = stack.enter_context(serving(tmp_path, oidc=oidc))
        headers = session(made)
        pool = stack.enter_context(ThreadPoolExecutor(MANY))
        began = time.monotonic()
        asked = [pool.submit(httpx.get, f"{url}/sign-in/oidc", timeout=60) for _ in range(20)]
        time.sleep(0.3)
        pages_come(url, headers)
        assert {each.result().status_code for each in asked} == {503}
        assert time.monotonic() - began < 12  # one after the other they would take twenty
        assert SSO < 20


def test_a_call_does_not_wait_for_a_worker_for_ever() -> None:
    """Where all are busy, and where patience is bounded."""
    pool = WorkerPool(Work(entry="maild.confine.viewing:make_handler"), workers=1, patience=0.2)
    held = pool._places.take()
    began = time.monotonic()
    with pytest.raises(Temporary, match="all workers are busy"):
        pool.call("pages", {}, [b""])
    assert 0.1 < time.monotonic() - began < 2
    pool._places.give(held)
    pool.close()


def test_a_database_all_of_whose_connections_are_in_use(tmp_path: Path) -> None:
    """Is temporary, and no fault: 503."""
    with door(tmp_path) as made, ExitStack() as stack:
        made.add("lin")
        browser = made.browser()
        browser.sign_in("lin")
        store = made.services.store
        store._engine.pool._timeout = 0.2  # type: ignore[attr-defined]
        for _ in range(32):
            stack.enter_context(store.read())
        for opening in (store.read, store.begin):
            with pytest.raises(Temporary, match="all connections"), opening():
                pass
        assert browser.get("/queue").status_code == 503


def test_whoever_made_one_up_fills_no_memory(tmp_path: Path) -> None:
    """States of sign-ins that were never begun are kept for a while, and never more than so many."""
    from maild.console.access import arrivals

    with door(tmp_path, oidc=replace(BASE, issuer="http://127.0.0.1:9")) as made:
        desk = made.gate.arrivals
        assert desk is not None
        began = time.monotonic()
        for n in range(arrivals.MOST_USED + 5000):
            assert desk._first_use("x" * 3000 + str(n))
        assert not desk._first_use("x" * 3000 + str(n))
        assert len(desk._used) <= arrivals.MOST_USED
        assert time.monotonic() - began < 5


def test_waiting_passwords_are_right_all_the_same(tmp_path: Path) -> None:
    """Twelve who sign in at once all come in."""
    with serving(tmp_path, Console(login_tries=100, login_tries_origin=1000)) as (_, url):

        def sign_in(n: int) -> int:
            with httpx.Client(base_url=url, timeout=30) as client:
                token = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)
                assert token
                return client.post("/sign-in", data={"csrf": token[1], "name": "lin", "password": PASSWORD}).status_code

        with ThreadPoolExecutor(12) as pool:
            assert list(pool.map(sign_in, range(12))) == [303] * 12


def test_parts_with_processes_are_made_once(tmp_path: Path) -> None:
    """Before threads may ask for them at the same moment: Python 3.12 and later would make two of one."""
    from maild.console.serve import MADE_FIRST

    with door(tmp_path) as made:
        services = made.services
        make_desk(services)
        assert set(MADE_FIRST) <= set(services.__dict__)
        fresh = services.renewed()
        assert {"reader", "receipts"} <= set(fresh.__dict__)
        assert fresh.store is services.store
        fresh.retire()


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """Before anything of it is unpacked, in this process least of all."""
    from maild.domain.errors import ConfigError
    from maild.store.accounting.statement_tables import read_below
    from maild.store.tabular import read_table

    bomb = tmp_path / "statement.xlsx"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(b" " * 1_000_000)
    assert bomb.stat().st_size < 1_000_000
    for read in (read_table, lambda path: read_below(path, [["金额"]])):
        began = time.monotonic()
        with pytest.raises(ConfigError, match="too large once it is unpacked"):
            read(bomb)
        assert time.monotonic() - began < 5
