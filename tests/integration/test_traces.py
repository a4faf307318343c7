"""Spans to a collector on loopback: what is sent, and that nothing waits for a collector that is away, slow or cross."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from maild.config import Secret, Traces
from maild.domain.errors import ConfigError
from maild.domain.operation.metric import SPANS, Tally
from maild.domain.operation.trace import Span, Trail, trace_of, trace_of_notice
from maild.hooks.traces import HEAP, SpanSender
from tests.servers.collector import Collector
from tests.servers.ports import free_port

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
STORE = "0e4c7c5e-1111-4222-8333-944444444444"


def counted(tally: Tally) -> dict[str, float]:
    return {labels[0]: n for (metric, labels), n in tally.counts().items() if metric is SPANS}


def fill(sender: SpanSender, count: int) -> None:
    trail = Trail(STORE, sender.take)
    for n in range(count):
        trail.stage("decide", n, NOW, NOW)


def until_counted(tally: Tally, wanted: dict[str, float], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while counted(tally) != wanted:
        assert time.monotonic() < deadline, counted(tally)
        time.sleep(0.02)


def test_one_trace_a_mail_whoever_asks() -> None:
    """The id follows from the store's name and the mail's number; another store's, another mail's, a notice's differ."""
    assert trace_of(STORE, 7) == trace_of(STORE, 7) != trace_of(STORE, 8)
    assert trace_of(STORE, 7) != trace_of(STORE.replace("0", "1"), 7)
    assert trace_of(STORE, 7) != trace_of_notice(STORE, 7)
    assert len(bytes.fromhex(trace_of(STORE, 7))) == 16


def test_what_the_collector_gets() -> None:
    """Ids, parents, moments, facts of all four types, the fault, the parts one after the other, the token."""
    tally = Tally()
    with Collector() as there:
        sender = SpanSender(Traces(endpoint=there.url, token=Secret("a-token")), tally)
        trail = Trail(STORE, sender.take)
        trail.received(7, NOW, NOW + timedelta(seconds=1), {"maild.mailbox": "office/收件箱", "maild.uid": 12})
        parts = [("parse", 0.25), ("classify", 0.5)]
        trail.stage("read", 7, NOW, NOW + timedelta(seconds=1), {"maild.x": 0.5, "maild.y": True}, within=parts)
        trail.stage("record", 7, NOW, NOW, fault="the mail")
        trail.notice("relay", 3, 7, NOW, NOW)
        trail.notice("relay", 4, None, NOW, NOW)
        sender.close()
    assert counted(tally) == {"sent": 7}
    assert there.services == {"maild"}
    assert there.heads[0]["authorization"] == "Bearer a-token"
    assert there.heads[0]["content-type"] == "application/x-protobuf"
    found = there.of(trace_of(STORE, 7))
    (first,), (read,), (parse,), (classify,), (record,), (relay,) = (
        found[name] for name in ("receive", "read", "parse", "classify", "record", "relay")
    )
    assert (first.parent, read.parent, parse.parent, relay.parent) == ("", first.id, read.id, first.id)
    assert first.facts == {"maild.mail": 7, "maild.mailbox": "office/收件箱", "maild.uid": 12}
    assert read.facts == {"maild.mail": 7, "maild.x": 0.5, "maild.y": True}
    assert first.began == int(NOW.timestamp()) * 10**9
    assert (parse.ended - parse.began, classify.began, classify.ended - classify.began) == (
        25 * 10**7,
        parse.ended,
        5 * 10**8,
    )
    assert (record.failed, read.failed) == ("the mail", "")
    assert relay.facts == {"maild.mail": 7, "maild.notice": 3}
    (alone,) = there.of(trace_of_notice(STORE, 4))["relay"]
    assert alone.facts == {"maild.notice": 4}


