"""How a token is shown to a mail server (SASL): OAUTHBEARER (RFC 7628), and XOAUTH2 of Microsoft and Google."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass

XOAUTH2, OAUTHBEARER = "XOAUTH2", "OAUTHBEARER"
NO_RIGHT = (
    "the provider gave a token, and the mail server does not take it: IMAP and SMTP AUTH have to be allowed for the "
    "mailbox, and the application (or who authorized it) needs the right to open it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is said first, and what to an error's challenge, so that the server ends the exchange."""

    mechanism: str
    first: bytes
    after_error: bytes


def shown(offered: Collection[str], user: str, token: str, host: str, port: int) -> Shown | None:
    """By the mechanism that the server offers; None where it knows neither. offered: names in capitals."""
    if OAUTHBEARER in offered:
        name = user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
        text = f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01"
        return Shown(mechanism=OAUTHBEARER, first=text.encode(), after_error=b"\x01")  # RFC 7628 section 3.2.3
    if XOAUTH2 in offered:
        text = f"user={user}\x01auth=Bearer {token}\x01\x01"
        return Shown(mechanism=XOAUTH2, first=text.encode(), after_error=b"")
    return None


def challenge_said(challenge: bytes) -> str:
    """What an error's challenge says ('status 401'), '' where it says nothing; challenge: as it was sent or decoded."""
    for raw in (challenge, _decoded(challenge)):
        try:
            said = json.loads(raw)
        except ValueError:
            continue
        return f"status {str(said.get('status', '?'))[:40]}" if isinstance(said, dict) else ""
    return ""


def _decoded(challenge: bytes) -> bytes:
    try:
        return b64decode(challenge, validate=True)
    except ValueError:
        return b""
