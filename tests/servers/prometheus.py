"""A Prometheus on loopback, with its configuration and data in a folder of the test; and promtool."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.servers.ports import free_port

START_SECONDS = 30.0


def promtool(*words: str, stdin: str = "", cwd: Path | None = None) -> str:
    """What it says; raises AssertionError with that where it finds a fault."""
    assert shutil.which("promtool"), "promtool is missing: install the Debian package 'prometheus'"
    done = subprocess.run(
        ["promtool", *words], input=stdin, text=True, capture_output=True, timeout=240, check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


class Prometheus:
    """One that runs."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **query: str) -> Any:
        """The data of an answer of its API."""
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=query, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def ask(self, expression: str) -> list[Mapping[str, Any]]:
        """The vector of an instant query."""
        found: list[Mapping[str, Any]] = self.get("query", query=expression)["result"]
        return found


@contextmanager
def prometheus(folder: Path, configuration: str) -> Iterator[Prometheus]:
    """Ready when the block begins, gone when it ends."""
    port = free_port()
    file = folder / "prometheus.yml"
    file.write_text(configuration, "utf-8")
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            ["prometheus", f"--config.file={file}", f"--storage.tsdb.path={folder / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], stdout=log, stderr=log,
        )  # fmt: skip
    try:
        made = Prometheus(f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + START_SECONDS
        while not _ready(made.url):
            assert process.poll() is None, (folder / "prometheus.log").read_text()
            assert time.monotonic() < deadline, "Prometheus does not start"
            time.sleep(0.05)
        yield made
    finally:
        process.terminate()
        process.wait(20)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