@pytest.mark.parametrize("answer", ["hang", "drip", 503, 429, "nobody"])
def test_taking_a_span_never_waits(answer: int | str) -> None:
    """Beside a collector that hangs, drips, is too busy or away: 10,000 spans in no time, the queue is bounded, the rest
    counted as dropped; the end waits for two requests at most."""
    tally = Tally()
    with Collector(answer=answer) as there:
        url = f"http://127.0.0.1:{free_port()}/v1/traces" if answer == "nobody" else there.url
        sender = SpanSender(Traces(endpoint=url, timeout_seconds=0.3, queue=1000), tally)
        began = time.process_time()
        fill(sender, 10_000)
        assert time.process_time() - began < 2.0
        assert counted(tally)["dropped"] == 9000
        ending = time.monotonic()
        sender.close()
        assert time.monotonic() - ending < 3.0
    assert there.spans == []
    assert counted(tally) == {"dropped": 10_000}


def test_it_goes_on_when_the_collector_is_back(caplog: pytest.LogCaptureFixture) -> None:
    """What waited is sent; that it failed, and that it is well again, is said once each."""
    tally = Tally()
    port = free_port()
    with caplog.at_level(logging.INFO, "maild.traces"):
        sender = SpanSender(Traces(endpoint=f"http://127.0.0.1:{port}/v1/traces", timeout_seconds=1), tally)
        fill(sender, HEAP + 10)
        deadline = time.monotonic() + 10
        while not caplog.messages:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with Collector(port=port) as there:
            until_counted(tally, {"sent": HEAP + 10})
            sender.close()
    assert len(there.spans) == HEAP + 10
    assert len({span.id for span in there.spans}) == HEAP + 10
    assert len(caplog.messages) == 2


def test_what_a_collector_refuses_is_not_sent_again() -> None:
    """A status that says never (OTLP: not retryable) costs that heap alone."""
    tally = Tally()
    with Collector(answer=400) as there:
        sender = SpanSender(Traces(endpoint=there.url), tally)
        fill(sender, 5)
        until_counted(tally, {"dropped": 5})
        there.answer = 200
        fill(sender, 5)
        until_counted(tally, {"dropped": 5, "sent": 5})
        sender.close()


def test_no_redirect_is_followed() -> None:
    """Where mail comes from is told to nobody but the address that is set."""
    tally = Tally()
    with Collector(answer=307) as there:
        sender = SpanSender(Traces(endpoint=there.url), tally)
        fill(sender, 1)
        until_counted(tally, {"dropped": 1})
        sender.close()
    assert len(there.heads) == 1


def test_without_an_endpoint_nothing_is_loaded_or_made() -> None:
    """Neither the library nor the sender, and a stage's span is never begun."""
    program = (
        "import sys, maild.bootstrap, maild.spine.process, maild.notify.sending.relay, maild.cli.app\n"
        "from maild.domain.operation.trace import Trail\n"
        "trail = Trail(); trail.stage('x', 1, None, None); assert not trail.on and trail.trace(1) == ''\n"
        "print(sorted(m for m in sys.modules if m.startswith(('opentelemetry', 'google.protobuf', 'maild.hooks.traces'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_an_endpoint_without_the_library_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install, instead of sending nothing for ever."""
    monkeypatch.setitem(sys.modules, "opentelemetry.proto.trace.v1", None)
    with pytest.raises(ConfigError, match="opentelemetry-proto") as refused:
        SpanSender(Traces(endpoint="http://127.0.0.1:1/v1/traces"), Tally())
    assert "maild[otel]" in str(refused.value.remedy)


def test_a_thousand_spans_cost_little() -> None:
    """Taking one is an append: less than 30 microseconds of processor time, sending aside."""
    taken: list[Span] = []
    trail = Trail(STORE, taken.append)
    best = 1.0
    for _ in range(3):
        began = time.thread_time()
        for n in range(1000):
            trail.stage("decide", n, NOW, NOW, {"maild.kind": "shipped"})
        best = min(best, (time.thread_time() - began) / 1000)
    assert best < 30e-6, best
