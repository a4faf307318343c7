"""Transactions, patrons, registrations, outbox, reviews, history: one suite on both databases."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from maild.domain.accounting.money import Money
from maild.domain.errors import NotFound, Permanent, StaleVersion
from maild.domain.incoming.decision import (
    About,
    Action,
    Cause,
    Decision,
    NewTransaction,
    RegistrationChange,
    Transition,
)
from maild.domain.incoming.mail import MailKey
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import PRIORITY, NoticeKind, NoticeRequest, OutboxState
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.records.journal import JournalEntry, MailStatus, NewMail, ReviewItem, ReviewState, Settled
from maild.domain.requests.lifecycle import Event, PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Document, Language, Patron, PatronAddress, PatronKind, Transaction
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def person(patron_id: str = "p1", *emails: str, **more: object) -> Patron:
    addresses = tuple(PatronAddress(address=e) for e in emails)
    return Patron(patron_id=patron_id, name=f"Patron {patron_id}", emails=addresses, **more)  # type: ignore[arg-type]


def request(number: str, patron_id: str = "p1", **more: object) -> Transaction:
    return Transaction(number=number, patron_id=patron_id, **more)  # type: ignore[arg-type]


def notice(subject: str = "n1", kind: NoticeKind = NoticeKind.FEE_NOTICE, **more: object) -> NoticeRequest:
    fields = {"number": subject, "recipient": "li@patron.example", **more}
    return NoticeRequest(kind=kind, subject=subject, **fields)  # type: ignore[arg-type]


@pytest.fixture
def patrons(store: Store) -> None:
    with store.begin() as uow:
        uow.patrons.upsert([person("p1", "li@patron.example"), person("p2", "wu@patron.example")], NOW)


# -- patrons -------------------------------------------------------------------------------------------


def test_patron_upsert(store: Store) -> None:
    """Created, changed and unchanged are told apart; versions count changes; addresses keep their order."""
    full = person("p1", "B@Patron.example", "a@patron.example", "b@patron.example", kind=PatronKind.EXTERNAL,
                  department="农学院", login="li", phone="1", language=Language.EN)  # fmt: skip
    with store.begin() as uow:
        assert uow.patrons.upsert([full, person("p2")], NOW) == (2, 0, 0)
        assert uow.patrons.upsert([full, person("p2", phone="2")], NOW) == (0, 1, 1)
        assert uow.patrons.upsert([], NOW) == (0, 0, 0)
    with store.read() as uow:
        p1, p2 = uow.patrons.get_many(["p1", "p2", "p1", "none"])
        assert uow.patrons.get("none") is None
    assert [e.address for e in p1.emails] == ["b@patron.example", "a@patron.example"]
    assert (p1.kind, p1.language, p1.department, p1.version) == (PatronKind.EXTERNAL, Language.EN, "农学院", 0)
    assert (p2.phone, p2.version) == ("2", 1)


def test_patron_look_ups(store: Store) -> None:
    """By shared address (all of them), login and name: case, width and spaces do not count."""
    with store.begin() as uow:
        lab = "Lab@Patron.example"
        people = [person("p1", lab, login="Li.W"), person("p2", "x@patron.example", lab), person("p3")]
        people[2] = replace(people[2], name="欧阳 珺")
        uow.patrons.upsert(people, NOW)
    with store.read() as uow:
        assert [p.patron_id for p in uow.patrons.by_email(["lab@patron.EXAMPLE", ""])] == ["p1", "p2"]
        assert uow.patrons.by_email([]) == []
        assert [p.patron_id for p in uow.patrons.by_login("ｌi.w")] == ["p1"]
        assert uow.patrons.by_login("") == []
        assert [p.patron_id for p in uow.patrons.by_name("欧阳珺")] == ["p3"]
        assert uow.patrons.by_name(" ") == []
        assert [p.patron_id for p in uow.patrons.find(text="LAB@")] == ["p1", "p2"]
        assert [p.patron_id for p in uow.patrons.find(after="p1", limit=1)] == ["p2"]


def test_bounced_addresses(store: Store) -> None:
    """A bounce marks the address of every patron that has it, is not shortened, and survives an import."""
    shared = "lab@patron.example"
    with store.begin() as uow:
        uow.patrons.upsert([person("p1", shared), person("p2", shared, "o@patron.example")], NOW)
        hard = AddressBounce(address=shared.upper(), permanent=True, reason="5.1.1", until=NOW + timedelta(days=365))
        soft = replace(hard, permanent=False, reason="full", until=LATER)
        uow.addresses.note(News(address=shared.upper(), what=Heard.HARD_BOUNCE, reason="5.1.1"), hard, NOW)
        uow.addresses.note(News(address=shared, what=Heard.SOFT_BOUNCE, reason="full"), soft, NOW)
        assert uow.patrons.upsert([person("p1", shared)], LATER) == (0, 0, 1)
        assert uow.patrons.upsert([person("p2", "o@patron.example", shared)], LATER) == (0, 1, 0)
    with store.read() as uow:
        p1, p2 = uow.patrons.by_email([shared])
    assert p1.emails[0].bounced_until == hard.until
    assert p1.emails[0].bounce_reason == "5.1.1"
    assert [(e.address, e.bounced_until) for e in p2.emails] == [("o@patron.example", None), (shared, hard.until)]


# -- transactions --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("patrons")
def test_transaction_round_trip(store: Store) -> None:
    """Money exact to the cent and in its currency, times in UTC, enumerations as enumerations."""
    item = request(
        "ILL-1", service=Service.LOAN, literature="book", title="红楼梦 \0", provider="国图", state=State.ON_LOAN,
        submitted=NOW, due=LATER.date(), total=Money.of("70368744177664.01"), subsidy=Money.of("0.10"),
        payable=Money.of("-1.25", "USD"), payment_state=PaymentState.DUE,
    )  # fmt: skip
    with store.begin() as uow:
        assert uow.transactions.upsert([item], NOW) == (1, 0, 0)
    with store.read() as uow:
        known = uow.transactions.get("ILL-1")
    assert known == replace(item, title="红楼梦 \ufffd", updated=NOW, since=NOW)
    assert known is not None
    assert known.total is not None
    assert isinstance(known.total.amount, Decimal)


@pytest.mark.usefixtures("patrons")
def test_amount_beyond_the_column_is_refused(store: Store) -> None:
    """An absurd amount is our error with a sentence, not the driver's."""
    with pytest.raises(Permanent, match="too large"), store.begin() as uow:
        uow.transactions.upsert([request("n1", total=Money.of("9" * 20))], NOW)


