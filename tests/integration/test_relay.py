"""The relay with the real store and a real SMTP server: nothing lost, nothing doubled, limits kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.reach.acts_outbox import OutboxActs
from maild.store.uow import UnitOfWork
from tests.integration.relaying import ADDRESS, NUMBER, Office_, StampSigner, about, an_office, header, notice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


def test_sends_marks_and_journals(office: Office_) -> None:
    """A waiting row leaves signed, with its own Message-ID, and is marked, journalled and told of."""
    told: list[int] = []
    (entry_id,) = office.add(about(NoticeKind.REQUEST_ACCEPTED))
    (report,) = office.run(signer=StampSigner(), on_sent=lambda uow, entry: told.append(entry.id))
    row, (mail,) = office.row(entry_id), office.server.mails
    assert (report.sent, row.state, row.attempts, told) == (1, OutboxState.SENT, 1, [entry_id])
    assert row.sent == office.clock.now()
    assert header(mail.raw, "Message-ID") == row.message_id
    assert mail.raw.startswith(b"X-Signed")
    assert "250" in row.reply
    with office.store.read() as uow:
        (line,) = [line for line in uow.journal.of_transaction(NUMBER) if line.what == "notice"]
    assert (line.after, line.outbox_id) == ("sent", entry_id)


def test_second_notice_joins_the_thread(office: Office_) -> None:
    """Later notices of a case refer to the earlier ones."""
    (first,) = office.add(about(NoticeKind.REQUEST_ACCEPTED))
    office.run()
    office.add(about(NoticeKind.SENT_FOR_SUPPLY))
    office.run()
    assert header(office.server.mails[1].raw, "References") == office.row(first).message_id


def test_on_sent_happens_in_the_same_transaction(office: Office_) -> None:
    """What follows from sending is recorded with the mark; its failing does not undo the mark."""

    def advance(uow: UnitOfWork, entry: OutboxEntry) -> None:
        uow.patrons.upsert([Patron(patron_id="half", name="done")], office.clock.now())
        raise Permanent("cannot follow")

    (entry_id,) = office.add(notice())
    office.run(on_sent=advance)
    assert office.row(entry_id).state is OutboxState.SENT
    with office.store.read() as uow:
        assert uow.patrons.get("half") is None


def test_disarmed_sends_nothing_and_says_how_much_waits(office: Office_) -> None:
    """While disarmed nothing leaves; the rows stay and are counted."""
    office.add(notice(n=1))
    office.add(notice(n=2), state=OutboxState.HELD)
    (report,) = office.run(armed=False)
    assert (report.held, report.sent, office.server.commands) == (2, 0, [])


def test_temporary_refusal_backs_off_then_succeeds(office: Office_) -> None:
    """4xx: the row waits, doubling, and goes out later with the same Message-ID."""
    office.server.fault("rcpt", reply="450 4.2.0 later", times=2)
    (entry_id,) = office.add(notice())
    (report,) = office.run()
    row = office.row(entry_id)
    assert (report.deferred, row.state, row.attempts) == (1, OutboxState.WAITING, 1)
    assert row.not_before == office.clock.now() + timedelta(seconds=60)
    assert office.run()[0].deferred == 0  # not due yet
    office.clock.advance(seconds=61)
    office.run()
    assert office.row(entry_id).not_before == office.clock.now() + timedelta(seconds=120)
    office.clock.advance(seconds=121)
    office.run()
    row = office.row(entry_id)
    assert (row.state, row.attempts, len(office.server.mails)) == (OutboxState.SENT, 3, 1)
    assert header(office.server.mails[0].raw, "Message-ID") == row.message_id


def test_given_up_after_so_many_tries(office: Office_) -> None:
    """max_attempts temporary refusals end in FAILED and a review item; the address is not blamed."""
    office.server.fault("rcpt", reply="451 4.3.0 later", times=None)
    (entry_id,) = office.add(notice())
    for _ in range(3):
        office.run(max_attempts=3)
        office.clock.advance(hours=5)
    row = office.row(entry_id)
    assert (row.state, row.attempts) == (OutboxState.FAILED, 3)
    (item,) = office.reviews()
    assert "451" in item.reasons[0]
    with office.store.read() as uow:
        patron = uow.patrons.get("p1")
    assert patron is not None
    assert patron.emails[0].bounced_until is None


def test_permanent_refusal_of_the_address(office: Office_) -> None:
    """550 at RCPT: failed at once, before staff, the address avoided: the next notice is not tried."""
    office.server.fault("rcpt", reply="550 5.1.1 User not found", times=None)
    (first,) = office.add(about(NoticeKind.REQUEST_ACCEPTED))
    (report,) = office.run()
    assert (report.failed, office.row(first).state) == (1, OutboxState.FAILED)
    (item,) = office.reviews()
    assert item.transactions == (NUMBER,)
    with office.store.read() as uow:
        patron = uow.patrons.get("p1")
    assert patron is not None
    assert patron.emails[0].bounced_until is not None
    (second,) = office.add(about(NoticeKind.UNFILLED))
    office.transaction(state=State.UNFILLED)
    before = len(office.server.commands)
    (report,) = office.run()
    assert (report.failed, office.row(second).state) == (1, OutboxState.FAILED)
    assert len(office.server.commands) == before
    assert len(office.reviews()) == 2


@pytest.mark.parametrize(("stage", "state"), [("mail", OutboxState.WAITING), ("dot", OutboxState.FAILED)])
def test_refused_sender_or_content_does_not_blame_the_address(office: Office_, stage: str, state: OutboxState) -> None:
    """554 for content fails the notice, for our sender not even that: neither blames the patron's address."""
    office.server.fault(stage, reply="554 5.7.1 rejected")
    (entry_id,) = office.add(notice())
    office.run()
    assert office.row(entry_id).state is state
    with office.store.read() as uow:
        patron = uow.patrons.get("p1")
    assert patron is not None
    assert patron.emails[0].bounced_until is None


