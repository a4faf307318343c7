"""Transactions, patrons, registrations, outbox, reviews, history: one suite on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from maild.domain.errors import NotFound, Permanent, StaleVersion
from maild.domain.incoming.decision import NewTransaction, RegistrationChange, Transition
from maild.domain.money import Money
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.requests.lifecycle import Event, PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Language, PatronKind
from maild.store.uow import Store
from tests.store.people import LATER, NOW, person, request


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
