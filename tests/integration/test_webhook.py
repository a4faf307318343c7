"""Events posted to a real HTTP server: signed, in order, again until taken, and lost by no death."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Mailbox, Secret, Settings, Smtp, Staff, Store, Webhook
from maild.doctor.local import events
from maild.doctor.model import Level
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import JournalEntry
from maild.office.webhook.deliveries import Deliverer
from maild.store.leases import free_dead
from tests.servers.clock import MovedClock
from tests.servers.hook import SECRET, HookServer
from tests.servers.schema import lay_out
from tests.servers.smtp import certificate

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _settings(folder: Path, url: str, **hook: object) -> Settings:
    base = Settings()
    values: dict[str, object] = {
        "url": url,
        "secret": Secret(SECRET),
        "timeout_seconds": 0.3,
        "retry_base_seconds": 5.0,
    }
    return replace(
        base,
        store=Store(url=f"sqlite:///{folder / 'maild.db'}", blobs=folder / "blobs", upgrade=True),
        webhook=Webhook(**{**values, **hook}),  # type: ignore[arg-type]
        staff=Staff(addresses=("staff@lib.example",), language="en"),
        matching=replace(base.matching, token_key=Secret("ab" * 32)),
        mailbox=(Mailbox(host="127.0.0.1", user="u", password=Secret("p")),),
        smtp=Smtp(host="127.0.0.1"),
    )


class House:
    """A store that tells, its sender, and a clock that can be moved."""

    def __init__(self, folder: Path, server: HookServer, **hook: object) -> None:
        self.clock = MovedClock(NOW)
        self.services = Services(_settings(folder, server.url, **hook), clock=self.clock)
        lay_out(folder / "maild.db")

    @property
    def sender(self) -> Deliverer:
        found = self.services.deliveries
        assert found is not None
        return found

    def happen(self, *numbers: str, after: str = "shipped") -> None:
        with self.services.store.begin() as uow:
            uow.journal.add(
                [
                    JournalEntry(what="state", at=self.clock.now(), number=n, before="submitted", after=after)
                    for n in numbers
                ]
            )

    def states(self) -> list[str]:
        with self.services.store.read() as uow:
            return [event.state.value for event in reversed(uow.events.find())]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes a house beside a server."""
    made: list[House] = []

    def build(server: HookServer, **hook: object) -> House:
        made.append(House(tmp_path, server, **hook))
        return made[-1]

    yield build
    for one in made:
        one.services.close()


def test_an_event_arrives_signed(house: Callable[..., House]) -> None:
    """Standard headers, a signature that an independent check accepts, stable keys; and only once."""
    with HookServer() as server:
        home = house(server)
        home.happen("N1")
        assert home.sender.run_once().sent == 1
        assert home.sender.run_once().sent == 0
        (posted,) = server.posts
        assert posted.genuine
        assert posted.path == "/hook"
        assert posted.timestamp == str(int(NOW.timestamp()))
        assert posted.headers["content-type"] == "application/json"
        assert posted.json["type"] == "transaction.state"
        assert posted.json["timestamp"] == "2026-11-24T09:00:00+00:00"
        assert posted.json["data"] == {
            "number": "N1",
            "before": "submitted",
            "after": "shipped",
            "actor": "maild",
            "mail_id": None,
            "notice_id": None,
        }
        assert home.states() == ["sent"]


@pytest.mark.parametrize("answer", [500, 503, 429, "hang", "drop", "drip", 404, "redirect"])
def test_what_is_not_taken_is_sent_again_under_the_same_id(house: Callable[..., House], answer: int | str) -> None:
    """Whatever goes wrong: the event waits, later ones of its transaction wait behind it, and nothing is lost."""
    with HookServer(lambda n: answer if n == 0 else 200) as server:
        home = house(server)
        home.happen("N1")
        home.clock.pass_time(seconds=1)
        home.happen("N1", after="delivered")
        report = home.sender.run_once()
        assert (report.sent, report.deferred) == (0, 1)
        assert home.sender.run_once().sent == 0  # not yet
        assert home.states()[0] == "waiting"
        home.clock.pass_time(minutes=3)
        while home.sender.run_once().more:
            pass
        first, again, *later = server.posts
        assert (first.id, first.body) == (again.id, again.body)
        assert again.genuine
        assert [post.json["data"]["after"] for post in later] == ["delivered"]
        assert set(home.states()) == {"sent"}
        assert all(post.path == "/hook" for post in server.posts)


