"""The pipeline on real parts: Dovecot, SMTP, SQLite, blobs. What comes in is kept, moved once and told once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.domain.accounting.money import Money
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import RawMail
from maild.domain.incoming.reading import Reading
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.journal import VANISHED, MailRecord, MailStatus, Skipped
from maild.domain.requests.lifecycle import PaymentState, State
from maild.ports import DnsAnswers, Mailbox
from maild.spine.intake import Intake
from maild.spine.process import Processor
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """A whole office."""
    with office(tmp_path) as made:
        yield made


def mails(house: Office) -> list[MailRecord]:
    with house.services.store.read() as uow:
        return sorted(uow.mails.find(limit=500), key=lambda mail: mail.id)


def statuses(house: Office) -> list[str]:
    return [mail.status.value for mail in mails(house)]


def state(house: Office, number: str) -> State:
    with house.services.store.read() as uow:
        found = uow.transactions.get(number)
    assert found is not None
    return found.state


def waiting(house: Office) -> list[NoticeKind]:
    with house.services.store.read() as uow:
        return [entry.request.kind for entry in uow.outbox.find()]


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


def test_history_is_a_baseline_until_armed(tmp_path: Path) -> None:
    """An existing mailbox is read and indexed; nothing is answered. Once armed, what came since is."""
    with office(tmp_path, armed=False) as house:
        house.imap.fill([house.shipped("2026112000101")])
        house.intake()
        house.imap.fill([house.shipped("2026112000102", index=1)])
        house.intake()
        house.process()
        assert statuses(house) == ["baseline", "baseline"]
        assert waiting(house) == []
        armed = house.services.intake.arm("office/INBOX")
        assert armed == 1
        house.process()
        assert statuses(house) == ["baseline", "settled"]
        assert state(house, "2026112000101") is State.SUBMITTED
        assert state(house, "2026112000102") is State.SHIPPED
        house.imap.fill([house.shipped("2026112000103", index=2)])
        house.intake()
        house.process()
        assert statuses(house)[-1] == "settled"


def test_history_stays_history_under_new_uids(tmp_path: Path) -> None:
    """UIDVALIDITY changes before the office arms the folder: nothing of the history is acted upon."""
    with office(tmp_path, armed=False) as house:
        house.imap.fill([house.shipped("2026112000101"), house.shipped("2026112000102", index=1)])
        house.intake()
        house.imap.set_uidvalidity(987654)
        house.intake()
        assert house.services.intake.arm("office/INBOX") == 0
        house.process()
        assert statuses(house) == ["baseline", "baseline"]


def test_arming_during_an_intake_is_not_lost(tmp_path: Path) -> None:
    """The operator arms the folder while its mail is being fetched."""
    with office(tmp_path, armed=False) as house:
        house.imap.fill([house.shipped("2026112000101")])
        (mailbox,) = house.services.mailboxes
        house.services.intake.run_once(mailbox)

        class Arming:
            def __init__(self, inner):  # type: ignore[no-untyped-def]
                self._inner, self.name = inner, inner.name

            def __getattr__(self, name):  # type: ignore[no-untyped-def]
                return getattr(self._inner, name)

            def fetch(self, uids):  # type: ignore[no-untyped-def]
                for item in self._inner.fetch(uids):
                    house.services.intake.arm("office/INBOX")
                    yield item

        house.imap.fill([house.shipped("2026112000102", index=1)])
        house.services.intake.run_once(Arming(mailbox))
        house.process()
        assert statuses(house) == ["baseline", "settled"]
        with house.services.store.read() as uow:
            state_now = uow.mailboxes.state("office/INBOX")
        assert state_now is not None
        assert state_now.armed


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


def test_changed_uidvalidity_recognises_old_mail(house: Office) -> None:
    """After a restored backup every UID is new, and nothing is done again."""
    house.imap.fill([house.shipped("2026112000101")])
    house.intake()
    house.process()
    house.imap.set_uidvalidity(987654)
    house.imap.fill([house.shipped("2026112000102", index=1)])
    house.intake()
    house.process()
    assert statuses(house) == ["settled", "settled"]
    assert len(waiting(house)) == 2
    assert house.services.balance(ask_servers=True).even


def test_an_oversize_mail_is_visible(tmp_path: Path) -> None:
    """It is not fetched, it is counted, and staff are told."""
    with office(tmp_path, max_mail_bytes=20_000) as house:
        house.imap.fill([house.shipped("2026112000101", text="x" * 40_000), house.shipped("2026112000102", index=1)])
        house.intake()
        house.process()
        assert statuses(house) == ["settled"]
        with house.services.store.read() as uow:
            (item,) = uow.reviews.find(cause=Cause.OVERSIZE)
        assert "bytes" in item.subject
        assert "over size" in item.reasons[0]
        sheet = house.services.balance(ask_servers=True)
        assert sheet.even
        assert sum(sheet.folders[0].skipped.values()) == 1


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


def test_what_a_server_once_hid_is_found_by_the_audit(house: Office) -> None:
    """A UID that a wrong answer left out is a gap on the balance sheet; the audit fetches it."""

    class Hiding:
        def __init__(self, inner):  # type: ignore[no-untyped-def]
            self._inner, self.name = inner, inner.name

        def __getattr__(self, name):  # type: ignore[no-untyped-def]
            return getattr(self._inner, name)

        def uids(self, after: int, upto: int | None = None) -> list[int]:
            return [uid for uid in self._inner.uids(after, upto) if uid != 2]

    house.imap.fill([house.shipped(f"20261120001{n:02d}", index=n) for n in (1, 2, 3)])
    (mailbox,) = house.services.mailboxes
    house.services.intake.run_once(Hiding(mailbox))
    sheet = house.services.balance(ask_servers=True)
    assert not sheet.even
    assert sheet.folders[0].missing == (2,)
    assert house.services.audit().folders[0].missing == (2,)
    house.process()
    assert statuses(house) == ["settled"] * 3
    assert house.services.balance(ask_servers=True).even


def test_one_answer_that_leaves_a_mail_out_does_not_lose_it(house: Office) -> None:
    """A UID taken for gone which the server still lists is missing on the balance sheet; the audit fetches it."""

    class Forgetful:
        def __init__(self, inner: Mailbox) -> None:
            self._inner, self.name = inner, inner.name

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

        def fetch(self, uids: Sequence[int]) -> Iterator[RawMail | Skipped]:
            for item in self._inner.fetch(uids):
                yield Skipped(key=item.key, reason=VANISHED) if item.key.uid in (2, 3) else item

    house.imap.fill([house.shipped(f"20261120001{n:02d}", index=n) for n in (1, 2, 3)])
    (mailbox,) = house.services.mailboxes
    house.services.intake.run_once(Forgetful(mailbox))
    (folder,) = house.services.balance(ask_servers=True).folders
    assert (folder.missing, folder.even) == ((2, 3), False)
    assert house.services.intake.audit(mailbox).stored == 2
    house.process()
    assert statuses(house) == ["settled"] * 3
    (folder,) = house.services.balance(ask_servers=True).folders
    assert (folder.even, dict(folder.skipped)) == (True, {})


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
