"""Names and attributes of our cookies (RFC 6265bis, section 4.1.3.2: what the prefixes of names promise)."""

from __future__ import annotations

import hashlib
import secrets

from starlette.requests import Request
from starlette.responses import Response

from maild.config import Console

SESSION, DOOR, OIDC = "maild", "maild-door", "maild-oidc"


def new() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def sha256(value: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def called(name: str, console: Console) -> str:
    """The name in the browser. __Host-: over TLS, from this host alone, for all its paths; below a path prefix the
    other pages of the host are not to get it, so __Secure- has to do."""
    if not console.secure:
        return name
    return f"__Secure-{name}" if console.prefix else f"__Host-{name}"


def put(response: Response, name: str, value: str, console: Console, seconds: int | None = None) -> None:
    """Set one; without `seconds` the browser forgets it when it closes."""
    response.set_cookie(
        called(name, console),
        value,
        max_age=seconds,
        path=_path(console),
        secure=console.secure,
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, name: str, console: Console) -> None:
    """Let the browser forget one."""
    response.delete_cookie(
        called(name, console), path=_path(console), secure=console.secure, httponly=True, samesite="lax"
    )


def given(request: Request, name: str, console: Console) -> str:
    """The value that came, or ''. What is absurdly long is none of ours."""
    value = request.cookies.get(called(name, console), "")
    return value if len(value) <= 4096 else ""


def _path(console: Console) -> str:
    return console.prefix + "/"
