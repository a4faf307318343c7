"""Servers of tests that run at once are never given the same port."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.servers import ports

ROOT = Path(__file__).parents[3]
ASKS = """
import sys
from tests.servers import ports
ports.FIRST, ports._end = int(sys.argv[1]), lambda: int(sys.argv[1]) + 80
print(*[ports.free_port() for _ in range(12)], flush=True)
sys.stdin.read()
"""


def test_three_processes_share_eighty_ports() -> None:
    first = 20_000
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASKS, str(first)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    try:
        given = [int(port) for one in asking if one.stdout for port in one.stdout.readline().split()]
    finally:
        for one in asking:
            one.communicate(timeout=30)
    assert len(given) == 36
    assert len(set(given)) == 36
    assert all(first <= port < first + 80 for port in given)


def test_threads_of_one_process_are_given_others() -> None:
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda _: ports.free_port(), range(40)))
    assert len(set(given)) == 40


def test_what_is_taken_or_handed_out_to_connections_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ports.free_port() < ports._end() <= 65_536
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST", port)
        monkeypatch.setattr(ports, "_end", lambda: port + 1)
        with pytest.raises(OSError, match="no port is free"):
            ports.free_port()
