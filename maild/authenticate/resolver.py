"""Looking up TXT records: by DNS, from a file, or not at all. All implement ports.Resolver."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.domain.errors import ConfigError
from maild.domain.operation.metric import DNS, DNS_SECONDS, Tally

if TYPE_CHECKING:
    from dns.resolver import Resolver as DnsPython

    from maild.ports import Clock, DnsAnswers

_UNKNOWN_SECONDS = 5.0  # a failed look-up is remembered only so long that a burst does not repeat it
_NEGATIVE_SECONDS = 300.0
_MIN_SECONDS = 1.0
_CACHE_ENTRIES = 20_000
_THREADS = 8


@dataclass(frozen=True, slots=True)
class _Entry:
    strings: tuple[str, ...] | None
    until: float


class NoResolver:
    """Makes no look-up: every name is missing from the answers, which means 'was not asked'."""

    def txt(self, names: Iterable[str]) -> DnsAnswers:
        return {}


class StaticResolver:
    """Answers from a fixed table; a name that is not in it does not exist."""

    def __init__(self, answers: DnsAnswers) -> None:
        self._answers = {_plain(name): strings for name, strings in answers.items()}

    def txt(self, names: Iterable[str]) -> DnsAnswers:
        return {name: self._answers.get(_plain(name), ()) for name in names}


def load_static(path: Path) -> StaticResolver:
    """Read a JSON object: name → list of TXT strings; null stands for a look-up that failed. Raises ConfigError."""
    remedy = 'give a JSON object such as {"_dmarc.calis.edu.cn": ["v=DMARC1; p=reject"]}'
    try:
        table = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"the DNS answers in {path} cannot be read: {error}", remedy=remedy) from error
    if not isinstance(table, dict):
        raise ConfigError(f"the DNS answers in {path} are no JSON object", remedy=remedy)
    return StaticResolver({name: _strings(path, name, value, remedy) for name, value in table.items()})


def _strings(path: Path, name: str, value: Any, remedy: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise ConfigError(f"in {path}, {name!r} is neither a list of strings nor null", remedy=remedy)


def _plain(name: str) -> str:
    return name.lower().rstrip(".")


class DnsResolver:
    """Looks names up side by side in a few threads and keeps the answers for their TTL. Thread-safe.

    timeout_seconds  limit of one `txt` call, however many names
    cache_seconds    answers are kept at most so long; that a name does not exist, 5 minutes at most
    """

    def __init__(
        self,
        timeout_seconds: float,
        cache_seconds: float,
        nameservers: Sequence[str],
        clock: Clock,
        tally: Tally | None = None,
    ) -> None:
        self._tally = tally or Tally()
        self._timeout = timeout_seconds
        self._cache_seconds = cache_seconds
        self._nameservers = tuple(nameservers)
        self._clock = clock
        self._lock = threading.Lock()
        self._cache: dict[str, _Entry] = {}
        self._running: dict[str, Future[_Entry]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="dns")
        self._dns: DnsPython | None = None

    def txt(self, names: Iterable[str]) -> DnsAnswers:
        """What did not come in time, or came as SERVFAIL, is None (RFC 6376 section 6.1.2: try again later)."""
        wanted = list(dict.fromkeys(names))
        now = self._clock.monotonic()
        with self._lock:
            known = {name: e for name in wanted if (e := self._cache.get(name)) and e.until > now}
            running = {name: self._start(name) for name in wanted if name not in known}
        self._tally.count(DNS, "cached", by=len(known))
        if running:
            wait(running.values(), timeout=self._timeout)
        found = {name: future.result() for name, future in running.items() if future.done()}
        entries: Mapping[str, _Entry] = {**known, **found}
        return {name: entries[name].strings if name in entries else None for name in wanted}

    def close(self) -> None:
        """Let go of the threads; look-ups under way end by their own time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self, name: str) -> Future[_Entry]:
        """Join a look-up under way, or begin one. Called with the lock held."""
        future = self._running.get(name)
        if future is None:
            if self._dns is None:
                self._dns = self._make()
            future = self._threads.submit(self._look_up, self._dns, name)
            self._running[name] = future
        return future

    def _make(self) -> DnsPython:
        from dns.resolver import NoResolverConfiguration, Resolver

        try:
            resolver = Resolver(configure=not self._nameservers)
        except NoResolverConfiguration:
            resolver = Resolver(configure=False)  # no servers: every answer will be None
        if self._nameservers:
            resolver.nameservers = [self._server(each) for each in self._nameservers]
        resolver.lifetime = self._timeout
        resolver.timeout = min(2.0, self._timeout)
        resolver.cache = None
        return resolver

    @staticmethod
    def _server(text: str) -> Any:
        """An address, or address:port ([v6]:port)."""
        from dns.nameserver import Do53Nameserver

        host, colon, port = text.rpartition(":")
        if colon and port.isdigit() and (":" not in host or host.startswith("[")):
            return Do53Nameserver(host.strip("[]"), int(port))
        return Do53Nameserver(text.strip("[]"), 53)

    def _look_up(self, dns: DnsPython, name: str) -> _Entry:
        with self._tally.timed(DNS_SECONDS):
            strings, seconds = self._ask(dns, name)
        self._tally.count(DNS, "failed" if strings is None else "found" if strings else "absent")
        entry = _Entry(strings, self._clock.monotonic() + seconds)
        with self._lock:
            self._running.pop(name, None)
            if len(self._cache) >= _CACHE_ENTRIES:
                self._cache.clear()
            self._cache[name] = entry
        return entry

    def _ask(self, dns: DnsPython, name: str) -> tuple[tuple[str, ...] | None, float]:
        """(strings or None, seconds to remember them)."""
        from dns.exception import DNSException
        from dns.rdatatype import TXT
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            answer = dns.resolve(f"{name}.", TXT, search=False)
        except (NXDOMAIN, NoAnswer):
            return (), min(_NEGATIVE_SECONDS, self._cache_seconds)
        except (DNSException, OSError, ValueError):
            return None, _UNKNOWN_SECONDS
        strings = tuple(b"".join(record.strings).decode("utf-8", "surrogateescape") for record in answer)
        ttl = float(answer.rrset.ttl) if answer.rrset is not None else 0.0
        return strings, min(max(ttl, _MIN_SECONDS), self._cache_seconds)
