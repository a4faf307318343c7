"""The outbox: rows are added, claimed, marked, merged; leases and doubts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.domain.errors import NotFound
from maild.domain.incoming.mail import MailKey
from maild.domain.outgoing.notice import PRIORITY, NoticeKind, OutboxState
from maild.domain.records.journal import NewMail
from maild.store.uow import Store
from tests.store.people import LATER, NOW, notice

# -- outbox --------------------------------------------------------------------------------------------


def test_outbox_add(store: Store) -> None:
    """Unique on subject, kind and revision; priority by kind; a Message-ID of the row's own."""
    first = notice(data={"费用": "3.30", "list": [1, {"a": "\0"}]}, documents=(("ab" * 32, "文献.pdf"),), revision="1")
    with store.begin() as uow:
        assert uow.outbox.add([], NOW) == []
        ids = uow.outbox.add([first, notice(kind=NoticeKind.PICK_UP)], NOW)
        assert uow.outbox.add([first, notice(), replace(first, recipient="other@patron.example")], LATER) == [
            uow.outbox.find()[0].id
        ]
        entry = uow.outbox.get(ids[0])
        assert uow.outbox.get(4711) is None
    assert entry is not None
    assert entry.priority == PRIORITY[NoticeKind.FEE_NOTICE]
    assert (entry.created, entry.not_before, entry.state) == (NOW, NOW, OutboxState.WAITING)
    assert entry.message_id.startswith(f"<maild.{entry.id}.")
    assert entry.message_id.endswith("@office.example>")
    assert entry.request.documents == first.documents
    assert entry.request.data == {"费用": "3.30", "list": (1, {"a": "\ufffd"})}
    with pytest.raises(TypeError):
        entry.request.data["new"] = 1  # type: ignore[index]


def test_outbox_ids_follow_the_order_given(store: Store) -> None:
    """A batch of notices gets ascending ids in its order: order within a transaction is kept."""
    kinds = [NoticeKind.REQUEST_ACCEPTED, NoticeKind.SENT_FOR_SUPPLY, NoticeKind.DOCUMENT_DELIVERED]
    with store.begin() as uow:
        uow.outbox.add([notice(f"n{n}", kind) for n in range(40) for kind in kinds], NOW)
        rows = uow.outbox.find(limit=1000)[::-1]
    assert [(r.request.subject, r.request.kind) for r in rows] == [(f"n{n}", kind) for n in range(40) for kind in kinds]


def test_what_was_begun_comes_to_be_in_doubt_and_is_never_claimed(store: Store) -> None:
    """Only its holder begins a row; when the lease is over it is in doubt, with its mail's Message-ID on all parts."""
    with store.begin() as uow:
        main, part = uow.outbox.add([notice("a"), notice("b")], NOW)
        claimed = uow.outbox.claim(9, NOW, 60, "a")
        message_id = next(entry.message_id for entry in claimed if entry.id == main)
        assert not uow.outbox.begin([main, part], "b", message_id)
        assert uow.outbox.standing([main, part], "a") == dict.fromkeys((main, part), OutboxState.LEASED)
        assert uow.outbox.begin([main, part], "a", message_id)
        assert uow.outbox.claim(9, NOW + timedelta(days=1), 60, "b") == []
        assert uow.outbox.doubt(NOW + timedelta(seconds=59)) == []
        found = uow.outbox.doubt(NOW + timedelta(seconds=60))
        assert [(e.id, e.state, e.message_id) for e in found] == [
            (n, OutboxState.IN_DOUBT, message_id) for n in (main, part)
        ]
        assert [uow.outbox.own_id(e) == message_id for e in found] == [True, False]
        assert uow.outbox.claim(9, NOW + timedelta(days=1), 60, "b") == []
        assert uow.outbox.standing([main], "anybody") == {main: OutboxState.IN_DOUBT}


def test_of_a_dead_owner_what_had_begun_is_in_doubt_at_once(store: Store) -> None:
    """The rest of its leases is free."""
    with store.begin() as uow:
        begun, leased = uow.outbox.add([notice("a"), notice("b")], NOW)
        uow.outbox.claim(9, NOW, 600, "dead")
        assert uow.outbox.begin([begun], "dead", "<x@y>")
        assert uow.outbox.free("dead", NOW) == 2
        assert [entry.id for entry in uow.outbox.doubt(NOW)] == [begun]
        assert [entry.id for entry in uow.outbox.claim(9, NOW, 60, "b")] == [leased]


