"""Mail that does not arrive, over real IMAP and SMTP, weeks in seconds: bounces, complaints, slow domains, receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config import Settings, Staff
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxState
from maild.domain.outgoing.reach import Heard
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import PatronAddress
from maild.office.queue.acts_answer import Reply
from tests.servers.clock import MovedClock
from tests.servers.office import Office, office
from tests.servers.reports import complaint, dsn, qq_bounce, read_receipt

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
ZJU, QQ = "demo-lijun@zju.edu.cn", "demo-lijun@qq.com"
COPY = "2026112000101"
START = datetime.fromisoformat("2026-11-24T10:00:00+08:00")


@contextmanager
def house(
    folder: Path, change: Callable[[Settings], Settings] = lambda made: made
) -> Iterator[tuple[Office, MovedClock]]:
    """An office whose clock can be moved; it begins at ten on a Tuesday."""
    clock = MovedClock(START)
    with office(folder, clock=clock, change=change) as made:
        yield made, clock


def text(mail: EmailMessage) -> str:
    """The plain text of a mail, on one line."""
    part = mail.get_body(("plain",))
    assert part is not None
    return "".join(str(part.get_content()).split())


def waiting(made: Office, cause: Cause | None = None) -> list[ReviewItem]:
    """The open items of the queue."""
    with made.services.store.read() as uow:
        return list(uow.reviews.find(cause=cause))


def last(made: Office, to: str, kind: str = "") -> EmailMessage:
    """The latest mail to an address."""
    return made.sent(kind, to)[-1]


def test_a_bounced_document_goes_to_the_next_address_by_a_person_and_says_why(tmp_path: Path) -> None:
    """zh: the report marks the address with an expiry; the document waits, goes to the other one by a librarian's
    word, once, and explains.
    """
    with house(tmp_path) as (made, clock):
        made.receive(made.shipped(COPY))
        made.receive(dsn(last(made, ZJU, "document_delivered"), "550 User not found: " + ZJU))
        assert made.sent("document_delivered", QQ) == []
        (item,) = waiting(made, Cause.BOUNCE)
        made.services.answer_acts.answer(item.id, Reply(), actor="li")
        made.relay()
        (again,) = made.sent("document_delivered", QQ)
        assert [a.get_filename() for a in again.iter_attachments()] == [f"{COPY}.pdf"]
        assert f"我们发往{ZJU}的邮件被退回" in text(again)
        assert waiting(made) == []
        with made.services.store.read() as uow:
            state = uow.addresses.get(ZJU)
            patron = uow.patrons.by_email([QQ])[0]
        assert state.bounced_until is not None
        assert timedelta(days=89) < state.bounced_until - clock.now() < timedelta(days=91)
        assert patron.emails[0].bounced_until == state.bounced_until
        # The other one fails as well, in QQ's own words, without our Message-ID: the token in the subject tells which.
        made.receive(qq_bounce(again))
        (item,) = waiting(made, Cause.BOUNCE)
        assert any("李珺" in r and "0571-00000001" in r for r in item.reasons)
        assert len(made.sent("document_delivered")) == 2
        # It is over when it is over: the address is written to again.
        clock.pass_time(days=91)
        made.receive(made.shipped("2026112000102", 1))
        assert last(made, ZJU, "document_delivered")


def test_a_server_that_refuses_the_address_itself(tmp_path: Path) -> None:
    """en: 550 at RCPT; an address that belongs to nobody in the books is marked as well, and staff clear it."""
    with house(tmp_path) as (made, _):
        made.smtp.fault("rcpt", reply="550 5.1.1 User suspended", times=None, when=lambda a: "demo-ann" in a)
        made.receive(made.shipped("2026112000108"))
        (item,) = waiting(made, Cause.BOUNCE)
        assert any("phone Ann Smith: 0571-00000003" in r for r in item.reasons)
        with made.services.store.begin() as uow:
            state = uow.addresses.get("demo-ann@outlook.com")
            heard = [line.what for line in uow.heard.of(state.address)]
            patron = uow.patrons.by_email([state.address])[0]
            other = PatronAddress(address="ann@haining.example")
            uow.patrons.upsert([replace(patron, emails=(*patron.emails, other))], made.services.clock.now())
        assert (state.trouble, state.permanent, heard) == (Heard.HARD_BOUNCE, True, [Heard.HARD_BOUNCE])
        # Known by now: the next notice goes to the new address at once, without a try at the old one.
        made.receive(made.shipped("2026112000125", 1))
        (mail,) = made.sent("document_delivered", "ann@haining.example")
        assert "doesnotexistorwasclosed" in text(mail)
        made.receive(made.shipped("2026112000107", 2))
        assert "wasclosed" not in text(last(made, "ann@haining.example"))  # told once


def test_a_full_mailbox_waits_and_three_times_is_enough(tmp_path: Path) -> None:
    """Lost for a passing reason: sent again after a day; the third time within two weeks the address counts as dead."""
    with house(tmp_path) as (made, clock):
        made.receive(made.shipped("2026112000120"))
        to = "demo-zhouhai@foxmail.com"
        for time in (1, 2):
            assert len(made.sent("document_delivered", to)) == time
            clock.pass_time(minutes=20)
            made.receive(dsn(last(made, to), "552 Quota exceeded", status="5.2.2"))
            assert len(made.sent("document_delivered", to)) == time  # it is waited for
            clock.pass_time(hours=25)
            made.turn()
        assert "因邮箱已满被退回" in text(last(made, to))
        made.receive(dsn(last(made, to), "552 Quota exceeded", status="5.2.2"))
        (item,) = waiting(made, Cause.BOUNCE)
        assert "3 times within 14 days" in " ".join(item.reasons) or "0571-00000008" in " ".join(item.reasons)
        with made.services.store.read() as uow:
            assert uow.addresses.get(to).permanent
        clock.pass_time(days=3)
        made.turn()
        assert len(made.sent("document_delivered", to)) == 3


def test_a_complaint_stops_what_is_not_needed(tmp_path: Path) -> None:
    """Staff are told; news of the way stop, the document comes, and says how to take the complaint back."""
    with house(tmp_path) as (made, _):
        accepted = {"subject": "【CALIS馆际互借】申请已受理：{}", "text": "您好：\n\n事务号：{}\n当前状态：处理中\n"}
        made.receive(made.mail(0, **{k: v.format("2026112000114") for k, v in accepted.items()}))
        news = last(made, "demo-zhao@126.com", "request_accepted")
        made.receive(complaint(news))
        (item,) = waiting(made, Cause.COMPLAINT)
        assert any("0571-00000005" in r for r in item.reasons)
        made.receive(made.mail(1, **{k: v.format("2026112000113") for k, v in accepted.items()}))
        assert len(made.sent("request_accepted")) == 1
        made.receive(made.shipped("2026112000114", 2))
        document = last(made, "demo-zhao@126.com", "document_delivered")
        assert "标记（举报）成了垃圾邮件" in text(document)
        made.receive(complaint(document, "not-spam"))
        with made.services.store.read() as uow:
            assert uow.addresses.get("demo-zhao@126.com").complained is None


def test_a_slow_domain_is_one_alert(tmp_path: Path) -> None:
    """Five addresses of a domain put off: the others wait untried, staff get one mail, and all arrives later."""

    def change(made: Settings) -> Settings:
        staff = Staff(addresses=("desk@lib.example",), language="en")
        return replace(made, staff=staff, reach=replace(made.reach, slow_addresses=2))

    with house(tmp_path, change) as (made, clock):
        made.smtp.fault("rcpt", reply="451 4.7.1 try again later", times=None, when=lambda a: "zju.edu.cn" in a)
        made.receive(made.shipped(COPY), made.shipped("2026112000117", 1))
        made.receive(made.shipped("2026112000102", 2))
        tried = [c for c in made.smtp.commands if "RCPT" in str(c).upper() and "zju.edu.cn" in str(c)]
        assert len(tried) == 2
        for _ in range(3):
            clock.pass_time(minutes=10)
            made.turn()
        (alert,) = made.sent("staff_alert", "desk@lib.example")
        assert "zju.edu.cn" in text(alert)
        assert waiting(made) == []
        made.smtp.clear()
        clock.pass_time(hours=5)
        made.turn()
        assert len(made.sent("document_delivered")) == 3
        with made.services.store.read() as uow:
            assert uow.outbox.find(state=OutboxState.FAILED) == []


def test_a_read_receipt_is_asked_for_and_kept(tmp_path: Path) -> None:
    """notices.ask_receipts: the document asks for one, and what comes back is noted; deleted unread is not opened."""

    def change(made: Settings) -> Settings:
        return replace(made, notices=replace(made.notices, ask_receipts=True))

    with house(tmp_path, change) as (made, _):
        made.receive(made.shipped("2026112000116"))
        mail = last(made, "demo-meyer@gmail.com", "document_delivered")
        assert "bot@lib.example" in mail["Disposition-Notification-To"]
        made.receive(read_receipt(mail, "deleted"))
        with made.services.store.read() as uow:
            assert [row.opened for row in uow.outbox.find(number="2026112000116")] == [None]
        made.receive(read_receipt(mail))
        with made.services.store.read() as uow:
            (row,) = uow.outbox.find(number="2026112000116")
            tally = {t.domain: t for t in uow.heard.tally(made.services.clock.now() - timedelta(days=30))}
        assert row.opened == made.services.clock.now()
        assert tally["gmail.com"].counts == {Heard.DELIVERED_TO_SERVER: 1, Heard.OPENED: 1}
        assert waiting(made) == []


def test_a_remote_report_counts_where_it_comes_back_to_the_notice_s_own_return_path(tmp_path: Path) -> None:
    """Unsigned, from any host, naming no Message-ID: the token in its address proves it; a made-up one proves nothing."""

    def own_paths(made: Settings) -> Settings:
        return replace(made, smtp=replace(made.smtp, bounce="bot+{token}@lib.example"))

    def remote(ours: EmailMessage, to: str) -> bytes:
        said = dsn(ours, "550 5.1.1 no such user").replace(str(ours["Message-ID"]).encode(), b"<lost@mx.example>")
        hop = b"Received: from mx.example (mx.example [198.51.100.2]) by mx.lib.example with ESMTPS; "
        said = said.replace(b"To: bot@lib.example", f"To: {to}".encode(), 1)
        return hop + b"Tue, 24 Nov 2026 10:05:00 +0800\r\n" + said

    with house(tmp_path, own_paths) as (made, _):
        made.receive(made.shipped(COPY))
        ours, taken = last(made, ZJU, "document_delivered"), made.smtp.mails[-1]
        local, _, domain = taken.sender.partition("@")
        assert local.startswith("bot+")
        assert ours["From"].addresses[0].addr_spec == "bot@lib.example"
        forged = f"{local[:-4]}{'abcd' if not local.endswith('abcd') else 'dcba'}@{domain}"
        made.receive(remote(ours, forged))
        with made.services.store.read() as uow:
            assert uow.addresses.get(ZJU).bounced_until is None
        assert len(waiting(made, Cause.BOUNCE)) == 1
        made.receive(remote(ours, taken.sender.upper()))
        with made.services.store.read() as uow:
            assert uow.addresses.get(ZJU).bounced_until is not None
