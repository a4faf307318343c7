"""The queue as it is listed: filters, neighbours, stamps, who has an item."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from maild.domain.desk.listing import NOBODY, Neighbours, ReviewFilter, Shown
from maild.domain.errors import NotFound, StaleVersion
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CAUSES = (Cause.NO_NUMBER, Cause.QUESTION, Cause.BOUNCE)


def _queue(store: Store) -> list[int]:
    """Nine items of three causes: ids in order."""
    with store.begin() as uow:
        return [
            uow.reviews.add(
                ReviewItem(id=0, mail_id=None, cause=CAUSES[n % 3], sender=f"p{n}@patron.example",
                           kind="payment_proof" if n < 4 else "patron_other", subject=f"关于事务 {n}"), NOW,
            )
            for n in range(9)
        ]  # fmt: skip


def _handle(store: Store, *ids: int) -> None:
    with store.begin() as uow:
        for item_id in ids:
            item = uow.reviews.get(item_id)
            assert item is not None
            uow.reviews.handle(item_id, ReviewState.DISMISSED, expected_version=item.version, actor="li", note="",
                               transactions=(), now=NOW)  # fmt: skip


def test_the_queue_is_filtered(store: Store) -> None:
    """By state, several causes, kind, sender, assignee or nobody; counts leave the causes out."""
    ids = _queue(store)
    _handle(store, ids[0], ids[4])
    with store.begin() as uow:
        uow.reviews.assign_to(ids[1], "li", expected_version=0)
    with store.read() as uow:
        queue = uow.listings.queue

        def found(**asked: Any) -> list[int]:
            return [ids.index(item.id) for item in queue.page(ReviewFilter(**asked)).items]

        assert found() == [1, 2, 3, 5, 6, 7, 8]
        assert found(shown=Shown.HANDLED) == [0, 4]
        assert found(shown=Shown.HANDLED, causes=CAUSES[:1]) == [0]
        assert found(shown=Shown.ANY, causes=CAUSES[:1]) == [0, 3, 6]
        assert found(causes=CAUSES[:2]) == [1, 3, 6, 7]
        assert found(kinds=("payment_proof",)) == [1, 2, 3]
        assert found(sender="P2@") == [2]
        assert found(assignee="li") == [1]
        assert found(assignee=NOBODY) == [2, 3, 5, 6, 7, 8]
        assert found(assignee="wang") == []
        assert queue.counts(ReviewFilter(causes=CAUSES[:1])) == dict(zip(CAUSES, (2, 2, 3), strict=True))
        assert queue.counts(ReviewFilter(assignee="li")) == {Cause.QUESTION: 1}
        nobodys = ReviewFilter(assignee=NOBODY)
        assert queue.counts(nobodys) == Counter(item.cause for item in queue.page(nobodys).items)
        assert queue.counts(replace(nobodys, causes=(Cause.QUESTION,))) == queue.counts(nobodys)
        assert queue.counts(ReviewFilter(shown=Shown.HANDLED)) == {Cause.NO_NUMBER: 1, Cause.QUESTION: 1}
        assert queue.assignees() == {"": 6, "li": 1}


def test_what_is_handled_is_counted_so_far(store: Store) -> None:
    """What waits is counted to the last; what is handled up to a number of each cause, or of all under a filter."""
    ids = _queue(store)
    for item_id in ids:
        _handle(store, item_id)
    with store.begin() as uow:
        for _ in range(3):
            uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.QUESTION), NOW)
    with store.read() as uow:
        counts = uow.listings.queue.counts
        whole = counts(ReviewFilter(shown=Shown.HANDLED))
        assert sum(whole.values()) == len(ids)
        assert max(whole.values()) > 2
        assert counts(ReviewFilter(shown=Shown.HANDLED), most=1) == {cause: min(n, 2) for cause, n in whole.items()}
        assert sum(counts(ReviewFilter(shown=Shown.HANDLED, sender="p"), most=1).values()) == 2
        assert counts(ReviewFilter(), most=1) == {Cause.QUESTION: 3}
        some = counts(ReviewFilter(shown=Shown.ANY))
        assert some == {cause: whole.get(cause, 0) + 3 * (cause is Cause.QUESTION) for cause in some}
        assert sum(some.values()) == len(ids) + 3


def test_from_item_to_item(store: Store) -> None:
    """The items beside one under a filter, also beside one that was handled meanwhile, either way round."""
    ids = _queue(store)
    _handle(store, ids[3])
    with store.read() as uow:
        beside = uow.listings.queue.neighbours
        everything = ReviewFilter()
        assert beside(ids[0], everything) == Neighbours(previous=None, next=ids[1], position=1, total=8)
        assert beside(ids[4], everything) == Neighbours(previous=ids[2], next=ids[5], position=4, total=8)
        assert beside(ids[3], everything) == Neighbours(previous=ids[2], next=ids[4], position=3, total=8)
        assert beside(ids[8], everything).next is None
        assert beside(ids[8], everything, backwards=True) == Neighbours(previous=None, next=ids[7], position=1, total=8)
        some = ReviewFilter(causes=CAUSES[:2])
        assert beside(ids[4], some) == Neighbours(previous=ids[1], next=ids[6], position=3, total=5)


def test_the_stamp_of_the_queue_changes(store: Store) -> None:
    """A new item, and a line of history, both change it; looking does not."""
    with store.read() as uow:
        empty = uow.listings.queue.latest()
    ids = _queue(store)
    with store.begin() as uow:
        added = uow.listings.queue.latest()
        uow.journal.add([JournalEntry(what="review", at=NOW)])
    with store.read() as uow:
        assert empty == (0, 0, 0)
        assert added == (ids[-1], 0, 0)
        assert uow.listings.queue.latest() == (ids[-1], 1, 0) == uow.listings.queue.latest()


def test_an_item_is_assigned_at_its_version(store: Store) -> None:
    """Assigning counts as a change: who read before it is told so, whether to assign or to handle."""
    ids = _queue(store)
    with store.begin() as uow:
        uow.reviews.assign_to(ids[0], "li", expected_version=0)
    with pytest.raises(StaleVersion), store.begin() as uow:
        uow.reviews.assign_to(ids[0], "wang", expected_version=0)
    with pytest.raises(NotFound), store.begin() as uow:
        uow.reviews.assign_to(10_000, "wang", expected_version=0)
    with store.begin() as uow:
        item = uow.reviews.get(ids[0])
        assert item is not None
        assert (item.assignee, item.version) == ("li", 1)
        uow.reviews.assign_to(ids[0], "", expected_version=1)


def test_one_of_two_gets_the_item(store: Store) -> None:
    """Two librarians take the same item at once: exactly one has it, the other one is told."""
    ids = _queue(store)
    barrier, outcomes = threading.Barrier(2), []

    def take(name: str) -> None:
        barrier.wait(10)
        try:
            with store.begin() as uow:
                uow.reviews.assign_to(ids[0], name, expected_version=0)
            outcomes.append(name)
        except StaleVersion:
            outcomes.append("stale")

    threads = [threading.Thread(target=take, args=(name,)) for name in ("li", "wang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store.read() as uow:
        item = uow.reviews.get(ids[0])
    assert item is not None
    assert sorted(outcomes) == sorted(["stale", item.assignee])
