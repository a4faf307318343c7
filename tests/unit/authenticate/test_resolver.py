"""Look-ups against a real DNS server on loopback, from files, and none."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from maild.authenticate.resolver import DnsResolver, NoResolver, StaticResolver, load_static
from maild.domain.errors import ConfigError


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds


class DnsServer:
    """TXT records over UDP. A record's value: list of strings, or 'servfail', 'silent', 'nxdomain', 'nodata'."""

    def __init__(self) -> None:
        self.records: dict[str, list[str] | str] = {}
        self.ttl = 60
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                data, peer = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            answer = self._answer(dns.message.from_wire(data))
            if answer:
                self._socket.sendto(answer.to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        value = self.records.get(name, "nxdomain")
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if value == "silent":
            return None
        if value in ("servfail", "nxdomain"):
            reply.set_rcode(dns.rcode.from_text(str(value)))
        elif isinstance(value, list):
            quoted = " ".join(f'"{text}"' for text in value)
            reply.answer.append(dns.rrset.from_text(query.question[0].name, self.ttl, "IN", "TXT", quoted))
        return reply


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """A running server, stopped afterwards."""
    running = DnsServer()
    yield running
    running.close()


@pytest.fixture
def clock() -> Hands:
    """A clock that is set by hand."""
    return Hands()


@pytest.fixture
def resolver(server: DnsServer, clock: Hands) -> Iterator[DnsResolver]:
    """A resolver that asks the test's server, with a second for everything."""
    asks = DnsResolver(1.0, 3600.0, (server.address,), clock)
    yield asks
    asks.close()


def test_answers(server: DnsServer, resolver: DnsResolver) -> None:
    """Strings of a record joined; () for no such name or no TXT; None for SERVFAIL."""
    server.records = {"a.example": ["v=DKIM1; ", "p=AAAA"], "b.example": "servfail", "c.example": "nodata"}
    answers = resolver.txt(["a.example", "b.example", "c.example", "d.example"])
    assert dict(answers) == {"a.example": ("v=DKIM1; p=AAAA",), "b.example": None, "c.example": (), "d.example": ()}


def test_silence_is_unknown_and_costs_one_time_out(server: DnsServer, resolver: DnsResolver) -> None:
    """All names are asked side by side; a server that does not answer some holds up none of the others."""
    server.records = {f"s{i}.example": "silent" for i in range(6)} | {"a.example": ["x"]}
    start = time.monotonic()
    answers = resolver.txt(server.records)
    assert time.monotonic() - start < 2.0
    assert answers["a.example"] == ("x",)
    assert all(answers[f"s{i}.example"] is None for i in range(6))


def test_answers_are_kept_for_their_ttl(server: DnsServer, resolver: DnsResolver, clock: Hands) -> None:
    """And asked again after it."""
    server.records = {"a.example": ["x"]}
    for _ in range(3):
        assert resolver.txt(["a.example"])["a.example"] == ("x",)
    assert server.asked == ["a.example"]
    server.records = {"a.example": ["y"]}
    clock.seconds += 59
    assert resolver.txt(["a.example"])["a.example"] == ("x",)
    clock.seconds += 2
    assert resolver.txt(["a.example"])["a.example"] == ("y",)


def test_the_upper_bound_of_the_cache(server: DnsServer, clock: Hands) -> None:
    """However long the TTL, answers are kept for cache_seconds at most."""
    server.ttl = 86_400
    server.records = {"a.example": ["x"]}
    asks = DnsResolver(1.0, 10.0, (server.address,), clock)
    asks.txt(["a.example"])
    clock.seconds += 11
    asks.txt(["a.example"])
    asks.close()
    assert server.asked == ["a.example"] * 2


def test_absence_is_kept_but_not_failure(server: DnsServer, resolver: DnsResolver, clock: Hands) -> None:
    """A missing name for minutes, a SERVFAIL for seconds only."""
    server.records = {"b.example": "servfail"}
    resolver.txt(["none.example", "b.example"])
    server.records = {"none.example": ["new"], "b.example": ["back"]}
    clock.seconds += 6
    answers = resolver.txt(["none.example", "b.example"])
    assert dict(answers) == {"none.example": (), "b.example": ("back",)}
    clock.seconds += 300
    assert resolver.txt(["none.example"])["none.example"] == ("new",)


def test_many_threads_ask_once(server: DnsServer, resolver: DnsResolver) -> None:
    """Look-ups under way are joined."""
    server.records = {"a.example": ["x"]}
    threads = [threading.Thread(target=resolver.txt, args=(["a.example"],)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert server.asked == ["a.example"]


def test_names_that_dns_cannot_hold(resolver: DnsResolver) -> None:
    """Asked for by mistake, they are unknown, not a crash."""
    assert resolver.txt(["a..b", "x" * 70 + ".example"]) == {"a..b": None, "x" * 70 + ".example": None}


def test_static_answers(tmp_path: Path) -> None:
    """From a file: a list, a string, null; a missing name does not exist."""
    path = tmp_path / "dns.json"
    path.write_text(json.dumps({"A.example.": ["x"], "b.example": None, "c.example": "y"}), encoding="utf-8")
    names = ["a.example", "b.example", "c.example", "d.example"]
    expected = {"a.example": ("x",), "b.example": None, "c.example": ("y",), "d.example": ()}
    assert load_static(path).txt(names) == expected
    assert StaticResolver({"a.example": ("x",)}).txt(["A.Example."]) == {"A.Example.": ("x",)}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": [1]}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    """With the path and a remedy."""
    path = tmp_path / "dns.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"dns\.json"):
        load_static(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_static(tmp_path / "none.json")


def test_no_look_up() -> None:
    """Nothing was asked: no name is in the answers."""
    assert NoResolver().txt(["a.example"]) == {}