def test_no_answer_after_the_content_is_in_doubt_and_not_repeated(office: Office_) -> None:
    """The server took the mail and hung up: in doubt, before staff once, and no second mail however long it takes."""
    office.server.fault("dot", drop=True, keep=True, times=1)
    (entry_id,) = office.add(about(NoticeKind.REQUEST_ACCEPTED))
    (report,) = office.run(connections=1)
    row = office.row(entry_id)
    assert (report.in_doubt, report.sent, row.state, row.attempts) == (1, 0, OutboxState.IN_DOUBT, 1)
    assert row.reply.startswith("no answer after the content was sent")
    (item,) = office.reviews()
    assert (item.cause, item.transactions) == (Cause.IN_DOUBT, (NUMBER,))
    office.transaction(state=State.RECEIVED)  # which overtakes a notice that has not left
    office.clock.advance(days=3)
    office.run(2)
    assert (office.row(entry_id).state, len(office.server.mails)) == (OutboxState.IN_DOUBT, 1)


def test_a_person_has_one_in_doubt_sent_again(office: Office_) -> None:
    """All that went in the mail goes once more, under the same Message-ID; the item closes, and opens anew in new doubt."""
    office.server.fault("dot", drop=True, keep=True, times=2)
    document, fee = office.add(about(NoticeKind.DOCUMENT_DELIVERED), about(NoticeKind.FEE_NOTICE))
    office.run()
    acts = OutboxActs(office.store, office.clock)
    for _ in range(2):
        assert {office.row(n).state for n in (document, fee)} == {OutboxState.IN_DOUBT}
        assert len(office.reviews()) == 1
        assert acts.resend(fee, actor="li").outbox == (document, fee)
        assert office.reviews() == []
        office.run()
    assert [office.row(n).state for n in (document, fee)] == [OutboxState.SENT, OutboxState.MERGED]
    ids = [header(mail.raw, "Message-ID") for mail in office.server.mails]
    assert ids == [office.row(document).message_id] * 3


