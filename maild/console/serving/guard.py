"""Before and after every answer: who it is, forged requests, the headers that keep a page's own.

The policy lets a page load from us alone, and nothing of a mail: no inline script or style, no frame but our own
sandboxed one, no other site (CSP Level 3).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from maild.console import SAY
from maild.console.serving import web
from maild.console.serving.bodies import DOOR_BYTES, FILE_BYTES, MOST_BYTES, Bodies, Body
from maild.console.who import Via, Who
from maild.domain.errors import MaildError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",  # else names of links are looked up before anybody follows one
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
}
LIVE = "/live"
# What is open to who has to change the password first, beside what is open to everybody.
CHANGING = frozenset({"/account/password", "/api/v1/account/password", "/sign-out"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def headers_of(secure: bool) -> dict[str, str]:
    """The headers of every answer. secure: browsers come over TLS."""
    return {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if secure else {})}


class Refuse(Protocol):
    """An error as a page, or for programs as problem+json: maild.console.app.failed."""

    def __call__(self, request: Request, status: int, what: str, remedy: str = "") -> Awaitable[Response]: ...


class Gate(Protocol):
    """Who may come in: maild.console.access."""

    def ours(self, request: Request) -> bool:
        """Whether the request came by a name of this console, and not by one that was made to point here."""

    def identify(self, request: Request, *, quiet: bool = False) -> Who | None:
        """Who sends the request, by session, trusted proxy or key; None for nobody we know. Blocking.

        quiet: a page that is open asks by itself: that is no use of a session, which ends when nobody uses it."""

    def token(self, request: Request, who: Who | None) -> str:
        """What the forms of this browser must carry."""

    def forged(self, request: Request, who: Who | None, token: str) -> str:
        """Why an unsafe request is not the browser's own wish, or ''."""

    def public(self, path: str) -> bool:
        """Whether the page is open to who is not signed in: signing in, its pictures."""

    def enter(self, request: Request) -> Response:
        """Where somebody unknown is sent."""

    def change(self, request: Request) -> Response:
        """Where somebody is sent who has to change the password first."""


class Guard:
    """ASGI middleware around all pages."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        gate: Gate,
        refuse: Refuse,
        takes_files: Callable[[str], bool],
        prefix: str = "",
        secure: bool = False,
    ) -> None:
        """takes_files: whether files are handed in at a path."""
        self._app, self._gate, self._refuse, self._prefix = app, gate, refuse, prefix
        self._headers, self._takes_files = headers_of(secure), takes_files
        self._bodies = Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._prefix:
            scope["root_path"] = self._prefix  # whether or not the proxy has cut it off
        with suppress(ClientDisconnect):  # who has gone in the middle of a body hears no answer, and is no fault
            await self._http(scope, receive, self._dressed(send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = _below(scope["path"], self._prefix)
        if path.startswith("/static/"):
            await self._app(scope, receive, send)
            return
        if not self._gate.ours(request):
            # The name itself is not repeated: it is the visitor's word (RFC 9110 section 15.5.20 for the status).
            said = SAY("not_known_by_this_name"), SAY("use_given_address")
            await (await self._refuse(request, 421, *said))(scope, receive, send)
            return
        try:
            who = await run_in_threadpool(partial(self._gate.identify, request, quiet=_by_itself(path)))
        except MaildError as error:  # the database is busy, say: it is not known who it is, and that is no fault
            response = await self._refuse(request, web.status_of(error), error.what)
            await response(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["who"], state["csrf"] = who, self._gate.token(request, who)
        if who is None and not self._gate.public(path):
            response = _unknown() if _program(request, path) else self._gate.enter(request)
            await response(scope, receive, send)
            return
        if who is not None and who.provisional and path not in CHANGING and not self._gate.public(path):
            response = _unchanged() if _program(request, path) else self._gate.change(request)
            await response(scope, receive, send)
            return
        most = DOOR_BYTES if who is None else FILE_BYTES if self._takes_files(path) else MOST_BYTES
        body = Body(request, receive, self._bodies, most)
        try:
            await self._answer(scope, body.receive, send, who)
        finally:
            body.give_back()

    async def _answer(self, scope: Scope, receive: Receive, send: Send, who: Who | None) -> None:
        request = Request(scope, receive)
        if request.method not in SAFE and not (who and who.via is Via.KEY):
            # The form is read here and kept on the request: what it carries must be known before anything acts.
            try:
                why, status = await self._forged(request, who), 403
            except HTTPException as error:
                why, status = error.detail, error.status_code
            if why:
                await (await self._refuse(request, status, why))(scope, receive, send)
                return
            receive = _again(await request.body())
        await self._app(scope, receive, send)

    async def _forged(self, request: Request, who: Who | None) -> str:
        token = request.headers.get("x-csrf-token", "")
        await request.body()
        if not token and "json" not in request.headers.get("content-type", ""):
            token = str((await request.form()).get("csrf", ""))
        return self._gate.forged(request, who, token)

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)  # what is shown in a frame has a policy of its own
            await send(message)

        return dressed


def _unknown() -> Response:
    """RFC 6750 section 3: what a program lacks is a key."""
    response = web.problem(401, "", "sign in first")
    response.headers["WWW-Authenticate"] = 'Bearer realm="maild"'
    return response


def _unchanged() -> Response:
    """A program in a browser's session is told what the browser is shown."""
    return web.problem(403, SAY("change_password_first"), "POST /api/v1/account/password: old, new, again")


def _below(path: str, prefix: str) -> str:
    """The path as the routes know it; '/illegal' is not below '/ill'."""
    return path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path


def _by_itself(path: str) -> bool:
    """Whether it is what an open page asks without anybody doing anything."""
    return path == LIVE or path.startswith(f"{LIVE}/")


def _program(request: Request, path: str) -> bool:
    return path.startswith("/api/") or web.wants_json(request)


def _again(body: bytes) -> Callable[[], Awaitable[Message]]:
    """The body once more, for the application."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