@pytest.mark.usefixtures("patrons")
def test_transaction_upsert(store: Store) -> None:
    """Created, changed, unchanged; a change counts the version up."""
    with store.begin() as uow:
        items = [request(f"n{n}") for n in range(3)]
        assert uow.transactions.upsert(items, NOW) == (3, 0, 0)
        items[1] = replace(items[1], state=State.SHIPPED)
        assert uow.transactions.upsert(items, LATER) == (0, 1, 2)
        changed, untouched = uow.transactions.get_many(["n1", "n0"])
    assert (changed.version, changed.updated, changed.state) == (1, LATER, State.SHIPPED)
    assert (untouched.version, untouched.updated) == (0, NOW)


@pytest.mark.usefixtures("patrons")
def test_create_is_idempotent(store: Store) -> None:
    """A request told twice is one; the second telling changes nothing."""
    with store.begin() as uow:
        first = uow.transactions.create(NewTransaction(number="n1", patron_id="p1", title="A"), NOW)
        again = uow.transactions.create(NewTransaction(number="n1", patron_id="p2", title="B"), LATER)
        nobody = uow.transactions.create(NewTransaction(number="n2", patron_id=""), NOW)
    assert first == again
    assert (first.state, first.title, first.updated) == (State.SUBMITTED, "A", NOW)
    assert nobody.patron_id == ""


def test_create_for_an_unknown_patron_is_refused(store: Store) -> None:
    """A transaction of somebody who does not exist is an error, not a dangling row."""
    with pytest.raises(Permanent), store.begin() as uow:
        uow.transactions.create(NewTransaction(number="n1", patron_id="nobody"), NOW)


@pytest.mark.usefixtures("patrons")
def test_apply_sets_what_it_says(store: Store) -> None:
    """Only the fields of the transition change; the version counts up; a stale version is refused."""
    fee = Money.of("3.30")
    with store.begin() as uow:
        uow.transactions.upsert([request("n1", title="T", provider="A")], NOW)
        uow.transactions.apply(
            Transition(number="n1", expected_version=0, event=Event.SHIPPED, after=State.SHIPPED, payable=fee,
                       payment_after=PaymentState.DUE), LATER)  # fmt: skip
        moved = uow.transactions.get("n1")
    assert moved == request("n1", title="T", provider="A", state=State.SHIPPED, payable=fee, version=1, updated=LATER,
                            since=LATER, payment_state=PaymentState.DUE)  # fmt: skip
    with pytest.raises(StaleVersion), store.begin() as uow:
        uow.transactions.apply(Transition(number="n1", expected_version=0, provider="B"), LATER)
    with pytest.raises(NotFound), store.begin() as uow:
        uow.transactions.apply(Transition(number="n9", expected_version=0), LATER)


