"""`maild console` as a process: the first account by command, sign-in, a stream of events, a prefix, stopping at once."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.console.world import NOW, fill, settings
from tests.servers.clock import MovedClock
from tests.servers.ports import free_port
from tests.timing import patience

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
PASSWORD = "an invented pass phrase of the tests"
READY_SECONDS = 60.0


def maild(folder: Path, *words: str) -> list[str]:
    """The command line of this installation."""
    return [sys.executable, "-m", "maild", "--config", str(folder / "maild.toml"), *words]


def environment() -> dict[str, str]:
    """This process's, without options of a maild that is installed here."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MAILD_")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A filled office with a configuration file."""
    from maild.cli.operation.init import write

    fill(tmp_path, MovedClock(NOW))
    write(settings(tmp_path), tmp_path / "maild.toml")
    (tmp_path / "password").write_text(PASSWORD)
    return tmp_path


@contextmanager
def running(folder: Path, **options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The console on a free port; killed at the end if it has not ended. Options by their environment names."""
    listen = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        maild(folder, "console", "--listen", listen),
        env={**environment(), **options},
        text=True,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        began = time.monotonic()
        while True:
            try:
                httpx.get(f"http://{listen}/healthz", timeout=2)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr.read() if process.stderr else ""
                assert time.monotonic() < began + patience(READY_SECONDS), "the console is not ready in time"
                time.sleep(0.1)
        yield process, f"http://{listen}"
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def test_from_the_first_account_to_the_last_answer(folder: Path) -> None:
    """An account is made, signs in and works; SIGTERM ends it at once though somebody looks on; no secret in the log."""
    made = subprocess.run(
        maild(folder, "user", "add", "chen", "--role", "librarian", "--password-file", str(folder / "password")),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    with running(folder) as (process, host), httpx.Client(base_url=host, follow_redirects=True, timeout=20) as client:
        page = client.get("/queue")
        assert page.url.path == "/sign-in"
        token = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert token
        page = client.post("/sign-in", data={"csrf": token[1], "name": "chen", "password": PASSWORD, "next": "/queue"})
        assert (page.status_code, page.url.path) == (200, "/queue")
        assert page.text.count("data-item=") >= 10
        with client.stream("GET", "/live") as stream:
            events = stream.iter_lines()
            assert any(line.startswith("event: queue") for line in events)
            start = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        assert time.monotonic() - start < 10
        log = process.stderr.read() if process.stderr else ""
    assert process.returncode in (0, -signal.SIGTERM)
    assert PASSWORD not in log
    assert "Traceback" not in log, log[-3000:]


def test_below_a_prefix(folder: Path) -> None:
    """Behind a proxy that keeps the path and behind one that cuts it off, every link is below the prefix."""
    with running(folder, MAILD_CONSOLE__PUBLIC_URL="https://library.example/ill") as (_, host):
        for path in ("/ill/sign-in", "/sign-in"):
            page = httpx.get(host + path, timeout=20)
            assert page.status_code == 200, path
            links = re.findall(r'(?:href|action|src)="(/[^"]*)"', page.text)
            assert links
            assert all(link.startswith("/ill/") for link in links), links
        assert httpx.get(f"{host}/illegal", timeout=20).status_code in (303, 404)


def test_an_address_that_is_taken_is_said(folder: Path) -> None:
    """Exit 2, naming the option."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = subprocess.run(maild(folder, "console", "--listen", f"127.0.0.1:{port}"), env=environment(), text=True,
                             capture_output=True, timeout=60, check=False)  # fmt: skip
    assert run.returncode == 2, run.stderr
    assert "console.listen" in run.stderr
