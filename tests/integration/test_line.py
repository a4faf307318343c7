"""The line to the submission server: its trouble pauses all and costs no notice a try; a recipient's own is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maild.courier import SmtpCourier
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxState
from maild.notify.sending.relay import Relay, RelayReport
from tests.integration.relaying import Office_, PlainRenderer, an_office, notice

MANY = 32


class Line:
    """One relay that lives on while its clock is moved."""

    def __init__(self, office: Office_, runner: asyncio.Runner, **smtp: Any) -> None:
        self.office, self._runner = office, runner
        settings = office.settings(**({"daily_budget": 0} | smtp))
        self.courier = SmtpCourier(settings.smtp)
        self.relay = Relay(
            office.store, self.courier, PlainRenderer(), office.blobs, office.clock, settings, chance=lambda: 0.0
        )

    def round(self, **later: float) -> RelayReport:
        """One round, after that time."""
        self.office.clock.advance(**later)
        return self._runner.run(self.relay.run_once())

    def waits(self, times: int) -> None:
        """Rounds, each when the pause before it is surely over."""
        for _ in range(times):
            self.round(minutes=16)

    def states(self, ids: list[int]) -> list[str]:
        return [self.office.row(n).state.value for n in ids]

    def items(self) -> list[Any]:
        with self.office.store.read() as uow:
            return list(uow.reviews.find(cause=Cause.LINE_DOWN))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


@pytest.fixture
def line(office: Office_) -> Iterator[Line]:
    with asyncio.Runner() as runner:
        made = Line(office, runner)
        yield made
        runner.run(made.courier.close())


def crowd(office: Office_, count: int = MANY, first: int = 0) -> list[int]:
    """Notices to as many people, of two domains; none of them has another address."""
    return office.add(
        *(
            notice(n=n, patron_id="", recipient=f"p{n}@{'one' if n % 2 else 'two'}.example")
            for n in range(first, first + count)
        )
    )


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("mail", "550 5.7.1 Sender denied"), ("mail", "553 Mail from must equal authorized user"),
        ("rcpt", "530 5.7.0 Authentication required"), ("rcpt", "554 5.7.1 Relay access denied"),
        ("rcpt", "550 5.1.1 User unknown"), ("rcpt", "451 4.3.0 try later"),
        ("dot", "554 5.7.1 rejected by policy"), ("dot", "554 5.6.0 no"), ("data", "503 bad sequence"),
    ],
)  # fmt: skip
def test_a_server_that_refuses_everything_fails_nothing(line: Line, stage: str, reply: str) -> None:
    """All wait with the tries they had, few were tried, staff have one item, and all go when it is well again."""
    line.office.server.fault(stage, reply=reply, times=None)
    ids = crowd(line.office)
    report = line.round()
    assert (set(line.states(ids)), report.failed) == ({"waiting"}, 0)
    assert {line.office.row(n).attempts for n in ids} == {0}
    assert all(reply[:3] in line.office.row(n).reply for n in ids)
    assert report.trouble
    assert report.remedy, "somebody has to look after it: an alarm at once"
    asked = [command for command in line.office.server.commands if command[1] == "mail"]
    assert len(asked) <= 6
    line.waits(3)
    assert len([command for command in line.office.server.commands if command[1] == "mail"]) == len(asked) + 3
    (item,) = line.items()
    assert reply[:3] in item.reasons[0]
    line.office.server.clear()
    line.waits(2)
    assert (set(line.states(ids)), len(line.office.server.mails), line.items()) == ({"sent"}, MANY, [])


def test_a_server_that_takes_the_mail_and_says_nothing(line: Line) -> None:
    """Each such mail is in doubt; after three in a row only one probe at a time is risked.

    Beside the third at most one other is under way, as there are two connections: the answer that shows it begins nothing.
    """
    line.office.server.fault("dot", drop=True, keep=True, times=None)
    ids = crowd(line.office)
    line.round()
    doubtful = line.states(ids).count("in_doubt")
    assert 3 <= doubtful <= 4
    line.waits(2)
    assert line.states(ids).count("in_doubt") == doubtful + 2 == len(line.office.server.mails)
    assert len(line.items()) == 1


def test_another_process_knows_that_the_line_is_down(line: Line) -> None:
    """After a restart, and on another host: one mail tries the server, not three; where it is well, all go and the item closes."""
    line.office.server.fault("rcpt", reply="550 5.1.1 User unknown", times=None)
    ids = crowd(line.office)
    line.round()
    assert len(line.items()) == 1
    other = Line(line.office, line._runner)
    tried = len(line.office.server.commands)
    other.round(minutes=16)
    assert [command[1] for command in line.office.server.commands[tried:]].count("rcpt") == 1
    assert set(line.states(ids)) == {"waiting"}
    line.office.server.clear()
    third = Line(line.office, line._runner)
    third.waits(2)
    assert (set(line.states(ids)), line.items()) == ({"sent"}, [])
    line._runner.run(other.courier.close())
    line._runner.run(third.courier.close())


def test_a_recipients_own_refusal_fails_that_notice_only(line: Line) -> None:
    """One wrong address among good ones: failed at once, and the others are sent."""
    line.office.server.fault("rcpt", reply="550 5.1.1 User unknown", times=None, when=lambda a: "p3@" in a)
    ids = crowd(line.office, 8)
    line.round()
    assert line.states(ids) == ["sent"] * 3 + ["failed"] + ["sent"] * 4
    assert line.items() == []


def test_wrong_addresses_in_a_row_do_not_keep_the_line_down(line: Line) -> None:
    """Three of them look like the server's trouble; others go on after a pause, and then the three have failed."""
    line.office.server.fault(
        "rcpt", reply="550 5.1.1 User unknown", times=None, when=lambda a: any(f"p{n}@" in a for n in (0, 1, 2))
    )
    ids = crowd(line.office, 8)
    line.waits(3)
    assert line.states(ids) == ["failed"] * 3 + ["sent"] * 5
    assert line.items() == []


