"""Copies that are still to be laid into the folder of sent mail: each is one process's at a time, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maild.domain.operation.waits import COPY_CAP
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HELD = NOW + timedelta(minutes=15)


def _sent(store: Store, count: int) -> list[int]:
    """Notices that left, and whose copies are wanted."""
    requests = [
        NoticeRequest(kind=NoticeKind.QUERY_ANSWER, subject=f"mail:{n}", recipient="a@b.example") for n in range(count)
    ]
    with store.begin() as uow:
        ids = uow.outbox.add(requests, NOW)
        for entry_id in ids:
            uow.outbox.mark(entry_id, OutboxState.SENT, now=NOW, copy="a" * 64)
            uow.sent_copies.want(entry_id, NOW)
            uow.sent_copies.want(entry_id, NOW + timedelta(days=9))
    return ids


def test_each_is_claimed_once_and_comes_again(store: Store) -> None:
    """Oldest first; what is claimed is free again only when its time is over; what is done is gone."""
    ids = _sent(store, 3)
    with store.begin() as uow:
        first = uow.sent_copies.claim(2, NOW, HELD)
        rest = uow.sent_copies.claim(9, NOW, HELD)
        assert uow.sent_copies.claim(9, NOW, HELD) == []
    assert [one.outbox_id for one in (*first, *rest)] == ids
    assert {(one.tries, one.copy, one.sent) for one in (*first, *rest)} == {(1, "a" * 64, NOW)}
    with store.begin() as uow:
        uow.sent_copies.done(ids[0])
        uow.sent_copies.later(ids[1], NOW + timedelta(hours=3), "NO over quota")
        again = uow.sent_copies.claim(9, HELD, HELD + timedelta(minutes=15))
        assert [(one.outbox_id, one.tries) for one in again] == [(ids[2], 2)]
        assert uow.sent_copies.waiting() == 2


def test_a_clock_that_was_ahead_makes_nothing_wait_for_a_year(store: Store) -> None:
    """What is due further off than any wait may be is due now."""
    ids = _sent(store, 2)
    with store.begin() as uow:
        uow.sent_copies.later(ids[0], NOW + COPY_CAP + timedelta(days=300), "")
        uow.sent_copies.later(ids[1], NOW + COPY_CAP - timedelta(minutes=1), "")
        assert [one.outbox_id for one in uow.sent_copies.claim(9, NOW, HELD)] == ids[:1]
