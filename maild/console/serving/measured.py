"""What the console is asked, counted for the metrics."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from maild.domain.operation.metric import REQUEST_SECONDS, REQUESTS, Tally

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST"})  # anybody may write any word there: the others are one


class Measured:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, tally: Tally) -> None:
        self._app, self._tally = app, tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began = perf_counter()
        method = scope["method"] if scope["method"] in METHODS else "other"

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._tally.count(REQUESTS, method, str(message["status"]))
                self._tally.took(REQUEST_SECONDS, perf_counter() - began, method)
            await send(message)

        return await self._app(scope, receive, measured)
