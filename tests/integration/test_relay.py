"""The relay with the real store and a real SMTP server: nothing lost, nothing doubled, limits kept."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.config import Office, Settings
from maild.courier import SmtpCourier
from maild.domain.accounting.money import Money
from maild.domain.errors import MaildError, Permanent, TemplateFault, Temporary
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import Message, NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.notify.sending.recheck import Recheck
from maild.notify.sending.relay import Relay, RelayReport
from maild.notify.sending.why import standing
from maild.office.reach.acts_outbox import OutboxActs
from maild.store import FileBlobs, open_store
from maild.store.uow import Store, UnitOfWork
from tests.servers.schema import lay_out
from tests.servers.smtp import SmtpServer

ADDRESS = "li@patron.example"
NUMBER = "20261124001"


@dataclass
class SetClock:
    """A clock that a test moves."""

    moment: datetime = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, **delta: float) -> None:
        step = timedelta(**delta)
        self.moment += step
        self.seconds += step.total_seconds()


class PlainRenderer:
    """Writes kinds and facts as plain text: the relay's business is what goes out, not how it looks."""

    def render(self, parts: Sequence[Any], *, message_id: str, thread: Sequence[str], date: datetime) -> Message:
        request = parts[0].request
        if fault := request.data.get("fault"):
            raise {"template": TemplateFault, "permanent": Permanent, "key": KeyError}[str(fault)]("no such thing")
        kinds = ",".join(part.request.kind for part in parts)
        files = [f"{name}={data.decode()}" for part in parts for name, data in part.documents]
        lines = [
            "From: office@lib.example", f"To: {request.recipient}", f"Message-ID: {message_id}",
            f"References: {' '.join(thread)}", f"X-Kinds: {kinds}", f"X-Number: {request.number}", "", *files, "",
        ]  # fmt: skip
        return Message(
            message_id=message_id,
            sender="office@lib.example",
            recipients=(request.recipient,),
            raw="\r\n".join(lines).encode(),
        )


class StampSigner:
    """Puts a line on top, as a DKIM signer does."""

    def sign(self, raw: bytes) -> bytes:
        return b"X-Signed: yes\r\n" + raw


@dataclass
class Office_:
    """An office in small: store, blobs, clock, SMTP server, and relays made for it."""

    store: Store
    blobs: FileBlobs
    server: SmtpServer
    url: str
    clock: SetClock = field(default_factory=SetClock)

    def settings(self, **smtp: Any) -> Settings:
        usual = {"retry_base_seconds": 60.0, "connections": 2}
        return Settings(smtp=self.server.settings(**(usual | smtp)), office=Office(address="office@lib.example"))

    def run(
        self, rounds: int = 1, *, signer: Any = None, recheck: Recheck | None = None,
        on_sent: Callable[[UnitOfWork, OutboxEntry], None] | None = None,
        store: Store | None = None, lease_seconds: float = 180.0, **smtp: Any,
    ) -> list[RelayReport]:  # fmt: skip
        """Some rounds of one relay, the clock standing still."""

        async def work() -> list[RelayReport]:
            settings = self.settings(**smtp)
            courier = SmtpCourier(settings.smtp)
            relay = Relay(
                store or self.store, courier, PlainRenderer(), self.blobs, self.clock, settings, signer,
                dict.fromkeys(NoticeKind, on_sent) if on_sent else {}, recheck, chance=lambda: 0.0, lease_seconds=lease_seconds,
            )  # fmt: skip
            try:
                return [await relay.run_once() for _ in range(rounds)]
            finally:
                await courier.close()

        return asyncio.run(asyncio.wait_for(work(), 60))

    def add(self, *requests: NoticeRequest, state: OutboxState = OutboxState.WAITING) -> list[int]:
        with self.store.begin() as uow:
            return uow.outbox.add(requests, self.clock.now(), state=state)

    def row(self, entry_id: int) -> OutboxEntry:
        with self.store.read() as uow:
            entry = uow.outbox.get(entry_id)
        assert entry is not None
        return entry

    def transaction(self, number: str = NUMBER, **changes: Any) -> None:
        """Put the transaction into the store as it is now."""
        usual = Transaction(
            number=number,
            patron_id="p1",
            state=State.IN_PROCESS,
            payable=Money.of("12.00"),
            payment_state=PaymentState.DUE,
        )
        with self.store.begin() as uow:
            uow.transactions.upsert([replace(usual, **changes)], self.clock.now())

    def kinds(self) -> list[str]:
        """X-Kinds of the mails the server has, in order."""
        return [header(mail.raw, "X-Kinds") for mail in self.server.mails]

    def reviews(self) -> list[Any]:
        with self.store.read() as uow:
            return list(uow.reviews.find())


