"""The pipeline on real parts: Dovecot, SMTP, SQLite, blobs. What comes in is kept, moved once and told once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.reading import Reading
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState, State
from maild.ports import DnsAnswers
from maild.spine.intake import Intake
from maild.spine.process import Processor
from tests.integration.arriving import mails, state, statuses, waiting
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """A whole office."""
    with office(tmp_path) as made:
        yield made


def relay(house: Office) -> None:
    asyncio.run(_relay(house))


async def _relay(house: Office) -> None:
    await house.services.relay.run_once()
    await house.services.courier.close()


def test_a_shipped_mail_reaches_the_patron(house: Office) -> None:
    """LMTP in, IMAP read, state moved, PDF sent by SMTP with whitelist steps, mail filed on the server."""
    raw = house.shipped("2026112000101")
    house.imap.deliver(raw)
    house.intake()
    house.process()
    assert state(house, "2026112000101") is State.SHIPPED
    relay(house)
    (sent,) = house.smtp.wait_for(1)
    assert sent.recipients == ("demo-lijun@zju.edu.cn",)
    assert b"application/pdf" in sent.raw
    assert state(house, "2026112000101") is State.DELIVERED
    for mailbox in house.services.mailboxes:
        assert house.services.filer.run_once(mailbox) == 1
    assert house.imap.exists() == 0
    (filed,) = house.imap.messages("maild/已处理")
    assert filed.replace(b"\r\n", b"\n").endswith(raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1])
    assert house.services.balance(ask_servers=True).even


def test_the_same_mail_twice_moves_and_tells_once(house: Office) -> None:
    """Delivered twice by the server, and told again in other words: one move, one notice."""
    raw = house.shipped("2026112000101")
    house.imap.fill([raw, raw])
    house.imap.fill([house.shipped("2026112000101", index=7, subject="再次通知：文献已寄送 2026112000101")])
    house.intake()
    house.process()
    assert sorted(statuses(house)) == ["ignored", "settled"]
    assert waiting(house) == [NoticeKind.DOCUMENT_DELIVERED]


def test_an_undone_assignment_leaves_nothing_behind(house: Office) -> None:
    """A file assigned to the wrong request and taken back never goes out with the right one."""
    wrong = house.mail(subject="文献已寄送", text="文献见附件。当前状态：已寄送\n", attach=["pdf:other.pdf"])
    house.imap.fill([wrong])
    house.intake()
    house.process()
    with house.services.store.read() as uow:
        (item,) = uow.reviews.find()
    house.services.acts.assign(item.id, ["2026112000101"], actor="librarian")
    house.services.acts.undo(item.id, actor="librarian")
    house.imap.fill([house.shipped("2026112000101", index=3)])
    house.intake()
    house.process()
    relay(house)
    (sent,) = house.smtp.wait_for(1)
    assert b"2026112000101.pdf" in sent.raw
    assert b"other.pdf" not in sent.raw


def test_trouble_of_the_surroundings_is_not_the_mails(house: Office) -> None:
    """A disk that is away costs no mail its place: nothing is shunted, all is settled when it is back."""
    house.imap.fill([house.shipped("2026112000101")])
    house.intake()

    class Away:
        def __init__(self, inner):  # type: ignore[no-untyped-def]
            self._inner = inner

        def get(self, sha256: str) -> bytes:
            raise Permanent("the disk is away")

        def __getattr__(self, name):  # type: ignore[no-untyped-def]
            return getattr(self._inner, name)

    troubled = Processor(replace(house.services.parts, blobs=Away(house.services.blobs), clock=Hours(house)))
    for _ in range(6):
        troubled.run_once()
    troubled.close()
    assert statuses(house) == ["pending"]
    back = Processor(replace(house.services.parts, clock=Hours(house, start=10)))
    back.run_once()
    back.close()
    assert statuses(house) == ["settled"]


class Hours:
    """A clock that goes on by half an hour at every look."""

    def __init__(self, house: Office, start: int = 0) -> None:
        self._now = house.services.clock.now() + timedelta(hours=start)

    def now(self) -> datetime:
        self._now += timedelta(minutes=30)
        return self._now

    def monotonic(self) -> float:
        return 0.0


class Poisoned:
    """A reader that breaks on one mail, as a bug would."""

    def __init__(self, house: Office) -> None:
        self.inner = house.services.reader
        self.calls = 0

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "", *, vouched: bool = False) -> Reading:
        if b"poison" in raw:
            self.calls += 1
            raise ZeroDivisionError("a bug")
        return self.inner.read(raw, answers, named, vouched=vouched)

    def close(self) -> None:
        """Nothing of our own."""


def test_a_poisonous_mail_is_shunted_and_the_queue_goes_on(house: Office) -> None:
    """Three tries, then it stands before staff with its traceback; it can be replayed when the bug is mended."""
    house.imap.fill([house.mail(text="poison"), house.shipped("2026112000101", index=1)])
    house.intake()
    reader = Poisoned(house)
    late = replace(house.services.parts, reader=reader, clock=Forward(house))
    processor = Processor(late)
    for _ in range(4):
        processor.run_once()
    processor.close()
    assert reader.calls == 3
    assert statuses(house) == ["shunted", "settled"]
    assert "ZeroDivisionError" in mails(house)[0].error
    with house.services.store.read() as uow:
        (item,) = uow.reviews.find(cause=Cause.SHUNTED)
    assert item.mail_id == mails(house)[0].id
    assert house.services.balance().even
    house.services.acts.replay(item.id, actor="admin")
    house.process()
    assert statuses(house)[0] == "review"


class Forward:
    """A clock that leaps an hour at every look, so that nothing has to be waited for."""

    def __init__(self, house: Office) -> None:
        self._now = house.services.clock.now()

    def now(self):  # type: ignore[no-untyped-def]
        from datetime import timedelta

        self._now += timedelta(hours=1)
        return self._now

    def monotonic(self) -> float:
        return 0.0


def test_two_processors_settle_each_mail_once(house: Office) -> None:
    """Several hosts may work on one database."""
    house.imap.fill([house.shipped(f"20261120001{n:02d}", index=n) for n in range(1, 25)])
    house.intake()
    one, two = house.services.processor, Processor(replace(house.services.parts, owner="other"))
    total = 0
    while done := one.run_once(5).total + two.run_once(5).total:
        total += done
    two.close()
    assert total == 24
    with house.services.store.read() as uow:
        assert [len(uow.decisions.of_mail(mail.id)) for mail in mails(house)] == [1] * 24


def test_staff_assign_undo_and_confirm(house: Office) -> None:
    """A queued proof is assigned, the held document goes out; undone before sending, all is as before."""
    house.imap.fill([
        house.shipped("2026112000112"),
        house.mail(1, **{"from": "p04", "subject": "转账凭证 2026112000112", "text": "已转账，见附件",
                         "attach": ["picture-form:IMG_1.jpg"]}),
    ])  # fmt: skip
    house.intake()
    house.process()
    assert sorted(waiting(house)) == [NoticeKind.FEE_NOTICE, NoticeKind.PROOF_RECEIVED]
    acts = house.services.acts
    with house.services.store.read() as uow:
        (item,) = uow.reviews.find(cause=Cause.SEVERAL_CANDIDATES)  # the form names another request than the mail
    done = acts.assign(item.id, ["2026112000112"], actor="librarian", amounts=[Money.of("10.00")], deposit=True)
    assert len(done.outbox) == 1
    with pytest.raises(Permanent, match="librarian"):
        acts.dismiss(item.id, actor="other", note="mine")
    acts.undo(item.id, actor="librarian")
    with house.services.store.read() as uow:
        transaction = uow.transactions.get("2026112000112")
        assert transaction is not None
        assert transaction.payment_state is PaymentState.DUE
        assert [e.request.kind for e in uow.outbox.find(state=OutboxState.CANCELLED)] == [NoticeKind.DOCUMENT_DELIVERED]
        (again,) = uow.reviews.find(cause=Cause.SEVERAL_CANDIDATES)
        assert not uow.ledger.claims()
    assert again.id == item.id
    done = acts.assign(item.id, ["2026112000112"], actor="librarian", amounts=[Money.of("10.00")], deposit=True)
    with house.services.store.read() as uow:
        anew = [e.request.kind for e in uow.outbox.find(state=OutboxState.WAITING)]
    assert NoticeKind.DOCUMENT_DELIVERED in anew, "what was taken back before does not stand in the way"
    acts.undo(item.id, actor="librarian")
    acts.dismiss(item.id, actor="librarian", note="a blank form")
    assert MailStatus.IGNORED in {mail.status for mail in mails(house)}


def test_intake_survives_a_crash_between_blob_and_row(house: Office) -> None:
    """The blob is there, the row is not: the next run stores the mail as if nothing had happened."""
    house.imap.fill([house.shipped("2026112000101")])

    class Crash(RuntimeError):
        pass

    class Crashing:
        def __init__(self, inner):  # type: ignore[no-untyped-def]
            self._inner = inner

        def __getattr__(self, name):  # type: ignore[no-untyped-def]
            return getattr(self._inner, name)

        def put_many(self, items):  # type: ignore[no-untyped-def]
            self._inner.put_many(items)
            raise Crash

    services = house.services
    (mailbox,) = services.mailboxes
    with pytest.raises(Crash):
        Intake(services.store, Crashing(services.blobs), services.clock, armed=["office/INBOX"]).run_once(mailbox)
    assert mails(house) == []
    house.intake()
    house.process()
    assert statuses(house) == ["settled"]
