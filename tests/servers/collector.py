"""A collector of OpenTelemetry on loopback: takes OTLP over HTTP, keeps the spans, answers as told."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Came:
    """A span as it came, ids in hex."""

    name: str
    trace: str
    id: str
    parent: str
    began: int
    ended: int
    facts: Mapping[str, Any]
    failed: str


@dataclass
class Collector:
    """`answer`: a status, or 'hang' (until the end), or 'drip'. Use as a context manager."""

    answer: int | str = 200
    port: int = 0
    spans: list[Came] = field(default_factory=list)
    services: set[str] = field(default_factory=set)
    heads: list[Mapping[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        outer, self._over = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.heads.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
                if outer.answer == "hang":
                    outer._over.wait(30)
                    return
                if outer.answer == "drip":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    while not outer._over.wait(0.1):
                        self.wfile.write(b"x: y\r\n")
                    return
                if outer.answer == 200:
                    outer._keep(body)
                made = ExportTraceServiceResponse().SerializeToString()
                self.send_response(int(outer.answer))
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", str(len(made)))
                self.end_headers()
                self.wfile.write(made)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1/traces"
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def of(self, trace: str) -> dict[str, list[Came]]:
        """The spans of a trace, by name."""
        found: dict[str, list[Came]] = {}
        for span in self.spans:
            if span.trace == trace:
                found.setdefault(span.name, []).append(span)
        return found

    def _keep(self, body: bytes) -> None:
        for of in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services |= {one.value.string_value for one in of.resource.attributes if one.key == "service.name"}
            for scope in of.scope_spans:
                self.spans += [
                    Came(
                        name=one.name, trace=one.trace_id.hex(), id=one.span_id.hex(), parent=one.parent_span_id.hex(),
                        began=one.start_time_unix_nano, ended=one.end_time_unix_nano, failed=one.status.message,
                        facts={a.key: getattr(a.value, str(a.value.WhichOneof("value"))) for a in one.attributes},
                    )
                    for one in scope.spans
                ]  # fmt: skip
