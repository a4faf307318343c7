"""`maild run` with a collector: one trace a mail from the first byte to the notice, found again by its item."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_daemon_process import Site, running, site, stop, until
from tests.servers.collector import Collector

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
PRIVATE = ("stranger", "在吗", "小明", "@", "pdf")


def maild(place: Site, *words: str) -> str:
    command = [sys.executable, "-m", "maild", *words, "--config", str(place.folder / "maild.toml")]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=place.folder, timeout=60).stdout


def test_one_trace_from_the_first_byte_to_the_notice(tmp_path: Path) -> None:
    """Received, read, matched, decided, recorded, rendered, sent: one id, one parent; no word of the mail in it."""
    with Collector() as there:
        options = f'[traces]\nendpoint = "{there.url}"\n'
        with site(tmp_path, daemon=options) as place, running(place) as process:
            until("ready", lambda: "event=ready" in place.log, 30, place)
            place.imap.deliver(place.office.shipped("2026112000101"))
            place.imap.deliver(
                place.office.mail(**{"from": "A <a@stranger.example>", "subject": "你好", "text": "在吗"})
            )
            until("sent", lambda: any(b"2026112000101.pdf" in mail.raw for mail in place.smtp.mails), 30, place)
            until("filed", lambda: place.imap.exists() == 0, 30, place)
            assert stop(process) == 0  # the end sends what waits
            (item,) = [json.loads(line) for line in maild(place, "queue", "list", "--json").splitlines()]
            shown = json.loads(maild(place, "queue", "show", str(item["id"]), "--json"))
        traces = {span.trace for span in there.spans if span.name == "receive"}
        assert len(traces) == 2
        (shipped,) = {span.trace for span in there.spans if span.facts.get("maild.notice_kind") == "document_delivered"}
        way = there.of(shipped)
        assert {
            "receive",
            "read",
            "parse",
            "authenticate",
            "classify",
            "match",
            "decide",
            "record",
            "render",
            "relay",
        } <= set(way)
        (first,) = way["receive"]
        for name in ("read", "match", "decide", "record", "render", "relay"):
            assert {span.parent for span in way[name]} == {first.id}, name
        order = ["receive", "read", "match", "decide", "record", "render", "relay"]
        began = [way[name][-1].began for name in order]
        assert began == sorted(began)
        assert all(span.ended >= span.began for span in there.spans)
        assert way["decide"][0].facts["maild.kind"] in ("delivered", "shipped")
        assert way["relay"][0].facts["maild.verdict"] == "sent"
        assert shown["trace"] in traces - {shipped}
        assert f"trace={shipped}" in place.log
        said = " ".join(str(fact) for span in there.spans for fact in (*span.facts.values(), span.failed))
        assert not [word for word in PRIVATE if word in said]
        assert "Traceback" not in place.log


def test_mail_goes_on_beside_a_collector_that_hangs(tmp_path: Path) -> None:
    """The notice is sent as ever, and the end comes in time."""
    with Collector(answer="hang") as there:
        options = f'[traces]\nendpoint = "{there.url}"\ntimeout_seconds = 1\n'
        with site(tmp_path, daemon=options) as place, running(place) as process:
            until("ready", lambda: "event=ready" in place.log, 30, place)
            place.imap.deliver(place.office.shipped("2026112000101"))
            until("sent", lambda: any(b"2026112000101.pdf" in mail.raw for mail in place.smtp.mails), 15, place)
            assert stop(process, seconds=20) == 0
        assert there.heads
        assert "takes no traces" in place.log
