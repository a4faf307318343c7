"""What the console's acts on the queue write and read: whose an item is, ignored senders, a request forgotten; on both
databases.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.domain.errors import MaildError, NotFound, StaleVersion
from maild.domain.incoming.decision import Cause, NewTransaction
from maild.domain.records.ignored import IgnoredSender
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.patron import Document, Patron
from maild.store.uow import Store

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def _item(sender: str = "a@b.example") -> ReviewItem:
    return ReviewItem(id=0, mail_id=None, cause=Cause.QUESTION, sender=sender)


def test_whose_an_item_is(store: Store) -> None:
    """Written over the version that was read, which grows; who was faster is told."""
    with store.begin() as uow:
        item = uow.reviews.add(_item(), NOW)
        uow.reviews.assign_to(item, "li", expected_version=0)
        found = uow.reviews.get(item)
        assert found is not None
        assert (found.assignee, found.version, found.state) == ("li", 1, ReviewState.OPEN)
    with pytest.raises(StaleVersion, match="it belongs to li now"), store.begin() as uow:
        uow.reviews.assign_to(item, "wang", expected_version=0)
    with store.begin() as uow:
        uow.reviews.handle(
            item, ReviewState.DISMISSED, expected_version=1, actor="li", note="", transactions=[], now=NOW
        )
    with pytest.raises(StaleVersion, match="li dismissed it"), store.begin() as uow:
        uow.reviews.handle(
            item, ReviewState.ASSIGNED, expected_version=1, actor="wang", note="", transactions=[], now=NOW
        )
    with pytest.raises(NotFound), store.begin() as uow:
        uow.reviews.assign_to(4711, "li", expected_version=0)


def test_several_items_by_their_ids(store: Store) -> None:
    """In the order of their ids, each once, whatever became of them; what there is not is left out."""
    with store.begin() as uow:
        first, second, third = (uow.reviews.add(_item(), NOW) for _ in range(3))
        uow.reviews.handle(
            second, ReviewState.DISMISSED, expected_version=0, actor="li", note="", transactions=[], now=NOW
        )
        found = uow.reviews.get_many([third, second, 4711, second])
        assert [(one.id, one.state) for one in found] == [(second, ReviewState.DISMISSED), (third, ReviewState.OPEN)]
        assert uow.reviews.get_many([]) == []
        assert first not in {one.id for one in found}


def test_items_of_a_sender(store: Store) -> None:
    """The latest first, of one state or all; nobody's items are none."""
    with store.begin() as uow:
        first, _, third = (uow.reviews.add(_item(s), NOW) for s in ("a@b.example", "c@b.example", "a@b.example"))
        nobody = uow.reviews.add(_item(""), NOW)
        uow.reviews.handle(
            first, ReviewState.DISMISSED, expected_version=0, actor="li", note="", transactions=[], now=NOW
        )
        assert [i.id for i in uow.reviews.of_sender("a@b.example")] == [third, first]
        assert [i.id for i in uow.reviews.of_sender("a@b.example", state=ReviewState.OPEN)] == [third]
        assert [i.id for i in uow.reviews.of_sender("a@b.example", limit=1)] == [third]
        assert uow.reviews.of_sender("") == []
        assert uow.reviews.get(nobody) is not None


def test_ignored_senders(store: Store) -> None:
    """In any case of letters; the first reason stays; listed by address; forgotten once."""
    pest = IgnoredSender(address="Pest@Spam.example", actor="li", at=NOW, reason="广告")
    kept = IgnoredSender(address="pest@spam.example", actor="li", at=NOW, reason="广告")
    with store.begin() as uow:
        assert uow.ignored.add(pest)
        assert not uow.ignored.add(IgnoredSender(address="pest@spam.example", actor="wang", at=NOW, reason="again"))
        uow.ignored.add(IgnoredSender(address="a@b.example", actor="li", at=NOW, reason="100% off"))
    with store.read() as uow:
        assert uow.ignored.get("PEST@spam.example") == kept
        assert uow.ignored.get("nobody@spam.example") is None
        assert uow.ignored.get_many(["x@y.example", "", "pest@spam.example"]) == {"pest@spam.example": kept}
        assert [s.address for s in uow.ignored.find()] == ["a@b.example", "pest@spam.example"]
        assert [s.address for s in uow.ignored.find(text="广告")] == ["pest@spam.example"]
        assert [s.address for s in uow.ignored.find(text="100%")] == ["a@b.example"]
    with store.begin() as uow:
        assert uow.ignored.remove("pest@SPAM.example")
        assert not uow.ignored.remove("pest@spam.example")


def test_a_request_is_forgotten_only_as_it_was(store: Store) -> None:
    """At the version that was read, and only while nothing refers to it."""
    with store.begin() as uow:
        uow.patrons.upsert([Patron(patron_id="p1", name="Li")], NOW)
        for number in ("n1", "n2"):
            uow.transactions.create(NewTransaction(number=number, patron_id="p1"), NOW)
        uow.documents.add(Document(number="n2", sha256="ab" * 32), None, NOW)
        with pytest.raises(StaleVersion):
            uow.transactions.remove("n1", 1)
        uow.transactions.remove("n1", 0)
        assert uow.transactions.get("n1") is None
    with pytest.raises(MaildError), store.begin() as uow:
        uow.transactions.remove("n2", 0)
    with store.read() as uow:
        assert uow.transactions.get("n2") is not None