def test_a_refused_event_does_not_hold_up_others(house: Callable[..., House]) -> None:
    """One that the receiver will not take waits alone; its retries spread out, and days later staff are told."""
    with HookServer(lambda n: 400) as server:
        home = house(server)
        home.happen("N1")
        home.sender.run_once()
        server.answer = lambda n: 422 if server.posts[n].json["data"]["number"] == "N1" else 200
        home.happen("N2", "N3")
        assert home.sender.run_once().sent == 2
        tries = 0
        while home.states()[0] == "waiting":
            home.clock.pass_time(hours=1)
            tries += home.sender.run_once().deferred
        assert home.states() == ["failed", "sent", "sent"]
        assert 10 < tries < 30
        with home.services.store.read() as uow:
            (item,) = uow.reviews.find(cause=Cause.SEND_FAILED)
            told = uow.outbox.of_subject(item.key)
        assert "events resend --failed" in " ".join(item.reasons)
        assert [(row.request.kind, row.request.recipient) for row in told] == [
            (NoticeKind.STAFF_ALERT, "staff@lib.example")
        ]


def test_410_stops_until_staff_say_so(house: Callable[..., House], tmp_path: Path) -> None:
    """Gone is gone: nothing more is sent, across restarts, until resend or another address."""
    with HookServer(lambda n: 410) as server:
        home = house(server)
        home.happen("N1", "N2")
        assert home.sender.run_once().gone
        home.clock.pass_time(days=1)
        assert home.sender.run_once().gone
        assert house(server).sender.run_once().gone
        assert len(server.posts) == 1
        assert home.states() == ["gone", "waiting"]
        with home.services.store.read() as uow:
            assert len(uow.reviews.find(cause=Cause.SEND_FAILED)) == 1
    with HookServer() as other:
        moved = house(other)
        moved.clock.pass_time(days=1)
        while moved.sender.run_once().more:
            pass
        assert [post.json["data"]["number"] for post in other.posts] == ["N1", "N2"]


def test_retry_after_is_heeded(house: Callable[..., House]) -> None:
    """A receiver that asks for two minutes gets them."""
    with HookServer(lambda n: 429 if n == 0 else 200) as server:
        home = house(server)
        home.happen("N1")
        home.sender.run_once()
        home.clock.pass_time(seconds=100)
        assert home.sender.run_once().sent == 0
        home.clock.pass_time(seconds=21)
        assert home.sender.run_once().sent == 1


def test_an_endless_answer_is_left(house: Callable[..., House]) -> None:
    """Little of an answer is read and less is kept."""
    with HookServer(lambda n: 500) as server:
        server.text = b"<h1>secret page</h1>\x1b[2J" * 100_000
        home = house(server)
        home.happen("N1")
        home.sender.run_once()
        with home.services.store.read() as uow:
            (event,) = uow.events.find()
        assert len(event.reply) < 230
        assert "\x1b" not in event.reply


def test_only_a_trusted_receiver_is_told(house: Callable[..., House], tmp_path: Path) -> None:
    """A certificate that nobody vouches for gets nothing, nor one of another host; with its authority in ca_file it does."""
    certificate(tmp_path)
    with HookServer(certificate=tmp_path) as server:
        distrusting = house(server)
        distrusting.happen("N1")
        report = distrusting.sender.run_once()
        assert (report.sent, server.posts) == (0, [])
        assert "TLS" in report.trouble
        trusting = house(server, ca_file=str(tmp_path / "cert.pem"))
        trusting.clock.pass_time(minutes=1)
        assert trusting.sender.run_once().sent == 1
        assert server.posts[0].genuine
    (tmp_path / "other").mkdir()
    certificate(tmp_path / "other", "library.example")
    with HookServer(certificate=tmp_path / "other") as server:
        elsewhere = house(server, ca_file=str(tmp_path / "other" / "cert.pem"))
        elsewhere.happen("N2")
        assert "TLS" in elsewhere.sender.run_once().trouble
        assert server.posts == []


