"""What is told once on the next page: a cookie of half a minute that no script can read, sealed to whom it is for.

The seal keeps others' words out: a page elsewhere below the same domain may set cookies for us (RFC 6265 section 8.6),
and a sentence in our page, with a button beside it, is believed.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

COOKIE = "maild_flash"
SECONDS = 30
TEXT, REMEDY = 1500, 600  # bytes: with both the cookie stays below the 4096 that browsers keep
SEAL = 16
MOST = 4096
PURPOSE = b"maild console flash 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """What is told on the next page, once; what can be taken back for a while, as long as that.

    kind     'done' or 'failed'
    undo     the queue item that may be undone; several: the key of an act on several that may be
    until    when what was written leaves, in seconds of Unix time; 0: nothing of it does
    """

    kind: str
    text: str
    remedy: str = ""
    undo: int | None = None
    several: str = ""
    until: int = 0

    def left(self, now: datetime) -> int:
        """Seconds until what was written leaves."""
        return max(self.until - int(now.timestamp()), 0)


def sealed(flash: Flash, key: bytes, name: str) -> str:
    """The cookie's value, for the account of that name. key: matching.token_key."""
    row = [flash.kind, _cut(flash.text, TEXT), _cut(flash.remedy, REMEDY), flash.undo, flash.several, flash.until]
    said = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")
    return base64.urlsafe_b64encode(_seal(said, key, name) + said).decode()


def opened(value: str, key: bytes, name: str) -> Flash | None:
    """What the cookie says; None where we did not write it for them."""
    if not value or len(value) > MOST:
        return None
    try:
        data = base64.urlsafe_b64decode(value)
    except ValueError:
        return None
    seal, said = data[:SEAL], data[SEAL:]
    if not hmac.compare_digest(seal, _seal(said, key, name)):
        return None
    kind, text, remedy, undo, several, until = _row(said)
    return Flash(kind=kind, text=text, remedy=remedy, undo=undo, several=several, until=until)


def _row(said: bytes) -> Any:
    return json.loads(said)


def _seal(said: bytes, key: bytes, name: str) -> bytes:
    own = hmac.digest(key or _nobodys(), PURPOSE, "sha256")
    return hmac.digest(own, name.encode() + b"\0" + said, "sha256")[:SEAL]


@cache
def _nobodys() -> bytes:
    """Without a key (nothing is sent, nothing is read) words are told as long as the process lives."""
    return secrets.token_bytes(32)


def _cut(text: str, most: int) -> str:
    """At most so many bytes of UTF-8."""
    data = text.encode("utf-8", "replace")
    return text if len(data) <= most else data[: most - 3].decode("utf-8", "ignore") + "…"