def header(raw: bytes, name: str) -> str:
    """A header's value, or ''."""
    wanted = name.encode() + b": "
    return next((line[len(wanted) :].decode() for line in raw.split(b"\r\n") if line.startswith(wanted)), "")


def notice(kind: NoticeKind = NoticeKind.QUERY_ANSWER, n: int = 0, **changes: Any) -> NoticeRequest:
    """A notice; without a number it stands alone."""
    usual = {"kind": kind, "subject": f"mail:{n}", "recipient": ADDRESS, "patron_id": "p1"}
    return NoticeRequest(**(usual | changes))


def about(kind: NoticeKind, **changes: Any) -> NoticeRequest:
    """A notice about THE transaction."""
    return notice(kind, **({"subject": NUMBER, "number": NUMBER} | changes))


@contextmanager
def an_office(folder: Path, **server: Any) -> Iterator[Office_]:
    url = lay_out(folder / "maild.db")
    store = open_store(url, message_id_domain="lib.example")
    with SmtpServer(**server) as smtp:
        office = Office_(store, FileBlobs(folder / "blobs"), smtp, url)
        patron = Patron(patron_id="p1", name="李明", emails=(PatronAddress(address=ADDRESS),))
        with store.begin() as uow:
            uow.patrons.upsert([patron], office.clock.now())
        office.transaction()
        yield office
    store.close()


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


def test_merges_what_belongs_together(office: Office_) -> None:
    """Document and fee of one case go in one mail; the other row points to it; both are told of."""
    told: list[int] = []
    sha256 = office.blobs.put(b"%PDF")
    document, fee, answer = office.add(
        about(NoticeKind.DOCUMENT_DELIVERED, documents=((sha256, "paper.pdf"),)),
        about(NoticeKind.FEE_NOTICE),
        notice(),
    )
    (report,) = office.run(on_sent=lambda uow, entry: told.append(entry.id))
    assert (report.sent, report.merged) == (2, 1)
    assert sorted(office.kinds()) == ["document_delivered,fee_notice", "query_answer"]
    row = office.row(fee)
    assert (row.state, row.reply) == (OutboxState.MERGED, f"merged into notice {document}")
    assert row.message_id == office.row(document).message_id
    assert sorted(told) == sorted([document, fee, answer])
    assert any(b"paper.pdf=%PDF" in mail.raw for mail in office.server.mails)


def test_merges_a_row_beyond_the_batch(office: Office_) -> None:
    """A partner that the batch did not reach is found, and protected while its mail is under way."""
    crowd = [notice(NoticeKind.UNFILLED, n, recipient=f"p{n}@patron.example") for n in range(60)]
    ids = office.add(about(NoticeKind.DOCUMENT_DELIVERED), *crowd, about(NoticeKind.FEE_NOTICE))
    first, second = office.run(2)
    assert (first.sent, second.sent, first.more) == (50, 11, True)
    assert "document_delivered,fee_notice" in office.kinds()
    assert office.row(ids[-1]).state is OutboxState.MERGED


def test_failed_merge_frees_the_partner(office: Office_) -> None:
    """Content refused: the leading row fails, its partner is tried by itself."""
    office.server.fault("dot", reply="554 5.7.1 content refused")
    document, fee = office.add(about(NoticeKind.DOCUMENT_DELIVERED), about(NoticeKind.FEE_NOTICE))
    office.run(2)
    assert (office.row(document).state, office.row(fee).state) == (OutboxState.FAILED, OutboxState.SENT)
    assert office.kinds() == ["fee_notice"]


def test_waits_for_company_when_told_to(office: Office_) -> None:
    """merge_seconds: a notice that may get company waits so long, then both go as one."""
    (document,) = office.add(about(NoticeKind.DOCUMENT_DELIVERED))
    (report,) = office.run(merge_seconds=30.0)
    assert (report.held, report.sent) == (1, 0)
    office.clock.advance(seconds=10)
    (fee,) = office.add(about(NoticeKind.FEE_NOTICE))
    office.clock.advance(seconds=21)
    office.run(merge_seconds=30.0)
    assert office.kinds() == ["document_delivered,fee_notice"]
    assert office.row(fee).reply == f"merged into notice {document}"


