"""'It says ended, but I have nothing': told over real IMAP and SMTP, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.lifecycle import PaymentState, State
from maild.office.queue.acts_answer import Reply
from tests.servers.clock import MovedClock
from tests.servers.office import Office, office
from tests.servers.reports import complaint, dsn, read_receipt

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
LI, LI_QQ, ANN = "demo-lijun@zju.edu.cn", "demo-lijun@qq.com", "demo-ann@outlook.com"
START = datetime.fromisoformat("2026-11-24T10:00:00+08:00")


@contextmanager
def house(folder: Path) -> Iterator[tuple[Office, MovedClock]]:
    """An office whose clock can be moved; it begins at ten on a Tuesday."""
    clock = MovedClock(START)
    with office(folder, clock=clock) as made:
        yield made, clock


def text(mail: EmailMessage) -> str:
    """The plain text of a mail without any space."""
    part = mail.get_body(("plain",))
    assert part is not None
    return "".join(str(part.get_content()).split())


def items(made: Office, cause: Cause = Cause.NOT_RECEIVED) -> list[ReviewItem]:
    """What waits for a librarian, as a rule because something was not received."""
    with made.services.store.read() as uow:
        return list(uow.reviews.find(cause=cause))


def drafts(made: Office, item: ReviewItem) -> list[OutboxEntry]:
    """The drafts beside an item of the queue."""
    assert item.mail_id is not None
    with made.services.store.read() as uow:
        rows = uow.outbox.of_mail(item.mail_id)
    assert {row.state for row in rows} <= {OutboxState.HELD}
    return rows


def ended(made: Office, number: str) -> None:
    """The request is closed, as the gateway shows it: 事务已结束."""
    with made.services.store.begin() as uow:
        (case,) = uow.transactions.get_many([number])
        closed = replace(case, state=State.CLOSED)
        uow.transactions.restore(closed, case.version, made.services.clock.now())


def test_sent_again_once_then_a_librarian(tmp_path: Path) -> None:
    """zh: closed and nothing there: sent again with the steps of that mail system; the second time a person has it."""
    with house(tmp_path) as (made, clock):
        number = "2026112000101"
        made.receive(made.shipped(number))
        ended(made, number)
        clock.pass_time(days=2)
        said = f"老师您好，系统里显示事务已结束，但我还没有收到文献，事务号{number}，谢谢。"
        made.receive(made.mail(1, **{"from": "p01", "subject": "没收到文献", "text": said}))
        first, again = made.sent("document_delivered", LI)
        assert [a.get_filename() for a in again.iter_attachments()] == [f"{number}.pdf"]
        words = text(again)
        assert f"文献曾于2026年11月24日发送到{LI}" in words
        steps, body = words.index("反垃圾/白名单"), words.index("您申请的文献")
        assert steps < body
        assert again["In-Reply-To"]
        assert first["Message-ID"] != again["Message-ID"]
        assert items(made) == []
        # He looked, it is not there either.
        clock.pass_time(days=1)
        made.receive(made.mail(2, **{"from": "p01", "subject": "还是没收到", "text": said}))
        assert len(made.sent("document_delivered")) == 2
        (item,) = items(made)
        assert item.transactions == (number,)
        reasons = " | ".join(item.reasons)
        assert "second time" in reasons
        assert reasons.count(f"document_delivered to {LI}") == 2
        assert "phone 李珺: 0571-00000001" in reasons
        kinds = [row.request.kind for row in drafts(made, item)]
        assert kinds == [NoticeKind.NOT_RECEIVED_ANSWER, NoticeKind.SUPPLY_QUERY]


def test_the_resent_one_bounces_and_goes_to_the_other_address(tmp_path: Path) -> None:
    """zh: the second copy is refused; by a librarian's word the other address has it, with what happened on top."""
    with house(tmp_path) as (made, _):
        number = "2026112000102"
        made.receive(made.shipped(number))
        said = f"状态显示已结束，但是没有收到全文。事务号 {number}"
        made.receive(made.mail(1, **{"from": "p01", "subject": "没有收到", "text": said}))
        again = made.sent("document_delivered", LI)[-1]
        made.receive(dsn(again, f"550 User suspended: {LI}"))
        assert made.sent("document_delivered", LI_QQ) == []
        (item,) = items(made, Cause.BOUNCE)
        made.services.answer_acts.answer(item.id, Reply(), actor="li")
        made.relay()
        (other,) = made.sent("document_delivered", LI_QQ)
        assert f"我们发往{LI}的邮件被退回" in text(other)
        assert f"文献曾于2026年11月24日发送到{LI}" in text(other)
        assert items(made) == []


