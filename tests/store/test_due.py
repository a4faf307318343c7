"""The short look: never blind to what may be claimed, never in anybody's way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from maild.domain.errors import Temporary
from maild.domain.incoming.mail import MailKey
from maild.domain.operation.waits import LEASE_CAP, MAIL_CAP, NOTICE_CAP, Due
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.records.journal import MailRecord, MailStatus, NewMail
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LEASE = 600.0
MOMENTS = [NOW + timedelta(seconds=s) for s in (-1, 0, 1, LEASE, LEASE + 1)] + [
    NOW + cap + timedelta(seconds=s) for cap in (LEASE_CAP, MAIL_CAP, NOTICE_CAP) for s in (-1, 1)
]


def with_notice(store: Store) -> int:
    with store.begin() as uow:
        request = NoticeRequest(kind=NoticeKind.REQUEST_ACCEPTED, subject="a", recipient="p@patron.example")
        return uow.outbox.add([request], NOW)[0]


def with_mail(store: Store) -> int:
    new = NewMail(key=MailKey(mailbox="a/b", uidvalidity=1, uid=1), sha256="0" * 64, size=1, message_id="<a@b>")
    with store.begin() as uow:
        (stored,) = uow.mails.add([new], now=NOW)
        return stored.mail_id


class TakenBackError(Exception):
    """Ends a transaction without a commit."""


def claimed(store: Store, moment: datetime) -> Due:
    """What claiming at that moment would take; taken back."""
    notices: list[OutboxEntry] = []
    mails: list[MailRecord] = []
    with suppress(TakenBackError), store.begin() as uow:
        notices += [*uow.outbox.claim(9, moment, LEASE, "b"), *uow.outbox.doubt(moment)]
        mails += uow.mails.claim(9, moment, LEASE, "b")
        raise TakenBackError
    return Due(mails=bool(mails), notices=bool(notices))


@pytest.mark.parametrize("put_off", [timedelta(0), timedelta(minutes=7), MAIL_CAP, NOTICE_CAP])
@pytest.mark.parametrize("state", ["waiting", "leased", "begun", "over"])
def test_what_may_be_claimed_is_due(store: Store, state: str, put_off: timedelta) -> None:
    """And nothing else: at each moment around the ends of waits, leases and their caps nobody is woken for nothing."""
    notice, mail = with_notice(store), with_mail(store)
    with store.begin() as uow:
        uow.outbox.mark(notice, OutboxState.WAITING, now=NOW, not_before=NOW + put_off)
        uow.mails.release(mail, not_before=NOW + put_off, error="", attempts=1)
    if state != "waiting":
        with store.begin() as uow:
            free = NOW + put_off
            assert [row.id for row in uow.outbox.claim(1, free, LEASE, "a")] == [notice]
            assert [row.id for row in uow.mails.claim(1, free, LEASE, "a")] == [mail]
            if state == "begun":
                assert uow.outbox.begin([notice], "a", "<m@x>")
    if state == "over":
        with store.begin() as uow:
            uow.outbox.mark(notice, OutboxState.SENT, now=NOW)
            uow.mails.settle(mail, MailStatus.SETTLED, kind="", rule="", reason="", now=NOW)
    for moment in (each + put_off for each in MOMENTS):
        assert store.due(moment) == claimed(store, moment), moment


def test_it_sees_what_others_wrote_and_waits_for_no_lock(
    store: Store, url: str, opened: Callable[[str], Store]
) -> None:
    """Committed by another process: there at the next look. Under way: neither seen nor waited for."""
    other = opened(url)
    assert store.due(NOW) == Due(mails=False, notices=False)
    with other.begin() as uow:
        request = NoticeRequest(kind=NoticeKind.REQUEST_ACCEPTED, subject="a", recipient="p@patron.example")
        uow.outbox.add([request], NOW)
        assert store.due(NOW) == Due(mails=False, notices=False)
    assert store.due(NOW) == Due(mails=False, notices=True)
    with_mail(other)
    assert store.due(NOW) == Due(mails=True, notices=True)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # nothing stands between SQLite and its file
def test_after_a_lost_connection_it_looks_on_a_new_one(store: Store) -> None:
    """It says so once; then it sees again."""
    with_notice(store)
    assert store.due(NOW).notices
    assert store._due is not None
    assert store._due._connection is not None
    pid = store._due._connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
    with store._engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with pytest.raises(Temporary):
        store.due(NOW)
    assert store.due(NOW).notices


def test_a_store_that_was_closed_may_be_used_again(store: Store) -> None:
    """As its other connections."""
    with_notice(store)
    assert store.due(NOW).notices
    store.close()
    assert store.due(NOW).notices
