"""One POST at a time, bounded in all it does: no redirect is followed, and little of an answer is read."""

from __future__ import annotations

import threading
from datetime import datetime

import urllib3

from maild import __version__
from maild.config import Webhook
from maild.domain.errors import ConfigError
from maild.domain.event import HookAnswer, Taking
from maild.domain.webhook import headers, key_of

ANSWER_BYTES = 2000  # read of an answer; 200 characters of it are kept
MOST_PATIENCE = 3600.0  # seconds that a receiver may ask to be left alone


class HttpHook:
    """ports.Hook. Keeps a connection open; used from one thread. Raises ConfigError without a fit secret."""

    def __init__(self, settings: Webhook) -> None:
        try:
            self._url, self._key = settings.url, key_of(settings.secret.reveal())
        except ValueError as error:
            raise ConfigError(f"webhook.secret: {error}", remedy="docs/webhooks.md says how to make one") from error
        self._seconds = settings.timeout_seconds
        self._pool = urllib3.PoolManager(
            num_pools=1, retries=False, ca_certs=settings.ca_file or None,
            timeout=urllib3.Timeout(connect=self._seconds, read=self._seconds),
        )  # fmt: skip

    def post(self, event_id: str, body: bytes, now: datetime) -> HookAnswer:
        """Hand one event over; a receiver that keeps us waiting, however it does it, is left after the time."""
        found: list[HookAnswer] = []
        # Its limits bind each wait for bytes; one that drips them must not hold up the events of others.
        thread = threading.Thread(target=lambda: found.append(self._post(event_id, body, now)), daemon=True)
        thread.start()
        thread.join(self._seconds * 1.5)
        return found[0] if found else HookAnswer(taking=Taking.LATER, reply=f"no answer in {self._seconds:g} s")

    def _post(self, event_id: str, body: bytes, now: datetime) -> HookAnswer:
        said = {
            "content-type": "application/json", "user-agent": f"maild/{__version__}",
            **headers(self._key, event_id, int(now.timestamp()), body),
        }  # fmt: skip
        try:
            answer = self._pool.request(
                "POST", self._url, body=body, headers=said, redirect=False, preload_content=False
            )
            try:
                text = answer.read(ANSWER_BYTES, decode_content=False)
                if len(text) == ANSWER_BYTES:
                    answer.close()  # there may be no end of it: the connection is given up
            finally:
                answer.release_conn()
        except urllib3.exceptions.SSLError as error:
            return HookAnswer(taking=Taking.LATER, reply=_words(f"TLS: {error}"))
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return HookAnswer(taking=Taking.LATER, reply=_words(f"{type(error).__name__}: {error}"))
        return judge(answer.status, answer.headers.get("retry-after", ""), text)

    def close(self) -> None:
        """Close the connection."""
        self._pool.clear()


def judge(status: int, retry_after: str, text: bytes) -> HookAnswer:
    """What an HTTP status means (RFC 9110 section 15): 2xx taken, 410 no more, 408, 425, 429 and 5xx not now."""
    reply = _words(f"HTTP {status} {text.decode('utf-8', 'replace')}")
    if 200 <= status < 300:
        return HookAnswer(taking=Taking.TAKEN, status=status, reply=f"HTTP {status}")
    if status == 410:
        return HookAnswer(taking=Taking.GONE, status=status, reply=reply)
    if status in (408, 425, 429) or status >= 500:
        seconds = min(float(retry_after), MOST_PATIENCE) if retry_after.isdecimal() else 0.0
        return HookAnswer(taking=Taking.LATER, status=status, reply=reply, retry_after=seconds)
    note = " (redirects are not followed)" if 300 <= status < 400 else ""
    return HookAnswer(taking=Taking.REFUSED, status=status, reply=reply + note)


def _words(text: str) -> str:
    """One line of at most 200 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