def test_daily_budget_keeps_a_reserve_for_urgent_kinds(office: Office_) -> None:
    """The last fifth of the day's budget is for urgent kinds; the rest waits for the office's midnight."""
    office.add(*(notice(NoticeKind.QUERY_ANSWER, n, recipient=f"q{n}@patron.example") for n in range(20)))
    office.run(3, daily_budget=10)
    assert office.kinds() == ["query_answer"] * 8
    office.add(*(notice(NoticeKind.UNFILLED, n, recipient=f"u{n}@patron.example") for n in range(5)))
    office.run(3, daily_budget=10)
    assert office.kinds()[8:] == ["unfilled"] * 2
    office.clock.moment = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    office.run(3, daily_budget=10)
    assert len(office.kinds()) == 10
    office.clock.moment = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)  # 00:01
    office.run(3, daily_budget=10)
    assert office.kinds()[10:] == ["unfilled"] * 3 + ["query_answer"] * 5


def test_no_budget_means_no_limit(office: Office_) -> None:
    """daily_budget = 0 never holds."""
    office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(30)))
    office.run(daily_budget=0)
    assert len(office.server.mails) == 30


def test_fuse_per_recipient_and_hour(office: Office_) -> None:
    """One address gets so many notices an hour; more wait and then go."""
    office.add(*(notice(n=n) for n in range(7)), notice(n=99, recipient="wang@patron.example"))
    (report,) = office.run(per_recipient_hourly=3)
    assert (report.sent, report.held) == (4, 4)
    office.clock.advance(minutes=11)
    assert office.run(per_recipient_hourly=3)[0].sent == 0
    office.clock.advance(minutes=61)
    assert office.run(per_recipient_hourly=3)[0].sent == 3


def test_one_recipients_mails_keep_their_order(office: Office_) -> None:
    """Over several connections a patron's mails still arrive in the order they were written."""
    ids = office.add(*(notice(n=n) for n in range(8)))
    office.run(connections=4)
    assert [header(mail.raw, "Message-ID") for mail in office.server.mails] == [office.row(i).message_id for i in ids]


@pytest.mark.parametrize(
    ("fault", "state"),
    [("template", OutboxState.WAITING), ("permanent", OutboxState.FAILED), ("key", OutboxState.FAILED)],
)
def test_notice_that_cannot_be_written(office: Office_, fault: str, state: OutboxState) -> None:
    """It fails (or, for a broken template, waits) alone; the queue behind it goes on."""
    bad, good = office.add(notice(n=1, data={"fault": fault}), notice(n=2))
    office.run()
    assert (office.row(bad).state, office.row(good).state) == (state, OutboxState.SENT)
    assert len(office.reviews()) == (state is OutboxState.FAILED)


def test_missing_document_goes_to_staff(office: Office_) -> None:
    """A document that is not in the store fails its notice with a reason."""
    (entry_id,) = office.add(about(NoticeKind.DOCUMENT_DELIVERED, documents=(("0" * 64, "gone.pdf"),)))
    office.run()
    assert office.row(entry_id).state is OutboxState.FAILED
    assert office.server.mails == []


class LockedStore:
    """The real store, whose transactions fail a few times once a mail has begun, as a locked (or full) database's do."""

    def __init__(self, store: Store, failures: int, error: type[MaildError] = Temporary) -> None:
        self._store, self._failures, self._error, self._begun = store, failures, error, 0

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self._begun += 1
        with self._store.begin() as uow:
            yield uow
            if 2 < self._begun <= 2 + self._failures:
                raise self._error("database is locked")

    def read(self) -> Any:
        return self._store.read()

    def close(self) -> None:
        self._store.close()


def test_mark_is_repeated_until_the_database_has_it(office: Office_) -> None:
    """An answer that could not be recorded at once is recorded later, and the mail goes once."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(3)))
    office.run(store=LockedStore(office.store, 3))
    assert OutboxState.SENDING not in {office.row(i).state for i in ids}
    office.run()  # those that had not begun
    assert {office.row(i).state for i in ids} == {OutboxState.SENT}
    assert len(office.server.mails) == 3


@pytest.mark.parametrize("error", [Permanent, Temporary])
def test_where_marking_fails_no_further_mail_is_begun(office: Office_, error: type[MaildError]) -> None:
    """What is on the wire is marked as soon as it can be; the other rows wait, and go once."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(12)))
    office.server.fault("dot", delay=0.1, times=None)
    (report,) = office.run(store=LockedStore(office.store, 6, error), connections=1)
    states = [office.row(i).state for i in ids]
    assert report.sent == states.count(OutboxState.SENT) == len(office.server.mails) < 8
    assert set(states) == {OutboxState.SENT, OutboxState.WAITING}
    office.run()
    assert len({header(mail.raw, "Message-ID") for mail in office.server.mails}) == len(office.server.mails) == 12