@pytest.mark.usefixtures("patrons")
def test_transaction_look_ups(store: Store) -> None:
    """By patron (latest first), owed amount, state, text, due date; pages by number."""
    fee = Money.of("3.30")
    with store.begin() as uow:
        items = [
            request(f"n{n}", f"p{n % 2 + 1}", submitted=NOW - timedelta(days=n), title=f"Title {n}") for n in range(6)
        ]
        items[0] = replace(items[0], payable=fee, payment_state=PaymentState.DUE)
        items[1] = replace(items[1], payable=fee, payment_state=PaymentState.CONFIRMED)
        items[2] = replace(items[2], payable=Money.of("3.30", "USD"), payment_state=PaymentState.DUE)
        items[3] = replace(items[3], service=Service.LOAN, state=State.ON_LOAN, due=LATER.date())
        items[4] = replace(items[4], service=Service.LOAN, state=State.RETURNED, due=LATER.date())
        uow.transactions.upsert(items, NOW)
    with store.read() as uow:
        ts = uow.transactions
        assert [t.number for t in ts.of_patrons(["p1"])] == ["n0", "n2", "n4"]
        assert [t.number for t in ts.of_patrons(["p1", "p2"], limit=3)] == ["n0", "n1", "n2"]
        assert ts.of_patrons([]) == []
        assert [t.number for t in ts.of_amount(fee)] == ["n0"]
        assert [t.number for t in ts.find(state=State.ON_LOAN)] == ["n3"]
        assert [t.number for t in ts.find(payment_state=PaymentState.DUE, patron_id="p1")] == ["n0", "n2"]
        assert [t.number for t in ts.find(text="TITLE 4")] == ["n4"]
        assert [t.number for t in ts.find(after="n3", limit=1)] == ["n4"]
        assert [t.number for t in ts.due_between(LATER.date(), LATER.date() + timedelta(days=1), 9)] == ["n3"]
        assert ts.due_between(LATER.date() - timedelta(days=9), LATER.date(), 9) == []


@pytest.mark.usefixtures("patrons")
def test_lingering_requests_page_by_page(store: Store) -> None:
    """By state, longest in it first, each once, also where several came into it at one moment; rush can be set."""
    with store.begin() as uow:
        for n in range(5):
            moment = NOW if n < 3 else LATER
            uow.transactions.upsert([request(f"n{n}", state=State.SHIPPED)], moment)
        uow.transactions.upsert([request("other"), request("young", state=State.SHIPPED)], LATER + timedelta(hours=1))
    with store.read() as uow:
        seen: list[str] = []
        after = None
        while page := uow.transactions.lingering(State.SHIPPED, LATER + timedelta(seconds=1), after=after, limit=2):
            seen += [item.number for item in page]
            after = page[-1]
    assert seen == ["n0", "n1", "n2", "n3", "n4"]
    with store.begin() as uow:
        uow.transactions.apply(Transition(number="n0", expected_version=0, rush=True), LATER)
        (first,) = uow.transactions.get_many(["n0"])
    assert (first.rush, first.since, first.state) == (True, NOW, State.SHIPPED)


# -- registrations -------------------------------------------------------------------------------------


def test_registration_life(store: Store) -> None:
    """Pending once, approved once; what the laws forbid is refused; found by e-mail in any case or by login."""
    pending = RegistrationChange(email="Li@Patron.example", login="li", name="李", state=RegistrationState.PENDING)
    with store.begin() as uow:
        first, changed = uow.registrations.change(pending, NOW)
        assert changed
        assert uow.registrations.change(pending, LATER) == (first, False)
        approval = RegistrationChange(email="", login="LI", state=RegistrationState.APPROVED, patron_id="")
        approved, moved = uow.registrations.change(approval, LATER)
        assert moved
        assert uow.registrations.change(replace(pending, at=NOW), LATER) == (approved, False), "old news"
        with pytest.raises(StaleVersion):
            uow.registrations.change(pending, LATER)
        assert uow.registrations.of(email="li@patron.EXAMPLE") == approved
        assert uow.registrations.of(login="Li") == approved
        assert uow.registrations.of(email="other@patron.example") is None
        assert uow.registrations.get(first.id) == approved
        assert uow.registrations.get(4711) is None
    assert (approved.id, approved.submitted, approved.decided) == (first.id, NOW, LATER)