def test_a_person_says_that_one_in_doubt_has_left(office: Office_) -> None:
    """It counts as sent, what follows from sending follows, and nothing more leaves."""
    office.transaction(state=State.SHIPPED, payment_state=PaymentState.CONFIRMED)
    office.server.fault("dot", drop=True, keep=True)
    (entry_id,) = office.add(about(NoticeKind.DOCUMENT_DELIVERED))
    office.run()
    OutboxActs(office.store, office.clock).sent(entry_id, actor="li")
    office.run()
    assert (office.row(entry_id).state, len(office.server.mails), office.reviews()) == (OutboxState.SENT, 1, [])
    with office.store.read() as uow:
        case = uow.transactions.get(NUMBER)
        lines = [line for line in uow.journal.of_transaction(NUMBER) if line.actor == "li"]
    assert case is not None
    assert case.state is State.DELIVERED
    assert [(line.before, line.after) for line in lines][-1] == ("in_doubt", "sent")


def test_server_down_costs_no_tries_and_pauses(office: Office_) -> None:
    """An unreachable server is nobody's fault: rows wait, one connection is tried, not one a row."""
    ids = office.add(*(notice(n=n, recipient=f"p{n}@patron.example") for n in range(20)))
    office.server.fault("connect", reply="554 5.3.2 no service today", times=None)
    (report, again) = office.run(2, connections=1)
    assert (report.deferred, report.trouble) == (20, "554 no service today") or "no service" in report.trouble
    assert again.deferred == 0  # paused
    assert office.server.sessions <= 2
    assert {office.row(i).attempts for i in ids} == {0}
    office.server.clear()
    office.clock.advance(minutes=2)
    office.run()
    assert len(office.server.mails) == 20


def test_wrong_password_keeps_everything(tmp_path: Path) -> None:
    """A refused login: rows wait without losing a try, the report says why."""
    from maild.config import Secret

    with an_office(tmp_path, auth=True) as office:
        (entry_id,) = office.add(notice())
        (report,) = office.run(password=Secret("wrong"))
        row = office.row(entry_id)
        assert (row.state, row.attempts) == (OutboxState.WAITING, 0)
        assert "535" in report.trouble
        office.clock.advance(minutes=20)
        office.run()
        assert office.row(entry_id).state is OutboxState.SENT


CONTRADICTED = [
    (NoticeKind.FEE_NOTICE, {"payment_state": PaymentState.PROOF_RECEIVED}),
    (NoticeKind.FEE_NOTICE, {"payment_state": PaymentState.CONFIRMED}),
    (NoticeKind.FEE_NOTICE, {"state": State.CANCELLED}),
    (NoticeKind.REQUEST_ACCEPTED, {"state": State.DELIVERED}),
    (NoticeKind.UNFILLED, {"state": State.SHIPPED}),
    (NoticeKind.LOAN_DUE, {"state": State.RETURNED}),
    (NoticeKind.LOAN_OVERDUE, {"state": State.ON_LOAN}),
    (NoticeKind.PICK_UP, {"state": State.ON_LOAN}),
    (NoticeKind.PROOF_RECEIVED, {"payment_state": PaymentState.CONFIRMED}),
    (NoticeKind.PAYMENT_CONFIRMED, {"payment_state": PaymentState.DISPUTED}),
    (NoticeKind.CANCELLED, {"state": State.IN_PROCESS}),
    (NoticeKind.DOCUMENT_DELIVERED, {"state": State.CANCELLED}),
]


@pytest.mark.parametrize(("kind", "facts"), CONTRADICTED)
def test_overtaken_notice_is_cancelled(office: Office_, kind: NoticeKind, facts: dict[str, Any]) -> None:
    """What the facts contradict by now is not sent: a fee paid meanwhile is not asked for."""
    (entry_id,) = office.add(about(kind))
    office.transaction(**facts)
    (report,) = office.run()
    row = office.row(entry_id)
    assert (report.cancelled, row.state, office.server.mails) == (1, OutboxState.CANCELLED, [])
    assert "by now" in row.reply or "no longer" in row.reply


