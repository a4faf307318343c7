"""Signatures of webhooks: HMAC-SHA256 (RFC 2104) over 'id.timestamp.body', in the form of Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret


def key_of(secret: str) -> bytes:
    """The key of a secret 'whsec_…'. Raises ValueError, which says what is wrong and never shows the secret."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"does not begin with '{PREFIX}'")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(f"what follows '{PREFIX}' is not base64") from error
    if not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(f"holds {len(key)} bytes: {SHORTEST} to {LONGEST} are asked for")
    return key


def headers(key: bytes, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that prove a body; `timestamp` in seconds since 1970."""
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
