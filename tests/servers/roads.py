"""A group robot's and a heartbeat's end of the alarm roads, on loopback: keeps what comes, answers as told."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Roads:
    """`answer`: the JSON that a POST gets (status 200), or one of 'hang', 'drip', or a status."""

    answer: dict[str, Any] | str | int = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    posts: list[tuple[str, Any]] = field(default_factory=list)
    gets: list[tuple[float, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        outer, self._over = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.posts.append((self.path, json.loads(body)))
                if outer.answer == "hang":
                    outer._over.wait(10)
                elif outer.answer == "drip":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    while not outer._over.wait(0.1):
                        self.wfile.write(b"x: y\r\n")
                elif isinstance(outer.answer, int):
                    self._give(outer.answer, b"no")
                else:
                    self._give(200, json.dumps(outer.answer).encode())

            def do_GET(self) -> None:
                outer.gets.append((time.monotonic(), self.path))
                self._give(200, b"ok")

            def _give(self, status: int, text: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def texts(self) -> list[str]:
        """The texts that robots were to say."""
        return [
            str(body.get("text", {}).get("content") or body.get("content", {}).get("text", ""))
            for _, body in self.posts
        ]