def test_own_recheck_is_asked(office: Office_) -> None:
    """The injected function decides, and sees the facts."""
    (entry_id,) = office.add(about(NoticeKind.REQUEST_ACCEPTED))
    seen: list[Any] = []

    def refuse(entry: OutboxEntry, transaction: Transaction | None, patron: Patron | None) -> str | None:
        seen.append((transaction and transaction.number, patron and patron.patron_id))
        return "not today"

    office.run(recheck=refuse)
    assert (office.row(entry_id).state, office.row(entry_id).reply) == (OutboxState.CANCELLED, "not today")
    assert seen == [(NUMBER, "p1")]


def test_soft_bouncing_address_is_waited_for(office: Office_) -> None:
    """A full mailbox (a soft bounce) holds the notice until it may be better."""
    until = office.clock.now() + timedelta(hours=6)
    with office.store.begin() as uow:
        bounce = AddressBounce(address=ADDRESS, permanent=False, reason="mailbox full", until=until)
        news = News(address=ADDRESS, what=Heard.SOFT_BOUNCE, reason="mailbox full")
        uow.addresses.note(news, bounce, office.clock.now())
    (entry_id,) = office.add(notice())
    (report,) = office.run()
    assert (report.held, office.row(entry_id).not_before) == (1, until)
    office.clock.advance(hours=7)
    office.run()
    assert office.row(entry_id).state is OutboxState.SENT


def test_an_alert_does_not_wait_for_a_soft_bounce_to_end(office: Office_) -> None:
    """The office's own mailbox is tried at once; and what the fuse keeps back says why it waits."""
    desk, now = "desk@lib.example", office.clock.now()
    with office.store.begin() as uow:
        bounce = AddressBounce(address=desk, permanent=False, reason="full", until=now + timedelta(hours=20))
        uow.addresses.note(News(address=desk, what=Heard.SOFT_BOUNCE, reason="full"), bounce, now)
    ids = office.add(*(NoticeRequest(kind=NoticeKind.STAFF_ALERT, subject=f"a{n}", recipient=desk) for n in range(2)))
    office.run(per_recipient_hourly=1)
    assert [office.row(n).state for n in ids] == [OutboxState.SENT, OutboxState.WAITING]
    assert "smtp.per_recipient_hourly" in office.row(ids[1]).reply


def test_an_address_of_nobody_in_the_books_is_avoided_too(office: Office_) -> None:
    """An applicant's, or one that staff typed: known as dead, it is not tried, and staff are told."""
    dead, now = "guest@patron.example", office.clock.now()
    with office.store.begin() as uow:
        bounce = AddressBounce(address=dead, permanent=True, reason="5.1.1", until=now + timedelta(days=90))
        uow.addresses.note(News(address=dead, what=Heard.HARD_BOUNCE, reason="5.1.1"), bounce, now)
    request = NoticeRequest(kind=NoticeKind.REGISTRATION_REJECTED, subject="registration:7", recipient=dead)
    (entry_id,) = office.add(request)
    before = len(office.server.commands)
    (report,) = office.run()
    assert (report.failed, office.row(entry_id).state) == (1, OutboxState.FAILED)
    assert len(office.server.commands) == before
    (item,) = office.reviews()
    assert item.cause is Cause.BOUNCE


def test_refused_at_the_door_goes_to_another_address(office: Office_) -> None:
    """The server's own 550 at RCPT: in the same breath the notice goes to the patron's next address, once."""
    office.server.fault("rcpt", reply="550 5.1.1 User not found", times=None, when=lambda a: ADDRESS in a)
    with office.store.begin() as uow:
        patron = uow.patrons.get("p1")
        assert patron is not None
        emails = (*patron.emails, PatronAddress(address="second@patron.example"))
        uow.patrons.upsert([replace(patron, emails=emails)], office.clock.now())
    (first,) = office.add(notice())
    office.run()
    office.run()
    assert office.row(first).state is OutboxState.FAILED
    assert "sent to second@patron.example instead" in office.row(first).reply
    assert [mail.recipients for mail in office.server.mails] == [("second@patron.example",)]
    assert office.reviews() == []