@pytest.mark.parametrize("error", [Permanent, Temporary])
def test_where_marking_fails_for_good_the_round_says_so(
    office: Office_, error: type[MaildError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: no more mails than connections are out unmarked, the round raises, and the others were not begun."""
    monkeypatch.setattr("maild.notify.sending.round.MARK_TRIES", 3)
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(12)))
    office.server.fault("dot", delay=0.1, times=None)
    with pytest.raises(error, match="database is locked"):
        office.run(store=LockedStore(office.store, 10**9, error), connections=1)
    states = [office.row(i).state for i in ids]
    assert (states.count(OutboxState.SENDING), states.count(OutboxState.LEASED)) == (1, 11)
    assert len(office.server.mails) == 1


def test_one_answer_that_cannot_be_recorded_harms_no_other(office: Office_, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lasting fault of one row: the others that went out are marked."""
    monkeypatch.setattr("maild.notify.sending.round.MARK_TRIES", 3)
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(4)))

    def refuse(uow: UnitOfWork, entry: OutboxEntry) -> None:
        if entry.id == ids[1]:
            raise Temporary("this one never")

    with pytest.raises(Temporary, match="this one never"):
        office.run(on_sent=refuse)
    states = [office.row(i).state for i in ids]
    assert states.count(OutboxState.SENT) == len(office.server.mails) - 1
    assert states.count(OutboxState.SENDING) == 1


def test_rows_are_marked_as_answers_come_not_after_the_batch(office: Office_) -> None:
    """While later mails are still under way, earlier ones are already marked."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(6)))
    office.server.fault("dot", delay=1.2, when=lambda argument: len(office.server.mails) >= 4, times=None)
    seen: list[int] = []

    def watch() -> None:
        office.server.wait_for(4)
        time.sleep(0.4)
        seen.append(sum(office.row(i).state is OutboxState.SENT for i in ids))

    watcher = threading.Thread(target=watch)
    watcher.start()
    office.run(connections=1)
    watcher.join(10)
    assert seen
    assert 3 <= seen[0] < 6


CRASH = """
import asyncio, os, signal, sys
from tests.integration.test_relay import *
url, blobs, port, nth, connections = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
from maild.config import Smtp

class Dying(Relay):
    "Dies as answers are to be marked, the nth time: at least one mail has left, and is not marked."
    marked = 0
    def _keep(self, outcomes, begins=()):
        self.marked += bool(outcomes)
        if self.marked == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._keep(outcomes, begins)

class WallClock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return time.monotonic()

settings = Settings(smtp=Smtp(host="127.0.0.1", port=port, security="none", armed=True, connections=connections,
                              daily_budget=0))
relay = Dying(open_store(url), SmtpCourier(settings.smtp), PlainRenderer(), FileBlobs(Path(blobs)),
              WallClock(), settings, lease_seconds=20.0)
