"""Notices in doubt: what settles them, what never touches them, and clocks and leases that cannot make a mail go twice."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import ParsedMail
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.requests.lifecycle import State
from maild.notify.sending.why import standing
from maild.office.reach.acts_outbox import OutboxActs
from maild.office.reach.evidence import settle_doubts
from maild.parse.mail import parse_mail
from maild.store.uow import UnitOfWork
from tests.integration.relaying import Office_, about, an_office, notice
from tests.servers.office import Office
from tests.servers.office import office as house
from tests.servers.reports import dsn, read_receipt

NUMBER = "2026112000101"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


def reply(ours: EmailMessage) -> bytes:
    """The patron answers, from a program that keeps the thread."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ours["To"], ours["From"], f"Re: {ours['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = "<answer@patron.example>", str(ours["Message-ID"])
    mail.set_content("谢谢\n")
    return mail.as_bytes()


def copied(ours: EmailMessage) -> bytes:
    """The very mail, in the office's own mailbox: filed there by the mail system, or as a blind copy."""
    return ours.as_bytes()


def bounced(ours: EmailMessage) -> bytes:
    return dsn(ours, "550 5.1.1 no such user")


def delayed(ours: EmailMessage) -> bytes:
    return dsn(ours, "450 4.2.0 try later", status="4.2.0", action="delayed")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on real servers."""
    with house(tmp_path_factory.mktemp("desk")) as made:
        made.turn()  # what lies in a folder when it is first seen is never answered
        yield made


PROOFS = (reply, copied, bounced, delayed, read_receipt)
REQUESTS = ("01", "02", "03", "08", "10")  # copies that cost nothing


@pytest.mark.parametrize(("n", "proof"), list(enumerate(PROOFS)), ids=[proof.__name__ for proof in PROOFS])
def test_what_settles_a_doubt(desk: Office, n: int, proof: Callable[[EmailMessage], bytes]) -> None:
    """The mail was taken, the answer was lost: whatever names its Message-ID shows that it had left, and the item closes."""
    number = f"20261120001{REQUESTS[n]}"
    desk.smtp.fault("dot", drop=True, keep=True)
    desk.receive(desk.shipped(number, index=n))
    with desk.services.store.read() as uow:
        rows = [row for row in uow.outbox.about([number]) if row.state is OutboxState.IN_DOUBT]
        items = [item for item in uow.reviews.find(cause=Cause.IN_DOUBT) if number in item.transactions]
    assert rows
    assert len(items) == 1
    taken = email.message_from_bytes(desk.smtp.mails[-1].raw, policy=email.policy.default)
    assert isinstance(taken, EmailMessage)
    assert taken["Message-ID"] == rows[0].message_id
    before = len(desk.smtp.mails)
    desk.receive(proof(taken))
    with desk.services.store.read() as uow:
        states = {uow.outbox.get(row.id).state for row in rows}  # type: ignore[union-attr]
        assert [item for item in uow.reviews.find(cause=Cause.IN_DOUBT) if number in item.transactions] == []
        case = uow.transactions.get(number)
    assert states <= {OutboxState.SENT, OutboxState.MERGED}
    assert case is not None
    assert case.state in (State.DELIVERED, State.SHIPPED)
    again = [m for m in desk.smtp.mails[before:] if f"Message-ID: {rows[0].message_id}".encode() in m.raw]
    assert again == []


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_settles_a_doubt(office: Office_, action: str) -> None:
    """Some systems report that a mail arrived, or was passed on (RFC 3464, 2.3.3): that is no bounce, and it had left."""
    office.server.fault("dot", drop=True, keep=True)
    (entry_id,) = office.add(notice())
    office.run()
    assert office.row(entry_id).state is OutboxState.IN_DOUBT
    taken = email.message_from_bytes(office.server.mails[-1].raw, policy=email.policy.default)
    assert isinstance(taken, EmailMessage)
    report = parse_mail(dsn(taken, "250 2.0.0 ok", status="2.0.0", action=action))
    assert report.bounce is None
    with office.store.begin() as uow:
        assert settle_doubts(uow, [report], office.clock.now()) == 1
    assert office.row(entry_id).state is OutboxState.SENT


def test_a_stranger_settles_no_doubt(office: Office_) -> None:
    """A Message-ID that nobody can know is not guessed: the number of the notice alone is nothing."""
    office.server.fault("dot", drop=True, keep=True)
    (entry_id,) = office.add(notice())
    office.run()
    guessed = ParsedMail(sha256="0" * 64, size=1, in_reply_to=(f"<maild.{entry_id}.0123456789abcdef@lib.example>",))
    with office.store.begin() as uow:
        assert settle_doubts(uow, [guessed], office.clock.now()) == 0
    assert office.row(entry_id).state is OutboxState.IN_DOUBT


def test_what_another_relay_has_taken_is_not_sent(office: Office_) -> None:
    """Our lease ran out by some clock, and the other has the row: it is the other's to send, and to mark."""
    (entry_id,) = office.add(notice(n=3))
    with office.store.begin() as uow:
        (mine,) = uow.outbox.claim(9, office.clock.now(), 1.0, "we")
    with office.store.begin() as uow:
        (theirs,) = uow.outbox.claim(9, office.clock.now() + timedelta(seconds=2), 180.0, "they")
    assert mine.id == theirs.id == entry_id
    with office.store.begin() as uow:
        assert not uow.outbox.begin([entry_id], "we", mine.message_id)
        assert uow.outbox.standing([entry_id], "we") == {}
        assert uow.outbox.begin([entry_id], "they", theirs.message_id)
    assert office.row(entry_id).state is OutboxState.SENDING


@pytest.mark.parametrize("years", [1, -1])
def test_a_clock_that_stepped_and_came_back_delays_nothing(office: Office_, years: int) -> None:
    """Deferred, slow and held while the clock was wrong: all leave within the cap of the wait, and nothing waits a year."""
    step = timedelta(days=365 * years)
    office.server.fault("rcpt", reply="451 4.3.0 busy", times=12, when=lambda a: "@slow." in a)
    ids = office.add(*(notice(n=n, recipient=f"p{n}@slow.example", patron_id="") for n in range(7)))
    office.clock.moment += step
    ids += office.add(notice(NoticeKind.UNFILLED, 50, recipient="p50@slow.example", patron_id=""))
    office.run(2)
    office.clock.moment -= step
    office.server.clear()
    for _ in range(3):
        office.run(per_recipient_hourly=1000, daily_budget=0)
        office.clock.advance(minutes=31)
    states = [office.row(n).state for n in ids]
    assert set(states) == {OutboxState.SENT}, [office.row(n) for n in ids if office.row(n).state is OutboxState.WAITING]


def test_what_a_clock_ahead_sent_uses_up_no_budget(office: Office_) -> None:
    """Mails that were sent 'next year' count neither for today nor for this hour."""
    office.clock.moment += timedelta(days=365)
    office.add(*(notice(n=n, recipient="a@one.example", patron_id="") for n in range(3)))
    office.run()
    office.clock.moment -= timedelta(days=365)
    (entry_id,) = office.add(notice(n=9, recipient="a@one.example", patron_id=""))
    office.run(per_recipient_hourly=3, daily_budget=3)
    assert office.row(entry_id).state is OutboxState.SENT


def test_each_waiting_notice_says_why(office: Office_) -> None:
    """Put off for company, an hour's fuse, a slow domain, a server's 450: in its own words each."""
    office.server.fault("rcpt", reply="450 4.2.0 later", times=None, when=lambda a: "x@" in a)
    company = office.add(about(NoticeKind.DOCUMENT_DELIVERED))
    deferred = office.add(notice(n=1, recipient="x@one.example", patron_id=""))
    fused = office.add(*(notice(n=10 + n, recipient="y@one.example", patron_id="") for n in range(3)))
    office.run(merge_seconds=300.0, per_recipient_hourly=2)
    settings = office.settings(merge_seconds=300.0, per_recipient_hourly=2)

    def why(uow: UnitOfWork, entry_id: int) -> str:
        return standing(uow, settings, office.clock.now()).why(office.row(entry_id))

    with office.store.read() as uow:
        said = [why(uow, n) for n in (*company, *deferred, fused[-1])]
    assert ["merge_seconds" in said[0], "450" in said[1], "per_recipient_hourly" in said[2]] == [True] * 3


def test_several_in_doubt_are_decided_at_once(office: Office_) -> None:
    """All in doubt are called sent, or go once more under their own Message-IDs; one that is not in doubt is refused and
    keeps none of the others back.
    """
    ids = []
    for n in range(4):
        office.server.fault("dot", drop=True, keep=True)
        ids += office.add(notice(n=n))
        office.run()
    acts = OutboxActs(office.store, office.clock)
    assert acts.in_doubt(office.clock.now() - timedelta(hours=1)) == ids
    assert acts.in_doubt(office.clock.now() + timedelta(hours=1)) == []
    done = acts.sent_all(ids[:2], actor="wang")
    assert [(each.entry_id, bool(each.done), each.refused) for each in done] == [(i, True, "") for i in ids[:2]]
    first, second = acts.sent_all([ids[0], ids[2]], actor="wang")
    assert first.refused == f"notice {ids[0]} is sent by now"
    assert second.done
    (again,) = acts.resend_all(ids[3:], actor="wang")
    assert again.done
    with office.store.read() as uow:
        states = [entry.state for i in ids if (entry := uow.outbox.get(i))]
        assert uow.reviews.find(cause=Cause.IN_DOUBT) == []
    assert states == [OutboxState.SENT] * 3 + [OutboxState.WAITING]
