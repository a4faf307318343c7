"""Forged requests: each form carries a token that only a page of ours can know, and browsers say who asked.

The token is an HMAC of what the browser holds (session, or a cookie of the sign-in page), under a random mask: it is
another one in each page, so that compression tells nothing of it (BREACH).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from starlette.requests import Request

from maild.config import Console
from maild.console import SAY

INFO = b"maild console csrf 1"
SIZE = 32


class Csrf:
    """Makes and checks tokens with a key of its own, derived from matching.token_key."""

    def __init__(self, token_key: bytes) -> None:
        # Without a key (nothing is sent, nothing is read) tokens live as long as the process.
        secret = token_key or secrets.token_bytes(SIZE)
        self._key = HKDF(algorithm=SHA256(), length=SIZE, salt=None, info=INFO).derive(secret)

    def token(self, bound: str) -> str:
        """A token for what the browser holds."""
        mask = secrets.token_bytes(SIZE)
        return base64.urlsafe_b64encode(mask + _xor(mask, self._mac(bound))).rstrip(b"=").decode()

    def fits(self, token: str, bound: str) -> bool:
        """Whether the token was made for this browser."""
        try:
            data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            return False
        return len(data) == 2 * SIZE and hmac.compare_digest(_xor(data[:SIZE], data[SIZE:]), self._mac(bound))

    def _mac(self, bound: str) -> bytes:
        return hmac.digest(self._key, bound.encode(), "sha256")


def foreign(request: Request, console: Console) -> str:
    """Why the browser itself says that another site asked, or ''. A client that says nothing is not a browser of today.

    Sec-Fetch-Site cannot be set by a page; it is sent over TLS and to loopback. Origin else (RFC 6454).
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return "" if site in ("same-origin", "none") else SAY("another_site")
    origin = request.headers.get("origin")
    if origin is None or origin in _ours(request, console):
        return ""
    return SAY("another_site")


def _ours(request: Request, console: Console) -> set[str]:
    if console.public_url:
        parts = urlsplit(console.public_url)
        return {f"{parts.scheme}://{parts.netloc}".lower()}
    return {f"{request.url.scheme}://{request.headers.get('host', '')}".lower()}


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
