"""Events for the library's own system: written with what they tell, claimed in order, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Posting
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.event import Event, EventKind, EventState
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.patron import Patron, Transaction
from maild.office.webhook.events import WebhookEvents
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _event(key: str, number: str = "") -> Event:
    return Event(key=key, at=NOW, kind=EventKind.TEST, number=number, body={"type": "maild.test", "data": {"n": key}})


def _claim(store: Store, now: datetime = NOW, limit: int = 10) -> list[str]:
    with store.begin() as uow:
        return [event.key for event in uow.events.claim(limit, now, 60, "a")]


def _mark(store: Store, key: str, state: EventState, later: timedelta | None = None) -> None:
    with store.begin() as uow:
        (found,) = [event for event in uow.events.find() if event.key == key]
        uow.events.mark(found.id, state, now=NOW, not_before=NOW + later if later else None, attempts=1)


def test_an_event_is_kept_once_and_claimed_by_one(store: Store) -> None:
    """The same key twice is one event; a leased one is nobody else's until the lease has run out."""
    with store.begin() as uow:
        uow.events.add([_event("a"), _event("b"), _event("a")])
        assert uow.events.waiting() == 2
    assert _claim(store) == ["a", "b"]
    assert _claim(store) == []
    assert _claim(store, NOW + timedelta(seconds=61)) == ["a", "b"]
    with store.begin() as uow:
        assert uow.events.owners() == ["a"]
        assert uow.events.free("a", NOW) == 2
    assert _claim(store) == ["a", "b"]


def test_events_of_a_transaction_keep_their_order(store: Store) -> None:
    """The second waits until the first is done with, whatever it takes; others pass by."""
    with store.begin() as uow:
        uow.events.add([_event("n1", "N"), _event("n2", "N"), _event("m1", "M"), _event("x"), _event("n3", "N")])
    assert _claim(store) == ["n1", "m1", "x"]
    _mark(store, "n1", EventState.WAITING, timedelta(hours=1))
    _mark(store, "m1", EventState.SENT)
    _mark(store, "x", EventState.SENT)
    assert _claim(store) == []
    assert _claim(store, NOW + timedelta(hours=1)) == ["n1"]
    _mark(store, "n1", EventState.FAILED)
    assert _claim(store) == ["n2"]
    _mark(store, "n2", EventState.SENT)
    assert _claim(store) == ["n3"]
    with store.begin() as uow:
        assert uow.events.forget(NOW + timedelta(seconds=1)) == 3
        assert sorted(event.key for event in uow.events.find()) == ["n1", "n3"]


@pytest.fixture
def told(store: Store) -> Store:
    """A store whose writing is told."""
    store.listener = WebhookEvents()
    with store.begin() as uow:
        uow.patrons.upsert([Patron(patron_id="p", name="甲")], NOW)
        uow.transactions.upsert([Transaction(number="N", patron_id="p")], NOW)
    return store


def _kinds(store: Store) -> Sequence[str]:
    with store.read() as uow:
        return [event.kind.value for event in reversed(uow.events.find())]


def test_what_is_written_is_told_in_the_same_transaction(told: Store) -> None:
    """History, queue and books become events; what is rolled back was never told."""
    line = JournalEntry(
        what="state",
        at=NOW,
        number="N",
        before="submitted",
        after="shipped",
        mail_id=7,
        data={"iso18626": {"status": "CopyCompleted"}},
    )
    with suppress(RuntimeError), told.begin() as uow:
        uow.journal.add([line])
        uow.journal.of_mail(7)  # which writes it, and its event
        assert uow.events.waiting() == 1
        raise RuntimeError
    assert _kinds(told) == []
    with told.begin() as uow:
        uow.journal.add(
            [
                line,
                replace(line, before="shipped", after="delivered", outbox_id=1, mail_id=None),
                replace(line, what="bounce"),
            ]
        )
        item = uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key="k"), NOW)
        uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key="k"), NOW)
        uow.reviews.add_many([ReviewItem(id=0, mail_id=None, cause=Cause.QUESTION)], NOW)
        uow.reviews.handle(
            item, ReviewState.DISMISSED, expected_version=0, actor="li", note="", transactions=(), now=NOW
        )
        uow.ledger.post(
            [
                LedgerEntry(
                    key="claim:1",
                    kind=EntryKind.CLAIM,
                    postings=(
                        Posting(book=Book.CLAIMED, amount=Money.of(12), patron_id="p"),
                        Posting(book=Book.PENDING, amount=Money.of(-12), patron_id="p"),
                    ),
                )
            ],
            NOW,
        )
    assert sorted(_kinds(told)) == sorted(
        [
            "transaction.state",
            "transaction.state",
            "document.delivered",
            "review.opened",
            "review.opened",
            "review.settled",
            "claim.made",
        ]
    )
    with told.read() as uow:
        (shipped,) = [e for e in uow.events.find(number="N") if e.body["data"]["after"] == "shipped"]  # type: ignore[index]
        (claim,) = [e for e in uow.events.find() if e.kind is EventKind.CLAIM_MADE]
    assert shipped.body["data"]["iso18626"]["status"] == "CopyCompleted"  # type: ignore[index]
    assert shipped.body["data"]["transaction"]["patron_id"] == "p"  # type: ignore[index]
    assert claim.body["data"]["amount"] == "12.00"  # type: ignore[index]


def test_a_savepoint_that_is_undone_tells_nothing(told: Store) -> None:
    """What a savepoint took back is not told; what stays is."""
    with told.begin() as uow:
        uow.journal.add([JournalEntry(what="payment", at=NOW, number="N", after="due")])
        with suppress(RuntimeError), uow.savepoint():
            uow.journal.add([JournalEntry(what="payment", at=NOW, number="N", after="confirmed")])
            uow.journal.of_transaction("N")
            raise RuntimeError
    assert _kinds(told) == ["transaction.payment"]


def test_nobody_to_tell_costs_nothing(store: Store) -> None:
    """Without a receiver no event is written."""
    with store.begin() as uow:
        uow.journal.add([JournalEntry(what="payment", at=NOW, after="due")])
    assert _kinds(store) == []
