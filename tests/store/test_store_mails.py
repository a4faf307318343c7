"""Mails: identity, places, queue, filing, the balance sheet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maild.domain.errors import NotFound, StaleVersion
from maild.domain.incoming.mail import MailKey
from maild.domain.records.journal import VANISHED, MailboxState, MailStatus, NewMail, Skipped
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)
BOX = "office/INBOX"


def key(uid: int, uidvalidity: int = 1, mailbox: str = BOX) -> MailKey:
    return MailKey(mailbox, uidvalidity, uid)


def new(uid: int, *, content: int | None = None, uidvalidity: int = 1, mailbox: str = BOX, **more: object) -> NewMail:
    number = uid if content is None else content
    fields = {"message_id": f"<m{number}@patron.example>", "sender": "li@patron.example", "subject": f"事务 {number}"}
    return NewMail(key=key(uid, uidvalidity, mailbox), sha256=f"{number:064x}", size=100, **{**fields, **more})  # type: ignore[arg-type]


def settle(store: Store, mail_id: int, status: MailStatus, **more: object) -> None:
    with store.begin() as uow:
        uow.mails.settle(mail_id, status, kind="thanks", rule="r", reason="because", now=NOW, **more)  # type: ignore[arg-type]


def test_add_and_read_back(store: Store) -> None:
    """Everything that was stored comes back, times exact to the microsecond and in UTC."""
    china = datetime(2026, 11, 24, 9, 0, 0, 1, tzinfo=UTC).astimezone()
    with store.begin() as uow:
        (stored,) = uow.mails.add([new(7, internal_date=china)], now=NOW)
    assert stored.fresh
    assert stored.key == key(7)
    with store.read() as uow:
        record = uow.mails.get(stored.mail_id)
        assert uow.mails.locations(stored.mail_id) == [key(7)]
        assert uow.mails.known_message("<m7@patron.example>") == record
        assert uow.mails.known_message("<other@patron.example>") is None
        assert uow.mails.known_message("") is None
    assert (record.received, record.stored) == (china, NOW)
    assert record.received is not None
    assert record.received.tzinfo is UTC
    assert (record.subject, record.status, record.attempts) == ("事务 7", MailStatus.PENDING, 0)


def test_add_is_idempotent(store: Store) -> None:
    """The same batch again, whole or in part, creates nothing and answers with the same ids."""
    batch = [new(uid) for uid in range(1, 51)]
    with store.begin() as uow:
        first = uow.mails.add(batch, [Skipped(key=key(99), reason="over size", size=10**9)], NOW)
    with store.begin() as uow:
        again = uow.mails.add([*batch[10:], new(51)], [Skipped(key=key(99), reason="other")])
    assert [s.mail_id for s in again[:40]] == [s.mail_id for s in first[10:]]
    assert [s.fresh for s in again] == [False] * 40 + [True]
    with store.read() as uow:
        assert len(uow.mails.find(limit=1000)) == 51
        assert uow.mails.uids(BOX, 1) == [*range(1, 52), 99]


def test_same_mail_in_another_place(store: Store) -> None:
    """A new UID, UIDVALIDITY or folder of a known mail is a second place of the same mail."""
    with store.begin() as uow:
        (first,) = uow.mails.add([new(1)])
    with store.begin() as uow:
        others = uow.mails.add(
            [new(5, content=1), new(1, content=1, uidvalidity=2), new(1, content=1, mailbox="office/Junk")]
        )
    assert [(o.mail_id, o.fresh) for o in others] == [(first.mail_id, False)] * 3
    with store.read() as uow:
        assert len(uow.mails.locations(first.mail_id)) == 4


def test_same_mail_twice_in_one_batch(store: Store) -> None:
    """A duplicate inside a batch is fresh once."""
    with store.begin() as uow:
        stored = uow.mails.add([new(1), new(2, content=1)])
    assert [s.fresh for s in stored] == [True, False]
    assert stored[0].mail_id == stored[1].mail_id


def test_identity_is_content_and_message_id(store: Store) -> None:
    """No Message-ID: content decides. Same content, other Message-ID as read: another mail."""
    with store.begin() as uow:
        a, b, c = uow.mails.add(
            [new(1, message_id=""), new(2, content=1, message_id=""), new(3, content=1, message_id="<x@y.example>")]
        )
    assert a.mail_id == b.mail_id != c.mail_id


def test_hostile_text_is_stored(store: Store) -> None:
    """NUL, lone surrogates and endless lines neither raise nor break the identity of a mail."""
    nasty = new(1, subject="a\0b\udcffc" + "长" * 100_000, sender="\ud800@x", message_id="<\0" + "长" * 5000 + ">")
    near = new(2, content=1, message_id="<\0" + "长" * 5000 + "!>")
    with store.begin() as uow:
        first, other = uow.mails.add([nasty, near])
        again = uow.mails.add([nasty])
    assert [(s.mail_id, s.fresh) for s in again] == [(first.mail_id, False)]
    assert other.mail_id != first.mail_id
    with store.read() as uow:
        record = uow.mails.get(first.mail_id)
        assert uow.mails.known_message(nasty.message_id) == record
    assert record.subject.startswith("a\ufffdb\ufffdc长")
    assert len(record.subject) == 1000


def test_absurd_dates_are_stored(store: Store) -> None:
    """The years 1 and 9999 with any zone neither raise nor come back unreadable."""
    zone = datetime(2026, 1, 1).astimezone().tzinfo
    dates = [datetime.min.replace(tzinfo=zone), datetime.max.replace(tzinfo=zone), datetime(1, 1, 1, tzinfo=UTC)]
    with store.begin() as uow:
        stored = uow.mails.add([new(uid, internal_date=date) for uid, date in enumerate(dates, 1)])
    with store.read() as uow:
        assert all(uow.mails.get(s.mail_id).received is not None for s in stored)


def test_a_naive_time_is_refused(store: Store) -> None:
    """A time without a zone is a programming error, not something to guess at."""
    with pytest.raises(Exception, match="without a time zone"), store.begin() as uow:
        uow.mails.add([new(1, internal_date=datetime(2026, 1, 1))])


def test_skipped_then_stored(store: Store) -> None:
    """A UID that was skipped and can be stored later gets its mail; the reverse changes nothing."""
    with store.begin() as uow:
        uow.mailboxes.save(MailboxState(mailbox=BOX, uidvalidity=1, last_uid=2))
        uow.mails.add([new(2)], [Skipped(key=key(1), reason="over size")])
    with store.begin() as uow:
        uow.mails.add([new(1)], [Skipped(key=key(2), reason="vanished")])
    with store.read() as uow:
        (counts,) = uow.mails.counts()
    assert (counts.stored, dict(counts.skipped)) == (2, {})


def test_vanished_is_no_last_word(store: Store) -> None:
    """A UID taken for gone is left out where asked, may get its mail or another reason, and then counts."""
    with store.begin() as uow:
        uow.mailboxes.save(MailboxState(mailbox=BOX, uidvalidity=1, last_uid=4))
        gone = [Skipped(key=key(n), reason=VANISHED) for n in (1, 2, 3)]
        uow.mails.add([new(4)], [*gone, Skipped(key=key(5), reason="over size", size=9)])
        assert uow.mails.uids(BOX, 1) == [1, 2, 3, 4, 5]
        assert uow.mails.uids(BOX, 1, vanished=False) == [4, 5]
    with store.begin() as uow:
        uow.mails.add([new(1)], [Skipped(key=key(2), reason="over size", size=9), gone[2]])
        assert uow.mails.uids(BOX, 1, vanished=False) == [1, 2, 4, 5]
        (counts,) = uow.mails.counts()
    assert (counts.stored, dict(counts.skipped)) == (2, {"over size": 2, VANISHED: 1})


def test_claim_release_settle(store: Store) -> None:
    """Oldest first; leased, deferred and settled mails are not given out; a lease that ran out is."""
    with store.begin() as uow:
        ids = [s.mail_id for s in uow.mails.add([new(uid) for uid in range(1, 6)])]
    with store.begin() as uow:
        first = uow.mails.claim(2, NOW, 60, "a")
        second = uow.mails.claim(2, NOW, 60, "b")
    assert [m.id for m in first + second] == ids[:4]
    with store.begin() as uow:
        uow.mails.release(ids[0], not_before=NOW + timedelta(minutes=5), error="no DNS", attempts=1)
    settle(store, ids[1], MailStatus.SETTLED, expected=MailStatus.PENDING)
    with store.begin() as uow:
        uow.mails.shunt(ids[2], error="Traceback …", now=NOW)
        later = uow.mails.claim(10, NOW + timedelta(seconds=61), 60, "c")
    assert [m.id for m in later] == [ids[3], ids[4]]
    with store.begin() as uow:
        (deferred,) = uow.mails.claim(10, NOW + timedelta(minutes=5), 600, "c")[:1]
    assert (deferred.id, deferred.attempts, deferred.error) == (ids[0], 1, "no DNS")
    with store.read() as uow:
        settled, shunted = uow.mails.get(ids[1]), uow.mails.get(ids[2])
    assert (settled.status, settled.kind, settled.rule, settled.settled) == (MailStatus.SETTLED, "thanks", "r", NOW)
    assert (shunted.status, shunted.error) == (MailStatus.SHUNTED, "Traceback …")


def test_settling_twice_is_stale(store: Store) -> None:
    """Who lost the lease cannot settle a mail that another process has settled."""
    with store.begin() as uow:
        (stored,) = uow.mails.add([new(1)])
    settle(store, stored.mail_id, MailStatus.SETTLED, expected=MailStatus.PENDING)
    with pytest.raises(StaleVersion):
        settle(store, stored.mail_id, MailStatus.IGNORED, expected=MailStatus.PENDING)
    settle(store, stored.mail_id, MailStatus.IGNORED)  # staff may
    with store.read() as uow:
        assert uow.mails.get(stored.mail_id).status is MailStatus.IGNORED


def test_late_release_does_not_requeue_a_settled_mail(store: Store) -> None:
    """A process whose lease ran out cannot put a mail back that another one has settled."""
    with store.begin() as uow:
        (stored,) = uow.mails.add([new(1)])
    settle(store, stored.mail_id, MailStatus.SETTLED)
    with store.begin() as uow:
        uow.mails.release(stored.mail_id, not_before=NOW, error="late", attempts=1)
        assert uow.mails.claim(1, NOW + timedelta(days=1), 60, "a") == []
        assert uow.mails.get(stored.mail_id).error == ""


def test_replay(store: Store) -> None:
    """A replayed mail is pending again, from the start."""
    with store.begin() as uow:
        (stored,) = uow.mails.add([new(1)])
        uow.mails.shunt(stored.mail_id, error="boom", now=NOW)
        uow.mails.replay(stored.mail_id)
        (claimed,) = uow.mails.claim(5, NOW, 60, "a")
        with pytest.raises(NotFound):
            uow.mails.replay(4711)
    assert (claimed.status, claimed.attempts, claimed.error, claimed.settled) == (MailStatus.PENDING, 0, "", None)


def test_find_pages_newest_first(store: Store) -> None:
    """By status and text; % and _ in the text are plain characters; `before` pages on."""
    with store.begin() as uow:
        ids = [s.mail_id for s in uow.mails.add([new(n, subject=f"50% off_{n}") for n in range(1, 6)])]
        uow.mails.shunt(ids[0], error="x", now=NOW)
    with store.read() as uow:
        assert [m.id for m in uow.mails.find(limit=2)] == ids[:-3:-1]
        assert [m.id for m in uow.mails.find(before=ids[2], limit=9)] == [ids[1], ids[0]]
        assert [m.id for m in uow.mails.find(status=MailStatus.SHUNTED)] == [ids[0]]
        assert [m.id for m in uow.mails.find(text="50% OFF_3")] == [ids[2]]
        assert uow.mails.find(text="50_ off") == []


def test_unfiled_and_filed(store: Store) -> None:
    """What is settled, in review or ignored and not yet filed; nothing pending, shunted or from the baseline."""
    with store.begin() as uow:
        statuses = [MailStatus.PENDING] * 5 + [MailStatus.BASELINE]
        ids = [s.mail_id for s in uow.mails.add([new(n, status=s) for n, s in enumerate(statuses, 1)])]
        uow.mails.add([], [Skipped(key=key(9), reason="over size")])
    for mail_id, status in zip(ids, (MailStatus.SETTLED, MailStatus.REVIEW, MailStatus.IGNORED), strict=False):
        settle(store, mail_id, status)
    with store.begin() as uow:
        uow.mails.shunt(ids[3], error="x", now=NOW)
    expected = [(1, MailStatus.SETTLED), (2, MailStatus.REVIEW), (3, MailStatus.IGNORED)]
    with store.begin() as uow:
        assert uow.mails.unfiled(BOX, 1, 10) == expected
        assert uow.mails.unfiled(BOX, 1, 2) == expected[:2]
        assert uow.mails.unfiled(BOX, 2, 10) == []
        uow.mails.mark_filed(BOX, 1, [1, 2])
        assert uow.mails.unfiled(BOX, 1, 10) == expected[2:]


def test_arming_turns_baseline_into_work(store: Store) -> None:
    """Baseline mail above the mark becomes pending and is filed once settled; older history stays history."""
    with store.begin() as uow:
        uow.mailboxes.save(MailboxState(mailbox=BOX, uidvalidity=1, last_uid=4, baseline_uid=4))
        ids = [s.mail_id for s in uow.mails.add([new(n, status=MailStatus.BASELINE) for n in range(1, 5)])]
        assert uow.mails.claim(9, NOW, 60, "a") == []
        assert uow.mails.arm(BOX, 2) == 2
        assert uow.mails.arm(BOX, 2) == 0
        assert uow.mails.arm("never/seen", 0) == 0
        assert [m.id for m in uow.mails.claim(9, NOW, 60, "a")] == ids[2:]
    settle(store, ids[2], MailStatus.SETTLED)
    with store.read() as uow:
        assert uow.mails.unfiled(BOX, 1, 9) == [(3, MailStatus.SETTLED)]


def test_counts(store: Store) -> None:
    """The balance sheet: only the present UIDVALIDITY counts, and stored equals the sum by status."""
    with store.begin() as uow:
        uow.mailboxes.save(MailboxState(mailbox=BOX, uidvalidity=2, last_uid=30))
        uow.mailboxes.save(MailboxState(mailbox="office/Junk", uidvalidity=5))
        old = uow.mails.add([new(n) for n in range(1, 4)])
        uow.mails.add(
            [new(n + 10, content=n, uidvalidity=2) for n in range(1, 3)] + [new(20, uidvalidity=2)],
            [Skipped(key=key(n, 2), reason="over size" if n == 30 else "vanished") for n in (30, 31, 32)],
        )
        uow.mails.shunt(old[0].mail_id, error="x", now=NOW)
    with store.read() as uow:
        inbox, junk = uow.mails.counts()
    assert (inbox.mailbox, inbox.stored, dict(inbox.skipped)) == (BOX, 3, {"over size": 1, "vanished": 2})
    assert dict(inbox.by_status) == {MailStatus.SHUNTED: 1, MailStatus.PENDING: 2}
    assert (inbox.uidvalidity, inbox.last_uid) == (2, 30)
    assert (junk.mailbox, junk.stored, dict(junk.by_status)) == ("office/Junk", 0, {})


def test_mailbox_state_is_replaced(store: Store) -> None:
    """Saved twice is one row with the last values."""
    with store.begin() as uow:
        uow.mailboxes.save(MailboxState(mailbox=BOX, uidvalidity=1))
        later = MailboxState(mailbox=BOX, uidvalidity=4_000_000_000, last_uid=4_294_967_295, armed=True)
        uow.mailboxes.save(later)
    with store.read() as uow:
        assert uow.mailboxes.state(BOX) == later
        assert uow.mailboxes.state("x") is None
        assert uow.mailboxes.all() == [later]
