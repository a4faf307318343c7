"""How much of requests' bodies is held in memory, and how long anybody may take to send one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from maild.console import SAY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Receive

# Of one request: where staff hand in files (20 MB, in base64), of staff elsewhere, of anybody.
FILE_BYTES, MOST_BYTES, DOOR_BYTES = 28_000_000, 2_000_000, 64_000
HELD_BYTES = 90_000_000  # of all that are being taken at a time: each is there twice while its form is read
IDLE_SECONDS = 20.0  # without a byte
LEAST_RATE = 20_000  # bytes a second, beside IDLE_SECONDS in all


class Bodies:
    """All bodies that are being taken. For one event loop."""

    def __init__(self, most: int = HELD_BYTES) -> None:
        self._left = most

    def take(self, size: int) -> bool:
        """Whether there is room for so many bytes more; then they are held."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give_back(self, size: int) -> None:
        """A request was answered."""
        self._left += size


class Body:
    """One request's body: refused before it is taken where it says that it is too long, else counted as it comes."""

    def __init__(self, request: Request, receive: Receive, bodies: Bodies, most: int) -> None:
        said = request.headers.get("content-length", "")
        self._said = int(said) if said.isdecimal() and len(said) < 16 else 0
        self._receive, self._bodies, self._most = receive, bodies, most
        self._taken = 0
        self._ended = False
        self._began = asyncio.get_running_loop().time()

    async def receive(self) -> Message:
        """The next message of the request. Raises HTTPException: 413, 408, 503."""
        if self._ended:
            return await self._receive()  # what is waited for now is that the browser goes
        if self._said > self._most:
            raise HTTPException(413, SAY("too_much"))
        try:
            async with asyncio.timeout_at(self._deadline()):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, SAY("too_slow"), headers={"Connection": "close"}) from None
        size = len(message.get("body", b""))
        if self._taken + size > self._most:
            raise HTTPException(413, SAY("too_much"))
        if not self._bodies.take(size):
            raise HTTPException(503, SAY("too_many_at_once"), headers={"Retry-After": "10"})
        self._taken += size
        self._ended = not message.get("more_body", False)
        return message

    def _deadline(self) -> float:
        now = asyncio.get_running_loop().time()
        return min(now + IDLE_SECONDS, self._began + IDLE_SECONDS + max(self._taken, 1) / LEAST_RATE + IDLE_SECONDS)

    def give_back(self) -> None:
        """It has been answered."""
        self._bodies.give_back(self._taken)
        self._taken = 0
