"""GET /metrics on a port of its own. What it costs is bounded, and mail never waits for it, nor for its port."""

from __future__ import annotations

import hmac
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from maild.bootstrap import Services
    from maild.domain.operation.heartbeat import Running

log = logging.getLogger("maild.metrics")
SECONDS = 10.0  # for a request; and between two tries of a port that another still holds
AT_A_TIME = 4
Answer = Callable[[str], tuple[bytes, str]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], answer: Answer, token: str) -> None:
        self.answer, self.token = answer, token
        self.places = threading.BoundedSemaphore(AT_A_TIME)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for each, of a few: whoever opens more connections is hung up on."""
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the place back at the end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up, or dawdles, is no fault of ours; what is one has its traceback."""
        log.debug("metrics", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SECONDS
    server_version, sys_version = "maild", ""

    def do_GET(self) -> None:
        """The metrics, for who shows the token where there is one."""
        if self.path.partition("?")[0] != "/metrics":
            return self._say(404, b"GET /metrics\n")
        shown = self.headers.get("Authorization", "").encode("utf-8", "replace")
        if self.server.token and not hmac.compare_digest(shown, f"Bearer {self.server.token}".encode()):
            return self._say(401, b"a token is wanted\n", **{"WWW-Authenticate": "Bearer"})
        body, kind = self.server.answer(self.headers.get("Accept", ""))
        return self._say(200, body, **{"Content-Type": kind})

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/plain", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a line every quarter of a minute says nothing."""


class Listener:
    """Listens from a thread. A port that is taken is tried again: the process before this one may still hold it."""

    def __init__(self, listen: str, answer: Answer, token: str = "") -> None:
        host, _, port = listen.rpartition(":")
        self._address, self._answer, self._token = (host.strip("[]"), int(port)), answer, token
        self._ended = threading.Event()
        self._server: _Server | None = None
        self.ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens, once it is ready."""
        assert self._server is not None
        return int(self._server.server_address[1])

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._server = _Server(self._address, self._answer, self._token)
                break
            except OSError as error:
                log.warning("metrics: %s:%s: %s; it is tried again", *self._address, error.strerror or error)
                self._ended.wait(SECONDS)
        if self._server is not None:
            self.ready.set()
            with self._server:
                self._server.serve_forever(poll_interval=0.2)

    def close(self) -> None:
        """Listen no more."""
        self._ended.set()
        if self._server is not None:
            self._server.shutdown()
        self._thread.join(SECONDS)


@contextmanager
def _open(services: Callable[[], Services], role: Running, listen: str, token: str) -> Iterator[Listener]:
    from maild.metrics.expose import registry_of, written

    registry = registry_of(services, role)
    listener = Listener(listen, lambda accept: written(registry, accept), token)
    try:
        yield listener
    finally:
        listener.close()


def serving(services: Callable[[], Services], role: Running, listen: str) -> AbstractContextManager[Listener | None]:
    """Answer while the block runs; nothing where `listen` is ''."""
    token = services().settings.metrics.token.reveal()
    return _open(services, role, listen, token) if listen else nullcontext()