def test_a_wait_that_another_clock_wrote_is_over(store: Store) -> None:
    """Beyond its cap: a notice, a mail and a lease of next year are free now; honest waits are waited for."""
    year = NOW + timedelta(days=365)
    with store.begin() as uow:
        far, near, leased = uow.outbox.add([notice("a"), notice("b"), notice("c")], NOW)
        uow.outbox.mark(far, OutboxState.WAITING, now=NOW, not_before=year)
        uow.outbox.mark(near, OutboxState.WAITING, now=NOW, not_before=NOW + timedelta(days=2))
        assert [e.id for e in uow.outbox.claim(9, NOW, 60, "a", lease_now=year)] == [far, leased]
        assert [e.id for e in uow.outbox.claim(9, NOW, 60, "b")] == [far, leased]
        (stored,) = uow.mails.add([NewMail(key=MailKey("office/INBOX", 1, 1), sha256="1" * 64, size=1)], now=NOW)
        uow.mails.release(stored.mail_id, not_before=year, error="", attempts=0)
        assert [m.id for m in uow.mails.claim(9, NOW, 60, "a", lease_now=year)] == [stored.mail_id]
        assert uow.mails.claim(9, NOW, 60, "b", lease_now=year) == []
        assert [m.id for m in uow.mails.claim(9, NOW, 60, "b")] == [stored.mail_id], "a lease of next year is none"


def test_leases_go_by_the_databases_clock_where_it_has_one(store: Store, backend: str) -> None:
    """PostgreSQL's own; on SQLite the caller's, which goes by the seconds that passed."""
    with store.read() as uow:
        said = uow.outbox.lease_time(NOW)
    assert (said == NOW) is (backend == "sqlite")


def test_outbox_claim_and_mark(store: Store) -> None:
    """Most urgent first; leases hold and run out; held rows wait; sent rows are done."""
    with store.begin() as uow:
        slow, urgent = uow.outbox.add([notice("a", NoticeKind.REQUEST_ACCEPTED), notice("b", NoticeKind.PICK_UP)], NOW)
        (held,) = uow.outbox.add([notice("c")], NOW, state=OutboxState.HELD)
        claimed = uow.outbox.claim(9, NOW, 60, "a")
        assert [e.id for e in claimed] == [urgent, slow]
        assert claimed[0].state is OutboxState.LEASED
        assert claimed[0].lease_until == NOW + timedelta(seconds=60)
        assert uow.outbox.claim(9, NOW + timedelta(seconds=59), 60, "b") == []
        uow.outbox.mark(urgent, OutboxState.SENT, now=NOW, reply="250 ok", attempts=1)
        again = uow.outbox.claim(9, NOW + timedelta(seconds=60), 60, "b")
        assert [e.id for e in again] == [slow]
        uow.outbox.mark(slow, OutboxState.WAITING, now=NOW, reply="421 later", not_before=LATER, attempts=1)
        assert uow.outbox.claim(9, LATER - timedelta(seconds=1), 60, "b") == []
        uow.outbox.mark(held, OutboxState.WAITING, now=LATER)
        assert [e.id for e in uow.outbox.claim(9, LATER, 60, "b")] == [held, slow]
        sent, waiting = uow.outbox.get(urgent), uow.outbox.get(slow)
        with pytest.raises(NotFound):
            uow.outbox.mark(4711, OutboxState.SENT, now=NOW)
    assert sent is not None
    assert (sent.sent, sent.reply, sent.attempts, sent.lease_until) == (NOW, "250 ok", 1, None)
    assert waiting is not None
    assert (waiting.reply, waiting.not_before, waiting.attempts) == ("421 later", LATER, 1)


def test_outbox_threads_and_merging(store: Store) -> None:
    """Replies find all transactions a merged mail was about; the thread lists what really went out."""
    with store.begin() as uow:
        one, two, other = uow.outbox.add([notice("n1"), notice("n1", NoticeKind.PICK_UP), notice("n2")], NOW)
        entry = uow.outbox.get(one)
        assert entry is not None
        assert uow.outbox.thread("n1") == []
        assert uow.outbox.thread("") == []
        uow.outbox.mark(one, OutboxState.SENT, now=NOW)
        for merged in (two, other):
            uow.outbox.mark(merged, OutboxState.MERGED, now=NOW, message_id=entry.message_id)
        assert uow.outbox.thread("n1") == [entry.message_id]
        found_by = uow.transactions.by_message([entry.message_id, "<none@x.example>"])
        assert {message: sorted(set(about)) for message, about in found_by.items()} == {entry.message_id: ["n1", "n2"]}
        assert uow.transactions.by_message([]) == {}
        found = uow.outbox.of_message(entry.message_id)
        assert found is not None
        assert found.id == one
        assert uow.outbox.of_message("") is None
        assert uow.outbox.sent_since(NOW) == 1
        assert uow.outbox.sent_since(NOW, recipient="li@patron.example") == 1
        assert uow.outbox.sent_since(NOW, recipient="wu@patron.example") == 0
        assert uow.outbox.sent_since(LATER) == 0
        assert [e.id for e in uow.outbox.find(state=OutboxState.MERGED)] == [other, two]
        assert [e.id for e in uow.outbox.find(number="n2")] == [other]
