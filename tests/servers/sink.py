"""The fastest SMTP server that still speaks the protocol: counts mails, keeps nothing. For measuring.

Run as a program in its own process: `python -m tests.servers.sink` prints its port, then serves.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Sink(asyncio.Protocol):
    """One connection. Replies to each line at once; content is skipped up to the final dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer, self.content = transport, b"", False
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            end, skip = (b"\r\n.\r\n", 5) if self.content else (b"\r\n", 2)
            at = self.buffer.find(end)
            if at < 0:
                return
            line, self.buffer = self.buffer[:at], self.buffer[at + skip :]
            if self.content:
                self.content = False
                self.transport.write(b"250 2.0.0 Ok\r\n")
            else:
                self.command(line[:4].upper())

    def command(self, verb: bytes) -> None:
        if verb == b"EHLO":
            self.transport.write(b"250-sink\r\n250-SIZE 50000000\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n")
        elif verb == b"DATA":
            self.content = True
            self.transport.write(b"354 go on\r\n")
        else:
            self.transport.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 Ok\r\n")
            if verb == b"QUIT":
                self.transport.close()


@contextmanager
def sink() -> Iterator[int]:
    """A sink in its own process; its port."""
    child = subprocess.Popen([sys.executable, "-m", "tests.servers.sink"], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        yield int(child.stdout.readline())
    finally:
        child.terminate()
        child.wait(5)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())
