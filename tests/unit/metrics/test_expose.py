"""From counts to what Prometheus reads; the port, its token, and who dawdles at it."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from maild.domain.errors import Temporary
from maild.domain.operation.heartbeat import Running
from maild.domain.operation.metric import DATABASE_UP, DNS, STAGE, Tally
from maild.metrics.expose import registry_of, written
from maild.metrics.serve import AT_A_TIME, Listener
from tests.servers.prometheus import promtool


class Away:
    """A database that does not answer."""

    def read(self) -> Any:
        raise Temporary("the database is away")


def services(tally: Tally, tmp_path: Any) -> Any:
    """As much of the services as a process without a database has."""
    return SimpleNamespace(
        tally=tally,
        store=Away(),
        made=lambda name: None,
        clock=SimpleNamespace(monotonic=lambda: 0.0),
        settings=SimpleNamespace(store=SimpleNamespace(blobs=tmp_path / "not" / "there")),
    )


def samples(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """By name and labels."""
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in parse(text.decode()) for s in f.samples}


def test_counts_and_durations_are_written_as_they_are(tmp_path: Any) -> None:
    """Each bucket holds those below it as well; a database that is away hides nothing else; promtool has no objection."""
    tally = Tally()
    tally.count(DNS, "found", by=3)
    tally.count(DNS, "found")
    for seconds in (0.0004, 0.001, 0.3, 99.0):
        tally.took(STAGE, seconds, "parse")
    text, kind = written(registry_of(lambda: services(tally, tmp_path), Running.DAEMON), "text/plain")
    found = samples(text)
    assert kind.startswith("text/plain")
    assert found[DNS.name, (("result", "found"),)] == 4
    bucket = f"{STAGE.name}_bucket"
    assert found[bucket, (("le", "0.001"), ("stage", "parse"))] == 2
    assert found[bucket, (("le", "0.5"), ("stage", "parse"))] == 3
    assert (
        found[bucket, (("le", "+Inf"), ("stage", "parse"))] == 4 == found[f"{STAGE.name}_count", (("stage", "parse"),)]
    )
    assert math.isclose(found[f"{STAGE.name}_sum", (("stage", "parse"),)], 99.3014)
    assert found[DATABASE_UP.name, ()] == 0
    assert promtool("check", "metrics", stdin=text.decode()) == ""


def test_many_threads_lose_no_count() -> None:
    """Eight threads count at a time."""
    tally = Tally()

    def work() -> None:
        for _ in range(2000):
            tally.count(DNS, "found")
            tally.took(STAGE, 0.01, "parse")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.counts()[DNS, ("found",)] == 16_000
    assert sum(tally.spreads()[STAGE, ("parse",)].counts) == 16_000


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener("127.0.0.1:0", lambda accept: (accept.encode(), "text/plain"), "the token")
    assert made.ready.wait(10)
    yield made
    made.close()


def test_only_metrics_and_only_with_the_token(listener: Listener) -> None:
    """Another path, no token, a wrong one, the right one."""
    url = f"http://127.0.0.1:{listener.port}/metrics"
    right = {"Authorization": "Bearer the token"}
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers={"Authorization": "Bearer the tokem"}).status_code == 401
    assert httpx.get(url.replace("metrics", "other"), headers=right).status_code == 404
    assert httpx.post(url, headers=right).status_code == 501
    answer = httpx.get(url, headers={**right, "Accept": "application/openmetrics-text"})
    assert (answer.status_code, answer.text) == (200, "application/openmetrics-text")


def test_who_holds_connections_open_is_hung_up_on(listener: Listener) -> None:
    """Those beyond the few that may wait are closed at once; when they go, others are answered again."""
    idle = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(AT_A_TIME)]
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as more:
        assert more.recv(1) == b""
    for each in idle:
        each.close()
    url, right = f"http://127.0.0.1:{listener.port}/metrics", {"Authorization": "Bearer the token"}
    transport = httpx.HTTPTransport(retries=0)
    with httpx.Client(transport=transport) as client:
        for _ in range(200):
            try:
                assert client.get(url, headers=right).status_code == 200
                break
            except httpx.TransportError:
                threading.Event().wait(0.02)
        else:
            pytest.fail("the places were not given back")


def test_a_port_that_is_taken_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process before this one still has it: this one starts all the same, and answers when it is free."""
    monkeypatch.setattr("maild.metrics.serve.SECONDS", 0.02)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        waiting = Listener(f"127.0.0.1:{port}", lambda accept: (b"here", "text/plain"))
        assert not waiting.ready.wait(0.1)
    try:
        assert waiting.ready.wait(10)
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").text == "here"
    finally:
        waiting.close()