asyncio.run(relay.run_once())
"""


def test_kill_between_answer_and_mark_leaves_the_mail_in_doubt(office: Office_, tmp_path: Path) -> None:
    """After kill -9 nobody knows: when the lease is over the notice is in doubt, and it does not go once more."""
    office.clock.moment = datetime.now(UTC)
    (entry_id,) = office.add(notice())
    _killed(office, tmp_path, nth=1, connections=2)
    office.server.wait_for(1)
    assert office.row(entry_id).state is OutboxState.SENDING
    office.clock.moment = datetime.now(UTC) - timedelta(seconds=1)
    assert (office.run()[0].in_doubt, office.row(entry_id).state) == (0, OutboxState.SENDING)  # the lease still stands
    office.clock.moment = datetime.now(UTC) + timedelta(seconds=40)
    reports = office.run(2)
    assert ([r.in_doubt for r in reports], [r.sent for r in reports]) == ([1, 0], [0, 0])
    assert (office.row(entry_id).state, len(office.server.mails)) == (OutboxState.IN_DOUBT, 1)


def _killed(office: Office_, folder: Path, *, nth: int, connections: int) -> None:
    """A relay of a process of its own, killed as it is to mark answers for the nth time."""
    command = [sys.executable, "-c", CRASH, office.url, str(folder / "blobs"), str(office.server.port), str(nth),
               str(connections)]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([".", os.environ.get("PYTHONPATH", "")])}
    killed = subprocess.run(command, env=environment, timeout=60, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]


@pytest.mark.parametrize(("nth", "connections"), [(1, 8), (5, 4), (18, 1)])
def test_a_burst_that_is_killed_leaves_no_more_in_doubt_than_connections(
    office: Office_, tmp_path: Path, nth: int, connections: int
) -> None:
    """50 notices, kill -9 in the midst: each arrives once at most, those in doubt are told, all others arrive."""
    office.clock.moment = datetime.now(UTC)
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example", patron_id="") for n in range(50)))
    _killed(office, tmp_path, nth=nth, connections=connections)
    office.clock.moment = datetime.now(UTC) + timedelta(seconds=40)
    office.run(3, daily_budget=0)
    rows = [office.row(n) for n in ids]
    doubtful = {row.message_id for row in rows if row.state is OutboxState.IN_DOUBT}
    arrived = [header(mail.raw, "Message-ID") for mail in office.server.mails]
    assert 1 <= len(doubtful) <= connections
    assert len(office.reviews()) == len(doubtful)
    assert len(arrived) == len(set(arrived))
    assert set(arrived) | doubtful == {row.message_id for row in rows}
    assert {row.state for row in rows} == {OutboxState.SENT, OutboxState.IN_DOUBT}


def test_two_relays_never_send_the_same_row(office: Office_) -> None:
    """Two relays on one database share the work without doubling."""
    office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(120)))
    reports: list[RelayReport] = []
    threads = [threading.Thread(target=lambda: reports.extend(office.run(3, daily_budget=0))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(report.sent for report in reports) == 120
    assert len({header(mail.raw, "Message-ID") for mail in office.server.mails}) == len(office.server.mails) == 120


def test_stop_finishes_what_is_under_way_and_frees_the_rest(office: Office_) -> None:
    """A drain: mails under way end and are marked, the others wait unharmed for the next start."""
    ids = office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(10)))
    office.server.fault("dot", delay=0.3, times=None)

    async def work() -> RelayReport:
        settings = office.settings(connections=1)
        courier = SmtpCourier(settings.smtp)
        relay = Relay(office.store, courier, PlainRenderer(), office.blobs, office.clock, settings)
        running = asyncio.create_task(relay.run_once())
        await asyncio.to_thread(office.server.wait_for, 1)
        relay.stop()
        report = await running
        await courier.close()
        return report

    report = asyncio.run(asyncio.wait_for(work(), 30))
    states = [office.row(i).state for i in ids]
    assert report.sent == states.count(OutboxState.SENT) == len(office.server.mails) < 10
    assert set(states) == {OutboxState.SENT, OutboxState.WAITING}
    office.server.clear()
    office.run()
    assert len(office.server.mails) == 10


def test_slow_server_never_outlives_the_lease(office: Office_) -> None:
    """A send that would outlast the lease ends in doubt before another relay could take the row."""
    (entry_id,) = office.add(notice())
    office.server.fault("dot", delay=30)
    began = time.monotonic()
    office.run(timeout_seconds=20.0, lease_seconds=1.0)
    assert time.monotonic() - began < 5
    assert office.row(entry_id).state is OutboxState.IN_DOUBT


_: Callable[..., Any] = replace  # re-exported to the crashing child


def test_the_host_limits_of_an_hour_and_a_minute_are_kept(office: Office_) -> None:
    """What is over waits, says why, and goes when the time has passed; both limits hold side by side."""
    office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(6)))
    office.run(3, hourly_budget=5, minute_budget=2)
    assert len(office.server.mails) == 2
    with office.store.read() as uow:
        said = standing(uow, office.settings(minute_budget=2), office.clock.now()).everything
    assert "smtp.minute_budget" in said
    office.clock.advance(seconds=61)
    office.run(3, hourly_budget=5, minute_budget=9)
    assert len(office.server.mails) == 5
    office.clock.advance(seconds=3600)
    office.run(3, hourly_budget=5)
    assert len(office.server.mails) == 6
