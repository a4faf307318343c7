"""Events to the library's own system: one POST at a time, signed, and what its answer means."""

from __future__ import annotations

from datetime import datetime

from maild.config import Webhook
from maild.domain.errors import ConfigError
from maild.domain.outgoing.event import HookAnswer, Taking
from maild.domain.outgoing.webhook import headers, key_of
from maild.hooks import SAY
from maild.hooks.line import Line, words

MOST_PATIENCE = 3600.0  # seconds that a receiver may ask to be left alone


class HttpHook:
    """The webhook of the library's own system. Keeps a connection open; used from one thread.

    Raises ConfigError without a fit secret.
    """

    def __init__(self, settings: Webhook) -> None:
        try:
            self._url, self._key = settings.url, key_of(settings.secret.reveal())
        except ValueError as error:
            raise ConfigError(f"webhook.secret: {error}", remedy="docs/webhooks.md says how to make one") from error
        self._line = Line(settings.timeout_seconds, settings.ca_file)

    def post(self, event_id: str, body: bytes, now: datetime) -> HookAnswer:
        """Hand one event over; a receiver that keeps us waiting, however it does it, is left after the time."""
        signed = headers(self._key, event_id, int(now.timestamp()), body)
        reply = self._line.ask("POST", self._url, body, {"content-type": "application/json", **signed})
        if not reply.status:
            return HookAnswer(taking=Taking.LATER, reply=reply.text)
        return judge(reply.status, reply.headers.get("retry-after", ""), reply.text)

    def close(self) -> None:
        """Close the connection."""
        self._line.close()


def judge(status: int, retry_after: str, text: str) -> HookAnswer:
    """What an HTTP status means (RFC 9110 section 15): 2xx taken, 410 no more, 408, 425, 429 and 5xx not now."""
    reply = words(f"HTTP {status} {text}")
    if 200 <= status < 300:
        return HookAnswer(taking=Taking.TAKEN, status=status, reply=SAY("http_status", status=status))
    if status == 410:
        return HookAnswer(taking=Taking.GONE, status=status, reply=reply)
    if status in (408, 425, 429) or status >= 500:
        seconds = min(float(retry_after), MOST_PATIENCE) if retry_after.isdecimal() else 0.0
        return HookAnswer(taking=Taking.LATER, status=status, reply=reply, retry_after=seconds)
    if 300 <= status < 400:
        reply = SAY("redirected", reply=reply)
    return HookAnswer(taking=Taking.REFUSED, status=status, reply=reply)
