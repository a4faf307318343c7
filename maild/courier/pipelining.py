"""Several SMTP commands in one write, and their replies in order (RFC 2920): one round trip in place of three.

aiosmtplib answers one command at a time, so while the group is under way the connection's bytes come here; so they do
while a mail's content is, whose reply may come before all of it is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import aiosmtplib
from aiosmtplib import SMTPResponse

MOST_BYTES = 65_536  # of all replies to a group


class Replies(asyncio.Protocol):
    """Collects so many replies; what else happens to the connection is told to the protocol `below`.

    complete: done with the last of them, or with what broke the connection
    """

    def __init__(self, below: asyncio.Protocol, count: int) -> None:
        self._below, self._count = below, count
        self._rest, self._size = b"", 0
        self._lines: list[bytes] = []
        self.found: list[SMTPResponse] = []
        self.complete: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            for line in lines[: 1000 if self._size <= MOST_BYTES else 0]:
                self._line(line)
        except ValueError:
            self._end(aiosmtplib.SMTPResponseException(-1, "malformed reply"))
        if self._size > MOST_BYTES:
            self._end(aiosmtplib.SMTPResponseException(-1, "replies too long"))

    def _line(self, line: bytes) -> None:
        self._lines.append(line[4:].strip(b" \t\r"))
        code = int(line[:3])
        if line[3:4] == b"-" or len(self.found) == self._count:
            return
        said, self._lines = b"\n".join(self._lines), []
        self.found.append(SMTPResponse(code, said.decode("utf-8", "surrogateescape")))
        if len(self.found) == self._count:
            self._end(None)

    def _end(self, why: Exception | None) -> None:
        if self.complete.done():
            return
        if why is None:
            self.complete.set_result(None)
        else:
            self.complete.set_exception(why)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(aiosmtplib.SMTPServerDisconnected("Connection lost"))
        self._below.connection_lost(exc)

    def eof_received(self) -> bool | None:
        self._end(aiosmtplib.SMTPServerDisconnected("Unexpected EOF received"))
        return self._below.eof_received()

    def pause_writing(self) -> None:
        self._below.pause_writing()

    def resume_writing(self) -> None:
        self._below.resume_writing()


@contextmanager
def listening(client: aiosmtplib.SMTP, count: int) -> Iterator[tuple[asyncio.Transport, Replies]]:
    """The connection, and the next so many replies. Raises aiosmtplib.SMTPServerDisconnected where there is none."""
    below, transport = client.protocol, client.transport
    if below is None or not isinstance(transport, asyncio.Transport) or transport.is_closing():
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    replies = Replies(below, count)
    transport.set_protocol(replies)
    try:
        yield transport, replies
    finally:
        transport.set_protocol(below)
        replies.complete.cancel()


async def ask(client: aiosmtplib.SMTP, commands: Sequence[bytes], seconds: float) -> list[SMTPResponse]:
    """The replies; fewer than commands where the server hung up after a refusal among them.

    Raises aiosmtplib.SMTPException for a connection that broke, OSError (TimeoutError) for one that fell silent.
    """
    with listening(client, len(commands)) as (transport, replies):
        try:
            transport.write(b"".join(command + b"\r\n" for command in commands))
            async with asyncio.timeout(seconds):
                await replies.complete
        except aiosmtplib.SMTPException:
            if not any(reply.code >= 400 for reply in replies.found):
                raise
    return replies.found
