"""HTTP/1.1 with a limit of time for a request's head: who connects and says nothing keeps no connection."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0
MOST_CONNECTIONS = 500


class TimedProtocol(H11Protocol):
    """uvicorn's protocol; what is kept open between requests it times itself."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A head is awaited."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """A head has begun, or has ended."""
        if self._between and self._late is None:
            self._await_head()
        super().data_received(data)
        if not self._between:
            self._heard()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._heard()
        super().connection_lost(exc)

    @property
    def _between(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        self._late = self.loop.call_later(self.head_seconds, self._close)

    def _heard(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._late = None
        if self._between and not self.transport.is_closing():
            self.transport.close()