def test_what_bounced_is_sent_to_the_address_that_works(tmp_path: Path) -> None:
    """en: the first one was marked as spam; the complaint is answered to nowhere but an address that takes our mail."""
    with house(tmp_path) as (made, _):
        number = "2026112000125"
        made.receive(made.shipped(number))
        made.receive(complaint(made.sent("document_delivered", ANN)[-1]))
        said = f"Dear librarian, I have not received the article yet. Transaction {number}. Thank you."
        made.receive(made.mail(1, **{"from": "p03", "subject": "Nothing received", "text": said}))
        assert len(made.sent("document_delivered")) == 1
        (item,) = items(made)
        assert "no address of the patron's takes our mail" in item.reasons[0]
        assert any("complaint" in reason for reason in item.reasons)
        assert any("0571-00000003" in reason for reason in item.reasons)


def test_opened_is_a_librarians_case(tmp_path: Path) -> None:
    """en: the read receipt says that it was shown: nothing is sent again by itself."""
    with house(tmp_path) as (made, clock):
        number = "2026112000108"
        made.receive(made.shipped(number))
        made.receive(read_receipt(made.sent("document_delivered", ANN)[-1]))
        clock.pass_time(hours=3)
        said = f"I still have not received the article, transaction {number}."
        made.receive(made.mail(1, **{"from": "p03", "subject": "not received", "text": said}))
        assert len(made.sent("document_delivered")) == 1
        (item,) = items(made)
        assert "it was opened at demo-ann@outlook.com" in item.reasons[0]
        (draft,) = drafts(made, item)
        assert (draft.request.kind, draft.request.recipient) == (NoticeKind.DOCUMENT_DELIVERED, ANN)


def test_true_answers_where_nothing_was_sent(tmp_path: Path) -> None:
    """zh: a fee holds it back: the fee is asked for again; en: not supplied yet: the true state is told."""
    with house(tmp_path) as (made, _):
        held = "2026112000113"
        with made.services.store.begin() as uow:
            (case,) = uow.transactions.get_many([held])
            shipped = replace(case, state=State.SHIPPED, payment_state=PaymentState.DUE)
            uow.transactions.restore(shipped, case.version, made.services.clock.now())
        said = f"您好，我还没有收到文献，事务号：{held}"
        made.receive(made.mail(1, **{"from": "p05", "subject": "没有收到文献", "text": said}))
        (fee,) = made.sent("fee_notice", "demo-zhao@126.com")
        assert "38.00" in text(fee)
        assert held in text(fee)
        said = "I have not received the article yet. Transaction number: 2026112000107."
        made.receive(made.mail(2, **{"from": "p03", "subject": "not received", "text": said}))
        (state,) = made.sent("query_answer", ANN)
        assert "forwardedtoanotherlibrary" in text(state)
        assert items(made) == []
        assert made.sent("document_delivered") == []


def test_strangers_and_several(tmp_path: Path) -> None:
    """A stranger and another's number learn nothing; where several requests fit, the draft asks which."""
    with house(tmp_path) as (made, _):
        made.receive(made.shipped("2026112000121"))
        stranger = "Nobody <nobody@else.example>"
        said = "我还没有收到文献，事务号 2026112000121"
        made.receive(made.mail(1, **{"from": stranger, "subject": "没收到", "text": said}))
        made.receive(made.mail(2, **{"from": "p03", "subject": "没收到", "text": said}))
        forged = {"from": "p08", "subject": "没收到", "text": said, "sign": False}
        made.receive(made.mail(3, **forged))
        assert len(made.sent()) == 1  # what the provider's mail brought
        assert items(made) == []
        made.receive(made.mail(4, **{"from": "p08", "subject": "没收到", "text": "显示已结束，我还没有收到文献。"}))
        (item,) = items(made)
        assert "requests fit" in item.reasons[0]
        (draft,) = drafts(made, item)
        assert draft.request.data["what"] == "which"
