"""The embedded mail servers: loopback only, in memory, gone when the demo ends."""

from __future__ import annotations

import asyncio
import threading
from argparse import ArgumentParser
from collections.abc import Coroutine, Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
HOST = "127.0.0.1"
START_SECONDS = 20.0
END_SECONDS = 2.0  # for connections that are cut off


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_task_factory(self._kept)
        self._tasks = set[asyncio.Task[Any]]()
        self._thread = threading.Thread(target=self.loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(START_SECONDS)

    def stop(self) -> None:
        """End what is running there, then the loop."""
        self.run(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(START_SECONDS)

    def _kept(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T] | Generator[Any, None, T], /, **more: Any
    ) -> asyncio.Task[T]:
        """A task that is kept until it is done. A loop keeps none, and of a connection whose other end has gone nothing
        does from Python 3.12 on: it would be told as an error, with a traceback, whenever garbage is looked for.
        """
        task = asyncio.Task(work, loop=loop, **more)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _end(self) -> None:
        left = self._tasks - {asyncio.current_task()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=END_SECONDS)


class ImapServer:
    """pymap with its dict backend: LOGIN without TLS on loopback, one user, IDLE and MOVE."""

    def __init__(self, user: str, password: str, port: int = 0) -> None:
        self.user, self.password = user, password
        self._loop = Loop("demo-imap")
        self._server = self._loop.run(self._start(port))
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _start(self, port: int) -> asyncio.Server:
        from proxyprotocol.reader import ProxyProtocolReader
        from pymap.backend.dict import DictBackend
        from pymap.imap import IMAPServer, IMAPService

        parser = ArgumentParser()
        IMAPService.add_arguments(parser)
        DictBackend.add_subparser("dict", parser.add_subparsers(dest="backend"))
        words = [
            "--host",
            HOST,
            "--port",
            str(port),
            "--no-tls",
            "dict",
            f"--demo-user={self.user}",
            f"--demo-password={self.password}",  # one word: a password may begin as an option does
        ]
        args = parser.parse_args(words)
        args.debug, args.passlib_cfg = False, None
        backend, config = await DictBackend.init(args)
        config.apply_context()
        callback = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        return await asyncio.start_server(callback, HOST, port)

    def append(self, mails: Sequence[bytes], folder: str = "INBOX") -> None:
        """Put mails into the folder, as a delivery would. Raises ConnectionError where the server refuses one."""
        import imaplib

        with imaplib.IMAP4(HOST, self.port, timeout=START_SECONDS) as client:
            client.login(self.user, self.password)
            for mail in mails:
                status, data = client.append(folder, "", "", mail)
                if status != "OK":
                    raise ConnectionError(f"APPEND to {folder}: {data!r}")

    def clear(self, folder: str = "INBOX") -> None:
        """Remove what the backend puts there for show."""
        import imaplib

        with imaplib.IMAP4(HOST, self.port, timeout=START_SECONDS) as client:
            client.login(self.user, self.password)
            client.select(folder)
            client.store("1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()

    def stop(self) -> None:
        self._loop.loop.call_soon_threadsafe(self._server.close)
        self._loop.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail that a patron's server took in."""

    recipients: tuple[str, ...]
    raw: bytes


class SmtpServer:
    """Takes every mail for every patron and keeps it."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._loop = Loop("demo-smtp")
        self._server = self._loop.run(self._start())
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _start(self) -> asyncio.Server:
        from aiosmtpd.smtp import SMTP

        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: SMTP(self, hostname="demo.example", loop=loop), HOST, 0)

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep the mail; aiosmtpd calls this after the final dot."""
        self.received.append(Received(recipients=tuple(envelope.rcpt_tos), raw=bytes(envelope.content)))
        return "250 2.0.0 kept"

    def stop(self) -> None:
        self._loop.loop.call_soon_threadsafe(self._server.close)
        self._loop.stop()