def test_registration_again_after_refusal(store: Store) -> None:
    """Who was refused may apply again: a second registration; the latest is the one that is found."""
    said = RegistrationChange(email="li@patron.example", state=RegistrationState.PENDING)
    with store.begin() as uow:
        first, _ = uow.registrations.change(said, NOW)
        uow.registrations.change(replace(said, state=RegistrationState.REJECTED, reason="no card"), NOW)
        second, changed = uow.registrations.change(said, LATER)
        found = uow.registrations.find(state=RegistrationState.PENDING)
        refused = uow.registrations.get(first.id)
    assert changed
    assert second.id != first.id
    assert [r.id for r in found] == [second.id]
    assert refused is not None
    assert refused.reason == "no card"


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


# -- reviews and history -------------------------------------------------------------------------------


def test_reviews(store: Store) -> None:
    """Oldest first; handled once; JSON frozen on the way out."""
    item = ReviewItem(id=0, mail_id=None, cause=Cause.NO_NUMBER, kind="thanks", sender="s", subject="主题",
                      transactions=("n1",), candidates=({"transaction": "n1", "score": 5, "reasons": ["a"]},),
                      reasons=("r",))  # fmt: skip
    with store.begin() as uow:
        first, second = uow.reviews.add(item, NOW), uow.reviews.add(replace(item, cause=Cause.BOUNCE), LATER)
        assert [r.id for r in uow.reviews.find()] == [first, second]
        assert [r.id for r in uow.reviews.find(cause=Cause.BOUNCE)] == [second]
        uow.reviews.handle(first, ReviewState.ASSIGNED, expected_version=0, actor="wang", note="clear",
                           transactions=["n2", "n3"], now=LATER)  # fmt: skip
        done = uow.reviews.get(first)
        assert [r.id for r in uow.reviews.find(state=None)] == [first, second]
        assert uow.reviews.get(4711) is None
        keyed = uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key="silence:1"), NOW)
        assert [r.id for r in uow.reviews.of_keys(["silence:1", "silence:2", ""])] == [keyed]
    assert done == replace(item, id=first, state=ReviewState.ASSIGNED, created=NOW, handled_by="wang", handled=LATER,
                           note="clear", transactions=("n2", "n3"), version=1,
                           candidates=({"transaction": "n1", "score": 5, "reasons": ("a",)},))  # fmt: skip
    with pytest.raises(StaleVersion), store.begin() as uow:
        uow.reviews.handle(
            first, ReviewState.DISMISSED, expected_version=0, actor="li", note="", transactions=[], now=LATER
        )
    with pytest.raises(NotFound), store.begin() as uow:
        uow.reviews.handle(4711, ReviewState.DISMISSED, expected_version=0, actor="", note="", transactions=[], now=NOW)


def test_journal(store: Store) -> None:
    """Lines come back in order, by transaction and by mail."""
    line = JournalEntry(what="state", at=NOW, number="n1", mail_id=7, before="submitted", after="shipped",
                        reasons=("a", "b"), data={"x": [1, 2]})  # fmt: skip
    with store.begin() as uow:
        uow.journal.add([])
        uow.journal.add([line, replace(line, what="payment", actor="wang", mail_id=None, outbox_id=3)])
        lines = uow.journal.of_transaction("n1")
        assert uow.journal.of_mail(7) == lines[:1]
    assert [entry.what for entry in lines] == ["state", "payment"]
    assert lines[0] == replace(line, id=lines[0].id, data={"x": (1, 2)})