def test_refusals_round_by_round_are_counted_together(line: Line) -> None:
    """Two have failed before the third shows that it is the server: they wait again, and their items close."""
    line.office.server.fault("rcpt", reply="550 5.1.1 User unknown", times=None)
    ids = []
    for n in range(4):
        ids += crowd(line.office, 1, first=n)
        line.round(seconds=1)
    assert (set(line.states(ids)), len(line.items())) == ({"waiting"}, 1)
    with line.office.store.read() as uow:
        assert uow.reviews.find(cause=Cause.BOUNCE) == []
        assert not uow.addresses.get("p0@two.example").avoided(line.office.clock.now())
    line.office.server.clear()
    line.waits(3)
    assert set(line.states(ids)) == {"sent"}


def test_a_slow_domain_is_not_the_line(line: Line) -> None:
    """4xx to all of one receiving system: its notices wait, the others leave."""
    line.office.server.fault("rcpt", reply="451 4.3.0 busy", times=None, when=lambda a: "@two." in a)
    ids = crowd(line.office, 2) + line.office.add(
        *(notice(n=n, recipient=f"q{n}@two.example") for n in range(50, 56)), notice(n=99, recipient="z@one.example")
    )
    line.round()
    assert line.states(ids) == ["waiting", "sent"] + ["waiting"] * 6 + ["sent"]
    assert line.items() == []


def test_greylisting_is_each_recipients_own(tmp_path: Path) -> None:
    """A server that greylists everybody is not paused: the second try is taken."""
    with an_office(tmp_path, greylist=True) as office, asyncio.Runner() as runner:
        line = Line(office, runner)
        ids = crowd(office, 8)  # four of a domain: five deferred ones would make it a slow one
        line.round()
        line.round(minutes=2)
        assert set(line.states(ids)) == {"sent"}
        runner.run(line.courier.close())


def test_a_server_out_of_reach_is_told_of_when_it_lasts(line: Line) -> None:
    """A restart is nobody's business; after five minutes staff are told, once."""
    line.office.server.fault("connect", reply="554 5.3.2 no service", times=None)
    ids = crowd(line.office, 3)
    assert line.round().remedy == ""
    assert line.items() == []
    for _ in range(8):
        line.round(minutes=2)
    assert (len(line.items()), set(line.states(ids))) == (1, {"waiting"})
    line.office.server.clear()
    line.round(minutes=2)
    assert (line.items(), set(line.states(ids))) == ([], {"sent"})
    assert OutboxState.IN_DOUBT.value not in line.states(ids)
