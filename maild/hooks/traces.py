"""Spans to a collector: OTLP over HTTP, in heaps, from a thread of its own. Mail never waits for it.

The one place where OpenTelemetry's library is used, and of that the wire format alone: the ids are ours, and a trace
goes through several processes, which its tracers do not know of (docs/decisions/0102).
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from maild import __version__
from maild.config import Traces
from maild.domain.errors import ConfigError
from maild.domain.operation.backoff import Backoff
from maild.domain.operation.metric import SPANS, Tally
from maild.domain.operation.trace import Fact, Span, nanoseconds
from maild.hooks.line import Line, words

EXTRA = "pip install 'maild[otel]'"
HEAP = 512  # spans in a request
PAUSE_SECONDS = 1.0  # a heap that is not full waits so long
LATER = frozenset({0, 429, 502, 503, 504})  # OTLP 1.0, "Retryable response codes"; 0: nothing came back
_BACKOFF = Backoff(base=1.0, cap=60.0, jitter=0.3)
log = logging.getLogger("maild.traces")


class SpanSender:
    """Takes spans and sends them; what does not fit into its queue is dropped and counted. Thread-safe.

    Raises ConfigError where the library is not installed.
    """

    def __init__(self, settings: Traces, tally: Tally, *, service: str = "maild") -> None:
        try:
            from opentelemetry.proto.trace.v1 import trace_pb2
        except ImportError as error:
            raise ConfigError(
                "traces.endpoint is set, and the library opentelemetry-proto is not installed", remedy=EXTRA
            ) from error
        self._of: Any = trace_pb2
        self._settings, self._tally, self._service = settings, tally, service
        self._line = Line(settings.timeout_seconds, settings.ca_file)
        self._queue: deque[Span] = deque()
        self._wanted, self._closed = threading.Event(), threading.Event()
        self._failures = 0
        self._thread = threading.Thread(target=self._work, name="traces", daemon=True)
        self._thread.start()

    def take(self, span: Span) -> None:
        """Have it sent. Never waits, never raises."""
        if self._closed.is_set() or len(self._queue) >= self._settings.queue:
            self._tally.count(SPANS, "dropped")
            return
        self._queue.append(span)
        if len(self._queue) >= HEAP:
            self._wanted.set()

    def close(self) -> None:
        """Send what waits, in the time of two requests; what the collector does not take then is dropped."""
        self._closed.set()
        self._wanted.set()
        self._thread.join(self._settings.timeout_seconds * 4)
        self._line.close()

    def _work(self) -> None:
        while not self._closed.is_set():
            self._wanted.wait(PAUSE_SECONDS)
            self._wanted.clear()
            while self._queue and not self._closed.is_set() and self._send():
                pass
            if self._failures:
                self._closed.wait(_BACKOFF.delay(self._failures, random.random()))  # noqa: S311  spread, no secret
        until = time.monotonic() + self._settings.timeout_seconds
        while self._queue and not self._failures and time.monotonic() < until and self._send():
            pass
        self._tally.count(SPANS, "dropped", by=len(self._queue))

    def _send(self) -> bool:
        """Send one heap; whether to go on at once. A refused one is dropped, any other stays."""
        heap = [self._queue[n] for n in range(min(HEAP, len(self._queue)))]
        body: bytes = self._written(heap).SerializeToString()
        said = {"content-type": "application/x-protobuf"}
        if token := self._settings.token.reveal():
            said["authorization"] = f"Bearer {token}"
        reply = self._line.ask("POST", self._settings.endpoint, body, said)
        taken = 200 <= reply.status < 300
        if taken or reply.status not in LATER:
            for _ in heap:
                self._queue.popleft()
            self._tally.count(SPANS, "sent" if taken else "dropped", by=len(heap))
        self._note(taken, reply.status, reply.text)
        return taken

    def _note(self, taken: bool, status: int, text: str) -> None:
        """Say it when it begins to fail and when it is well again, not each time."""
        if taken:
            if self._failures:
                log.info("the collector takes traces again")
            self._failures = 0
            return
        if not self._failures:
            why = words(f"HTTP {status} {text}" if status else text)
            log.warning(
                "the collector takes no traces: %s; mail goes on, spans are dropped once %d wait",
                why,
                self._settings.queue,
            )
        self._failures += 1

    def _written(self, spans: Sequence[Span]) -> Any:
        data = self._of.TracesData()
        of = data.resource_spans.add()
        _put(of.resource.attributes, {"service.name": self._service, "service.version": __version__})
        scope = of.scope_spans.add()
        scope.scope.name, scope.scope.version = "maild", __version__
        for span in spans:
            made = scope.spans.add()
            made.trace_id, made.span_id = bytes.fromhex(span.trace), bytes.fromhex(span.id)
            made.parent_span_id = bytes.fromhex(span.parent)
            made.name, made.kind = span.name, self._of.Span.SPAN_KIND_INTERNAL
            made.start_time_unix_nano, made.end_time_unix_nano = nanoseconds(span.began), nanoseconds(span.ended)
            made.flags = 1  # sampled (W3C Trace Context section 3.2.2.5.1)
            _put(made.attributes, span.facts)
            if span.fault:
                made.status.code, made.status.message = self._of.Status.STATUS_CODE_ERROR, span.fault
        return data


def _put(attributes: Any, facts: Mapping[str, Fact]) -> None:
    for name, fact in facts.items():
        value = attributes.add(key=name).value
        if isinstance(fact, bool):
            value.bool_value = fact
        elif isinstance(fact, int):
            value.int_value = fact
        elif isinstance(fact, float):
            value.double_value = fact
        else:
            value.string_value = fact
