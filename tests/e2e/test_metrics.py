"""`maild run` and `maild console` between real servers, asked by a real Prometheus."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from maild.domain.operation.metric import METRICS, Metric, Sort, Whose
from maild.office.watch.statistics import FigureKeeper
from tests.e2e.test_console_process import environment
from tests.e2e.test_daemon_process import Site, running, site, until
from tests.servers.ports import free_port
from tests.servers.prometheus import Prometheus, prometheus, promtool
from tools.dashboard import queries

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
MONITORING = Path(__file__).parents[2] / "monitoring"
# What needs a fault, an alarm road, a receiver of events, a picture, or a day to have passed.
RARE = {
    "maild_mails_troubled_total", "maild_receipts_read_total", "maild_receipt_duration_seconds", "maild_alarms_total",
    "maild_webhook_events_total", "maild_trouble_open", "maild_balance_even", "maild_balance_timestamp_seconds",
    "maild_outbox_daily_budget_left_notices",
}  # fmt: skip

# With the second beat; with the second look at the figures. Both in tests/console/test_metrics_of_the_office.py.
HEARD = {"maild_folder_answered_timestamp_seconds"}
LATER = HEARD | {"maild_automatic_ratio", "maild_recent_mails", "maild_recent_rule_mails", "maild_trace_spans_total"}


@contextmanager
def console(place: Site) -> Iterator[None]:
    """The console beside the daemon; it serves when the block begins."""
    port = free_port()
    command = [sys.executable, "-m", "maild", "console", "--config", str(place.folder / "maild.toml")]
    with (place.folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--listen", f"127.0.0.1:{port}"], stdout=log, stderr=log, cwd=place.folder, env=environment()
        )
    try:
        until("the console answers", lambda: _answers(f"http://127.0.0.1:{port}/healthz"), 60, place)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code in (200, 503)
    except httpx.TransportError:
        return False


def names(port: int) -> set[str]:
    """Of all samples, as they stand in a query; what is written has to please promtool."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    assert promtool("check", "metrics", stdin=text) == ""
    return {sample.name for family in parse(text) for sample in family.samples}


def wanted(*whose: Whose) -> set[str]:
    """What a process of that kind has to tell once it has worked."""
    return {_sample(metric) for metric in METRICS if metric.whose in whose and metric.name not in RARE}


def _sample(metric: Metric) -> str:
    return f"{metric.name}_bucket" if metric.sort is Sort.HISTOGRAM else metric.name


def _scraped(server: Prometheus, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while len(server.ask('up{job="maild"} == 1')) < 2:
        assert time.monotonic() < deadline, server.get("targets")
        time.sleep(0.2)


def test_prometheus_asks_daemon_and_console(tmp_path: Path) -> None:
    """All metrics are told, the shipped configuration and alerts load, every query of the dashboard is answered."""
    mine, theirs = free_port(), free_port()
    options = f'[metrics]\nlisten = "127.0.0.1:{mine}"\nconsole_listen = "127.0.0.1:{theirs}"\n'
    with site(tmp_path, daemon=options) as place, running(place):
        until("ready", lambda: "event=ready" in place.log, 30, place)
        place.imap.deliver(place.office.shipped("2026112000101"))
        place.imap.deliver(place.office.mail(**{"from": "A <a@stranger.example>", "subject": "你好", "text": "在吗"}))
        until("sent", lambda: any(b"2026112000101.pdf" in mail.raw for mail in place.smtp.mails), 30, place)
        until("filed", lambda: place.imap.exists() == 0, 30, place)
        with place.store() as store:
            FigureKeeper(store, place.office.services.clock, "Asia/Shanghai").count(whole=True, ever=True)
        office = wanted(Whose.OFFICE, Whose.EACH)
        until("sent counted", lambda: "maild_notices_relayed_total" in names(mine), 10, place)
        assert not (office | wanted(Whose.DAEMON)) - names(mine) - LATER
        with console(place):
            assert not (office | wanted(Whose.CONSOLE)) - names(theirs) - HEARD
            _asked(tmp_path, mine, theirs)
        assert "Traceback" not in place.log


def _asked(folder: Path, mine: int, theirs: int) -> None:
    """By a Prometheus with the shipped configuration on the ports of this test."""
    text = (MONITORING / "prometheus.yml").read_text("utf-8")
    text = text.replace(":9830", f":{mine}").replace(":9831", f":{theirs}").replace("30s", "1s")
    (folder / "maild.rules.yml").write_bytes((MONITORING / "maild.rules.yml").read_bytes())
    with prometheus(folder, text) as server:
        _scraped(server)
        assert server.ask("max(maild_ready)")[0]["value"][1] == "1"
        assert float(server.ask('sum(maild_notices_relayed_total{result="sent"})')[0]["value"][1]) >= 1
        assert server.ask('maild_stage_duration_seconds_count{stage="parse"}')[0]["value"][1] == "2"
        assert server.ask("max by (cause) (maild_queue_items)")[0]["metric"] == {"cause": "unknown_sender"}
        for query in queries():
            server.ask(query.replace("$__rate_interval", "1m"))
        (group,) = server.get("rules")["groups"]
        assert [rule["name"] for rule in group["rules"] if rule["health"] == "err"] == []