def test_a_killed_sender_loses_nothing(house: Callable[..., House], tmp_path: Path) -> None:
    """kill -9 while the receiver has the event and we have no answer: it comes again, recognisable."""
    with HookServer(lambda n: "hang" if n == 0 else 200) as server:
        home = house(server, timeout_seconds=20.0)
        home.happen("N1")
        write(home.services.settings, tmp_path / "etc/maild.toml")
        code = (
            f"from maild.bootstrap import build; from maild.settings import load; from pathlib import Path;"
            f"build(load(Path({str(tmp_path / 'etc/maild.toml')!r})).settings).deliveries.run_once()"
        )
        with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.getcwd()}) as child:
            server.wait_for(1, 15)
            child.send_signal(signal.SIGKILL)
        assert home.states() == ["leased"]
        assert free_dead(home.services.store, home.clock.now()) == 1
        assert home.sender.run_once().sent == 1
        assert server.posts[0].id == server.posts[1].id
        assert home.states() == ["sent"]


def test_the_commands(house: Callable[..., House], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """list, show, resend and test, for people and for programs."""
    with HookServer() as server:
        home = house(server)
        home.happen("N1", "N2")
        home.sender.run_once()
        config = tmp_path / "etc/maild.toml"
        write(home.services.settings, config)

        def call(*args: str, code: int = 0) -> list[dict[str, object]]:
            capfdbinary.readouterr()
            got = run(["--config", str(config), "events", *args, "--json"])
            out, err = capfdbinary.readouterr()
            assert got == code, (out + err).decode()
            return [json.loads(line) for line in out.decode().splitlines()]

        assert [row["number"] for row in call("list")] == ["N2", "N1"]
        assert call("list", "--state", "failed") == []
        (shown,) = call("show", "1")
        assert shown["webhook_id"] == server.posts[0].id
        assert shown["body"] == server.posts[0].json
        call("resend", "1", "--as", "li")
        assert home.states() == ["waiting", "sent"]
        home.clock.at(datetime.now(UTC) + timedelta(days=1))  # the command has the machine's clock
        assert home.sender.run_once().sent == 1
        assert server.posts[-1].id == server.posts[0].id
        (tested,) = call("test")
        assert tested["taken"] is True
        assert server.posts[-1].json["type"] == "maild.test"
        server.answer = lambda n: 403
        assert call("test", code=1)[0]["status"] == 403
        call("resend", code=2)
        call("show", "99", code=1)


def test_the_doctor_says_how_it_stands(house: Callable[..., House]) -> None:
    """Nothing where there is no receiver; else how many wait, what was given up, and that it is gone."""
    with HookServer(lambda n: 410) as server:
        home = house(server)
        home.happen("N1")
        (line,) = events(home.services)
        assert (line.level, line.detail[:15]) == (Level.OK, "1 event(s) wait")
        home.sender.run_once()
        (line,) = events(home.services)
        assert line.level is Level.ERROR
        assert "events resend --gone" in line.remedy
        quiet = Services(replace(home.services.settings, webhook=Webhook()))
        assert list(events(quiet)) == []
        quiet.close()


def test_old_news_are_forgotten(house: Callable[..., House]) -> None:
    """What was sent is kept for a quarter of a year."""
    with HookServer() as server:
        home = house(server)
        home.happen("N1")
        home.sender.run_once()
        home.clock.pass_time(timedelta(days=91))
        home.sender.run_once()
        assert home.states() == []
