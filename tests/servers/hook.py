"""A real HTTP receiver of events on loopback: answers as told, and checks signatures by its own means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass(frozen=True)
class Posted:
    """One request as it arrived."""

    id: str
    timestamp: str
    signature: str
    body: bytes
    path: str
    headers: dict[str, str]

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def genuine(self) -> bool:
        """As a receiver would check it who has read the convention, and none of our code."""
        text = self.id.encode() + b"." + self.timestamp.encode() + b"." + self.body
        made = base64.b64encode(hmac.digest(KEY, text, hashlib.sha256)).decode()
        return f"v1,{made}" in self.signature.split(" ")


class HookServer:
    """`answer`: status for the n-th request (from 0), or one of 'hang', 'drop', 'drip', 'redirect'.

    certificate: folder of cert.pem and key.pem, for https
    """

    def __init__(self, answer: Callable[[int], int | str] = lambda n: 204, certificate: Path | None = None) -> None:
        self.answer, self._certificate = answer, certificate
        self.posts: list[Posted] = []
        self.follows = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.text = b""

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                said = {name.lower(): value for name, value in self.headers.items()}
                with outer._lock:
                    n = len(outer.posts)
                    outer.posts.append(
                        Posted(
                            said["webhook-id"],
                            said["webhook-timestamp"],
                            said["webhook-signature"],
                            body,
                            self.path,
                            said,
                        )
                    )
                    answer = outer.answer(n)
                self._give(answer)

            def _give(self, answer: int | str) -> None:
                if answer == "hang":
                    outer._over.wait(5)
                    self.close_connection = True
                elif answer == "drop":
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                elif answer == "drip":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    for n in range(100):
                        if outer._over.wait(0.1):
                            break
                        self.wfile.write(b"x-drip: %d\r\n" % n)
                    self.close_connection = True
                elif answer == "redirect":
                    self.send_response(307)
                    self.send_header("location", "/elsewhere")
                    self.send_header("content-length", "0")
                    self.end_headers()
                else:
                    self.send_response(int(answer))
                    self.send_header("content-length", str(len(outer.text)))
                    if int(answer) == 429:
                        self.send_header("retry-after", "120")
                    self.end_headers()
                    self.wfile.write(outer.text)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self._certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(self._certificate / "cert.pem", self._certificate / "key.pem")
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        scheme = "https" if self._certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}/hook"
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, count: int, seconds: float = 5.0) -> list[Posted]:
        """The requests, once so many are there."""
        until = time.monotonic() + seconds
        while len(self.posts) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.posts) >= count, f"{len(self.posts)} of {count} posted"
        return self.posts
