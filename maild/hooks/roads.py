"""The alarm roads: each takes a text, bounded in time; none shows its address, which holds the secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from email import charset
from urllib.parse import parse_qsl, unquote, urlsplit

from maild.config import Alarm, Secret
from maild.domain.errors import ConfigError
from maild.domain.operation.alarm import RoadAnswer
from maild.hooks import SAY
from maild.hooks.line import Line, within, words
from maild.hooks.robots import posting, refusal

EXTRA = "pip install 'maild[alarm]'"


class Roads:
    """All roads that are set. Thread-safe; raises ConfigError where apprise is asked for and not there."""

    def __init__(self, settings: Alarm) -> None:
        self._settings = settings
        self._apprise = _apprise_services(settings) if settings.apprise else ()

    @property
    def names(self) -> tuple[str, ...]:
        """The roads by name: the robots, and each service of apprise by its scheme and place."""
        robots = tuple(road for road, _, _ in self._settings.robots)
        return (*robots, *(name for name, _ in self._apprise))

    def send(self, text: str, data: Mapping[str, object], now: datetime) -> tuple[RoadAnswer, ...]:
        """Say it on all roads side by side; a slow one keeps no other waiting. Ends in bounded time."""
        if not self.names:
            return ()
        with ThreadPoolExecutor(len(self.names), thread_name_prefix="alarm") as pool:
            posted = [pool.submit(self._post, *robot, text, data, now) for robot in self._settings.robots]
            posted += [pool.submit(self._notify, name, service, text) for name, service in self._apprise]
            return tuple(one.result() for one in posted)

    def beat(self) -> str:
        """Ask for the heartbeat's address; why it was not answered, '' where it was (or there is none)."""
        url = self._settings.heartbeat.reveal()
        if not url:
            return ""
        line = Line(self._settings.timeout_seconds, self._settings.ca_file)
        reply = line.ask("GET", url)
        line.close()
        return "" if 200 <= reply.status < 300 else self._safe(f"HTTP {reply.status} {reply.text}", url)

    def _post(
        self, road: str, address: Secret, secret: Secret, text: str, data: Mapping[str, object], now: datetime
    ) -> RoadAnswer:
        ready = posting(road, address.reveal(), secret.reveal(), text, data, now)
        line = Line(self._settings.timeout_seconds, self._settings.ca_file)
        reply = line.ask("POST", ready.url, ready.body, {"content-type": "application/json; charset=utf-8"})
        line.close()
        fault = refusal(road, reply.status, reply.text) if reply.status else reply.text
        return RoadAnswer(road=road, fault=self._safe(fault, address.reveal(), secret.reveal()))

    def _notify(self, name: str, service: _Service, text: str) -> RoadAnswer:
        return RoadAnswer(road=name, fault="" if service.notify(text) else SAY("apprise_not_sent"))

    def _safe(self, fault: str, address: str, *secrets: str) -> str:
        """The reason on one line, without what the address or a key would give away."""
        parts = urlsplit(address)
        values = (value for _, value in parse_qsl(parts.query))
        told = {
            parts.query,
            parts.path.strip("/"),
            *parts.path.split("/"),
            *values,
            parts.username or "",
            parts.password or "",
            *secrets,
        }
        for secret in sorted({*told, *map(unquote, told)}, key=len, reverse=True):
            if len(secret) > 3:
                fault = fault.replace(secret, "***")
        return words(fault)


@contextmanager
def _headers_as_they_are() -> Iterator[None]:
    """apprise's plug-in for mail sets for the whole process how UTF-8 headers are written, whenever it is loaded."""
    before = dict(charset.CHARSETS)
    try:
        yield
    finally:
        charset.CHARSETS.clear()
        charset.CHARSETS.update(before)


class _Service:
    """One service of apprise; its waits are bounded as ours are, and it follows no redirect."""

    def __init__(self, address: str, seconds: float) -> None:
        import apprise

        logging.getLogger("apprise").disabled = True  # its messages show addresses
        asset = apprise.AppriseAsset(http_redirects=False, app_id="maild", app_desc="maild", secure_logging=True)
        self._made = apprise.Apprise(asset=asset)
        if not self._made.add(address):
            raise ConfigError(
                "alarm.apprise holds an address that apprise does not know",
                remedy="such as twilio://…; blanks stand between addresses",
            )
        for service in self._made:
            service.socket_connect_timeout = service.socket_read_timeout = seconds
        self._limit = 3 * seconds

    def notify(self, text: str) -> bool:
        """Whether it was taken; what does not end in time was not."""
        return bool(within(self._limit, lambda: self._made.notify(body=text)))


def _apprise_services(settings: Alarm) -> Sequence[tuple[str, _Service]]:
    addresses = settings.apprise.reveal().split()
    try:
        with _headers_as_they_are():
            made = [_Service(address, settings.timeout_seconds) for address in addresses]
    except ImportError as error:
        raise ConfigError("alarm.apprise is set, and the library apprise is not installed", remedy=EXTRA) from error
    names = [f"apprise {n} ({address.partition(':')[0]})" for n, address in enumerate(addresses, 1)]
    return tuple(zip(names, made, strict=True))
