"""One HTTP request at a time, bounded in all it does: no redirect is followed, and little of an answer is read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

import urllib3

from maild import __version__
from maild.hooks import SAY

ANSWER_BYTES = 2000  # read of an answer
_PATIENCE = 1.5  # times the limit of a wait: the whole request, however it is dragged out
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; status 0: nothing, and `text` says why, without the address, which may hold a secret."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    text: str = ""


class Line:
    """Keeps a connection open; used from one thread at a time. seconds: limit of every wait; most: bytes read."""

    def __init__(self, seconds: float, ca_file: str = "", *, most: int = ANSWER_BYTES) -> None:
        self._seconds, self._most = seconds, most
        self._pool = urllib3.PoolManager(
            num_pools=4,
            retries=False,
            ca_certs=ca_file or None,
            timeout=urllib3.Timeout(connect=seconds, read=seconds),
        )

    def ask(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Say it, and what came back; a receiver that keeps us waiting, however it does it, is left after the time."""
        # Its limits bind each wait for bytes; one that drips them must not hold up others.
        reply = within(self._seconds * _PATIENCE, lambda: self._ask(method, url, body, headers or {}))
        return reply or Reply(text=SAY("no_answer", seconds=f"{self._seconds:g}"))

    def _ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        said = {"user-agent": f"maild/{__version__}", **headers}
        try:
            answer = self._pool.request(
                method, url, body=body or None, headers=said, redirect=False, preload_content=False
            )
            try:
                text = answer.read(self._most, decode_content=False)
                if len(text) == self._most:
                    answer.close()  # there may be no end of it: the connection is given up
            finally:
                answer.release_conn()
        except urllib3.exceptions.SSLError as error:
            return Reply(text=words(f"TLS: {error}"))
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return Reply(text=words(f"{type(error).__name__}: {error}"))
        return Reply(status=answer.status, headers=answer.headers, text=text.decode("utf-8", "replace"))

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def within(seconds: float, work: Callable[[], T]) -> T | None:
    """What the work gives, None where it does not end in time: it is left to itself, and stops no process."""
    found: list[T] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None


def words(text: str) -> str:
    """One line of at most 200 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