@pytest.mark.usefixtures("patrons")
def test_decisions_and_documents(store: Store, mail_id: int) -> None:
    """A decision is kept as JSON without a link's password; the same document is kept once."""
    link = Document(
        number="n1", url="https://provider.example/a?" + "x" * 5000, password="s3cret", expires=LATER.date()
    )
    blob = Document(number="n1", sha256="ab" * 32, filename="文.pdf", size=5, pages=2)
    decision = Decision(
        action=Action.APPLY,
        about=About(kind=Kind.SHIPPED, rule="calis", event=Event.SHIPPED, transactions=("n1",),
                    fields={"password": "s3cret", "url": "u"}),
        effects=(Transition(number="n1", expected_version=0, after=State.SHIPPED, payable=Money.of(1)), link),
        reasons=("because",),
        notices=(notice(data={"password": "s3cret"}),),
    )  # fmt: skip
    with store.begin() as uow:
        uow.transactions.upsert([request("n1")], NOW)
        uow.decisions.add(mail_id, decision, NOW)
        for document in (link, link, blob, blob):
            uow.documents.add(document, mail_id, NOW)
        assert uow.documents.of_transaction("n1") == [link, blob]
        (row,) = uow.decisions.of_mail(mail_id)
    assert (row["action"], row["kind"], row["at"], row["transactions"]) == ("apply", "shipped", NOW, ("n1",))
    assert "s3cret" not in str(row)
    assert "after" in str(row["transitions"])


@pytest.fixture
def mail_id(store: Store) -> int:
    from maild.domain.incoming.mail import MailKey
    from maild.domain.records.journal import NewMail

    with store.begin() as uow:
        return uow.mails.add([NewMail(key=MailKey("a/b", 1, 1), sha256="00" * 32, size=1)])[0].mail_id


def test_one_open_review_a_mail(store: Store, mail_id: int) -> None:
    """A mail that is processed again replaces its open item instead of queueing twice."""
    item = ReviewItem(id=0, mail_id=mail_id, cause=Cause.NO_NUMBER)
    with store.begin() as uow:
        first = uow.reviews.add(item, NOW)
        assert uow.reviews.add(replace(item, cause=Cause.SEVERAL_CANDIDATES), LATER) == first
        (known,) = uow.reviews.find()
        assert (known.cause, known.version, known.created) == (Cause.SEVERAL_CANDIDATES, 1, NOW)
        uow.reviews.handle(
            first, ReviewState.DISMISSED, expected_version=1, actor="w", note="", transactions=[], now=LATER
        )
        assert uow.reviews.add(item, LATER) != first


# -- the unit of work ----------------------------------------------------------------------------------


def test_rollback_and_savepoint(store: Store) -> None:
    """An exception undoes everything; inside a savepoint only what happened there, at any error."""
    with pytest.raises(KeyError), store.begin() as uow:  # noqa: PT012
        uow.patrons.upsert([person("gone")], NOW)
        raise KeyError
    with store.begin() as uow:
        uow.patrons.upsert([person("kept")], NOW)
        with pytest.raises(Permanent), uow.savepoint():  # noqa: PT012
            uow.patrons.upsert([person("undone")], NOW)
            uow.transactions.create(NewTransaction(number="n1", patron_id="nobody"), NOW)
        uow.patrons.upsert([person("after")], NOW)
    with store.read() as uow:
        assert [p.patron_id for p in uow.patrons.find()] == ["after", "kept"]


def test_journal_in_savepoints(store: Store) -> None:
    """Lines are written at the end, or when they are asked for; those of a savepoint that failed never are."""
    with store.begin() as uow:
        uow.journal.add([JournalEntry(what="first", at=NOW, number="n1")])
        with pytest.raises(KeyError), uow.savepoint():  # noqa: PT012
            uow.journal.add([JournalEntry(what="undone", at=NOW, number="n1")])
            raise KeyError
        with pytest.raises(KeyError), uow.savepoint():  # noqa: PT012
            uow.journal.add([JournalEntry(what="undone", at=NOW, number="n1")])
            assert [line.what for line in uow.journal.of_transaction("n1")] == ["first", "undone"]
            raise KeyError
        with uow.savepoint():
            uow.journal.add([JournalEntry(what="second", at=NOW, number="n1")])
    with store.read() as uow:
        assert [line.what for line in uow.journal.of_transaction("n1")] == ["first", "second"]
    with pytest.raises(Permanent, match="may not be written"), store.read() as uow:
        uow.journal.add([JournalEntry(what="never", at=NOW, number="n1")])


