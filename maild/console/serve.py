"""The console on a port: uvicorn, in this thread or in one of its own."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import uvicorn
from starlette.concurrency import run_in_threadpool

from maild import garbage
from maild.console.app import make_app
from maild.console.desk import Desk
from maild.console.in_force import InForce
from maild.console.serving.guard import Gate
from maild.console.serving.live import Hub
from maild.console.serving.web import Pages
from maild.console.serving.wire import MOST_CONNECTIONS, TimedProtocol
from maild.console.tries import Tries
from maild.console.wording.words import Words
from maild.domain.errors import ConfigError, Permanent
from maild.resources import data_folder

if TYPE_CHECKING:
    from maild.bootstrap import Services

# Parts with connections or processes of their own, made before threads may ask for one at the same moment: Python 3.12
# and later would make two, and one of them would be closed by nobody.
MADE_FIRST = ("store", "blobs", "viewer", "reader", "receipts", "invoice_files", "sheets")
GRACE_SECONDS = 5  # for answers under way when the server is told to stop
START_SECONDS = 20.0
SPARED = 6  # searches for garbage after which what is left is spared the next ones


def make_desk(services: Services) -> Desk:
    """The desk for these services. Raises ConfigError where a file of texts is broken."""
    (words, pages), console = _shipped(), services.settings.console
    services.make(MADE_FIRST)
    return Desk(
        in_force=InForce(services),
        words=words,
        pages=pages,
        hub=Hub(services),
        tries=Tries(services.clock.now),
        prefix=console.prefix,
        secure=console.secure,
    )


@cache
def _shipped() -> tuple[Words, Pages]:
    """What the program brings along stays while it runs: read and compiled once, however many desks a process has."""
    folder = data_folder("templates") / "console"
    return Words.load(folder / "words"), Pages(folder)


class Server:
    """A console that listens. Raises Permanent where the address is taken or not ours."""

    def __init__(self, desk: Desk, gate: Gate, listen: str) -> None:
        host, _, port = listen.rpartition(":")
        self._socket = _bind(host.strip("[]"), int(port))
        self._desk = desk
        config = uvicorn.Config(
            make_app(desk, gate),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=30,
            http=TimedProtocol,
            ws="none",
            h11_max_incomplete_event_size=65_536,
            limit_concurrency=MOST_CONNECTIONS,
        )
        self._server = _Server(config, desk)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}{self._desk.prefix}"

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        spare_what_stays()
        self._desk.in_force.start()
        self._server.run(sockets=[self._socket])

    def start(self) -> None:
        """Serve in a thread; ready when this returns. Raises Permanent where it does not start in time."""
        self._desk.in_force.start()
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="console", daemon=True)
        self._thread.start()
        limit = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > limit or not self._thread.is_alive():
                raise Permanent("the console does not start", remedy="see the log")
            time.sleep(0.005)

    def stop(self) -> None:
        """End the thread."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(GRACE_SECONDS + 5)


def spare_what_stays() -> None:
    """Let Python look for garbage only among what comes and goes, for as long as this process lives.

    Modules, tables and templates are most of its objects: to look at them all takes 100 ms, every dozen of large pages.
    What is loaded at first use is spared after the next few times.
    """
    left = SPARED
    garbage.serving()

    def spare(phase: str, about: Mapping[str, int]) -> None:
        nonlocal left
        if phase == "stop" and about["generation"] == 2:
            gc.freeze()
            left -= 1
            if not left:
                gc.callbacks.remove(spare)

    gc.callbacks.append(spare)
    gc.collect()


class _Server(uvicorn.Server):
    """Ends the streams first: they would keep the server from ending."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._desk = desk

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._desk.hub.close()
        await run_in_threadpool(self._desk.tries.close)
        await super().shutdown(sockets)
        self._desk.in_force.stop()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError as error:
        raise ConfigError(
            f"console.listen: {host}:{port}: {error.strerror}", remedy="choose another address or port"
        ) from error
    return made