def test_batches_do_what_single_calls_do(store: Store) -> None:
    """Mails are held while they are ours; settled, decided and put before staff in one go."""
    mails = [NewMail(key=MailKey("office/INBOX", 1, n), sha256=f"{n:064x}", size=1, message_id=f"<{n}@x.example>",
                     sender="li@patron.example", subject="s", internal_date=NOW) for n in (1, 2, 3)]  # fmt: skip
    with store.begin() as uow:
        uow.mails.add(mails, now=NOW)
        one, two, three = [record.id for record in uow.mails.claim(10, NOW, 60, "we")]
        uow.mails.settle(three, MailStatus.IGNORED, kind="", rule="", reason="", now=NOW)
        assert uow.mails.hold([one, two, three], "we") == {one, two}
        assert uow.mails.hold([one, two], "others") == set()
        uow.mails.settle_many(
            [Settled(mail_id=n, status=MailStatus.REVIEW, kind="k", rule="r", reason=f"why {n}") for n in (one, two)],
            NOW,
        )
        uow.decisions.add_many([(n, Decision(action=Action.REVIEW)) for n in (one, two)], NOW)
        first = uow.reviews.add(ReviewItem(id=0, mail_id=one, cause=Cause.QUESTION), NOW)
        uow.reviews.add_many([ReviewItem(id=0, mail_id=n, cause=Cause.BOUNCE) for n in (one, two)], NOW)
    with store.read() as uow:
        settled = [uow.mails.get(n) for n in (one, two)]
        assert [(m.status, m.reason) for m in settled] == [(MailStatus.REVIEW, f"why {n}") for n in (one, two)]
        assert [len(uow.decisions.of_mail(n)) for n in (one, two, three)] == [1, 1, 0]
        items = uow.reviews.find()
        assert [(item.mail_id, item.cause) for item in items] == [(one, Cause.BOUNCE), (two, Cause.BOUNCE)]
        assert items[0].id == first


def test_documents_and_messages_of_several(store: Store, patrons: None) -> None:
    """Asked for together, told apart."""
    with store.begin() as uow:
        uow.transactions.upsert([request("n1"), request("n2", "p2")], NOW)
        uow.documents.add(Document(number="n2", sha256="b" * 64, filename="2.pdf"), None, NOW)
        uow.documents.add(Document(number="n1", sha256="a" * 64, filename="1.pdf"), None, NOW)
        ids = uow.outbox.add([notice("n1"), notice("n2")], NOW)
        sent = [entry.message_id for n in ids if (entry := uow.outbox.get(n))]
        found = uow.documents.of_transactions(["n1", "n2", "none"])
        assert [d.number for d in found] == ["n2", "n1"]
        assert uow.transactions.by_message([*sent, "<none@x>"]) == {sent[0]: ["n1"], sent[1]: ["n2"]}


def test_read_refuses_writing(store: Store) -> None:
    """A read-only view is one, on both databases; the store goes on working."""
    with pytest.raises(Permanent, match="may not be written"), store.read() as uow:
        uow.patrons.upsert([person()], NOW)
    with store.begin() as uow:
        assert uow.patrons.upsert([person()], NOW) == (1, 0, 0)


def test_read_is_one_view(store: Store) -> None:
    """What another connection commits meanwhile is not seen half-way."""
    with store.read() as view:
        assert view.patrons.find() == []
        with store.begin() as uow:
            uow.patrons.upsert([person()], NOW)
        assert view.patrons.find() == []
    with store.read() as view:
        assert len(view.patrons.find()) == 1


def test_rows_are_json_able(store: Store) -> None:
    """What is not JSON (amounts, times, NaN) is kept as its text instead of failing in the database."""
    data = {"amount": Decimal("1.10"), "at": NOW, "nan": float("nan"), "money": Money.of(2), "none": None, "t": True}
    with store.begin() as uow:
        uow.outbox.add([notice(data=data)], NOW)
        (entry,) = uow.outbox.find()
    assert json.loads(json.dumps(dict(entry.request.data))) == {
        "amount": "1.10", "at": NOW.isoformat(), "nan": "nan", "money": "2.00 CNY", "none": None, "t": True,
    }  # fmt: skip


def test_two_hosts_raise_one_item_for_one_key(store: Store) -> None:
    """The second waits for the first, finds its item and goes on: nothing is refused."""
    item = ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key="silence:N1", subject="N1")
    ids: list[int] = []

    def second() -> None:
        with store.begin() as uow:
            ids.append(uow.reviews.add(item, NOW))

    other = threading.Thread(target=second)
    with store.begin() as uow:
        ids.append(uow.reviews.add(item, NOW))
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(20)
    assert len(ids) == 2
    assert len(set(ids)) == 1
