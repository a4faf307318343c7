"""Providers' mails in the words of ISO 18626: complete over all that rules can say."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from maild.classify.reading.iso18626 import CODE_OF_REASON
from maild.classify.vocabulary.model import EVENT_OF_KIND
from maild.domain.incoming.peer import OF_EVENT, OF_STATE, OUTSIDE, WORD_OF_CODE, Status, Why, said_by, standing
from maild.domain.incoming.peer_rows import news_of, news_row
from maild.domain.incoming.ruling import Field, Kind, Party, Ruling
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Event, Service, State
from maild.domain.requests.patron import Document, Transaction
from maild.domain.wording.words import UNFILLED_REASONS
from maild.resources import data_folder

NOW = datetime(2026, 11, 24, 1, 12, 33, tzinfo=UTC)
KINDS = list(Kind)
PROVIDERS = KINDS[: KINDS.index(Kind.PAYMENT_PROOF)]


def _ruling(kind: Kind, event: Event | None = None, **fields: str) -> Ruling:
    values = {name: Field(value) for name, value in fields.items()}
    return Ruling(
        kind=kind,
        rule="r",
        party=Party.PROVIDER,
        provider="calis",
        event=event or EVENT_OF_KIND.get(kind),
        fields=values,
    )


def _transaction(state: State = State.IN_PROCESS, service: Service = Service.COPY) -> Transaction:
    return Transaction(number="N1", patron_id="p", state=state, service=service)


def test_every_kind_of_a_provider_has_its_words() -> None:
    """Whatever a provider's mail is about and however the request stands, there are words, or it is no request."""
    for kind, state, service in product(PROVIDERS, [None, *State], Service):
        news = said_by(_ruling(kind), "N1", _transaction(state, service) if state else None, (), NOW)
        if kind in OUTSIDE:
            assert news is None
            continue
        assert news is not None
        assert news.status in Status
        assert news.why in Why
        assert news_of(news_row(news)) == news


def test_every_event_and_state_has_a_status_for_both_services() -> None:
    """The tables are complete."""
    assert set(OF_EVENT) == set(Event)
    assert all(set(of) == set(Service) for of in OF_EVENT.values())
    assert set(OF_STATE) == set(State)
    assert all(set(of) == set(Service) for of in OF_STATE.values())


def test_other_peoples_mails_have_no_words() -> None:
    """What a patron writes is no supplier's news."""
    ruling = replace(_ruling(Kind.STATUS_QUERY), party=Party.PATRON)
    assert said_by(ruling, "N1", None, (), NOW) is None


@pytest.mark.parametrize(
    ("kind", "state", "service", "status", "why"),
    [
        (Kind.REQUEST_SUBMITTED, None, Service.COPY, "RequestReceived", "RequestResponse"),
        (Kind.REQUEST_ACCEPTED, State.SUBMITTED, Service.COPY, "ExpectToSupply", "RequestResponse"),
        (Kind.REQUEST_FORWARDED, State.IN_PROCESS, Service.COPY, "ExpectToSupply", "Notification"),
        (Kind.SHIPPED, State.IN_PROCESS, Service.COPY, "CopyCompleted", "StatusChange"),
        (Kind.SHIPPED, State.IN_PROCESS, Service.LOAN, "Loaned", "StatusChange"),
        (Kind.LOAN_ARRIVED, State.SHIPPED, Service.LOAN, "Loaned", "Notification"),
        (Kind.LOAN_DUE, State.ON_LOAN, Service.LOAN, "Loaned", "Notification"),
        (Kind.LOAN_OVERDUE, State.ON_LOAN, Service.LOAN, "Overdue", "StatusChange"),
        (Kind.LOAN_OVERDUE, State.OVERDUE, Service.LOAN, "Overdue", "Notification"),
        (Kind.LOAN_RETURNED, State.OVERDUE, Service.LOAN, "LoanCompleted", "StatusChange"),
        (Kind.UNFILLED, State.SUBMITTED, Service.COPY, "Unfilled", "RequestResponse"),
        (Kind.CANCELLED, State.IN_PROCESS, Service.COPY, "Cancelled", "StatusChange"),
        (Kind.CLOSED, State.UNFILLED, Service.COPY, "Unfilled", "Notification"),
        (Kind.CLOSED, State.RETURNED, Service.LOAN, "LoanCompleted", "Notification"),
        (Kind.PROVIDER_OTHER, State.CONDITIONAL, Service.COPY, "RetryPossible", "Notification"),
    ],
)
def test_what_is_said_when(kind: Kind, state: State | None, service: Service, status: str, why: str) -> None:
    """The first answer is a response, a new status a change, all else a notification."""
    news = said_by(_ruling(kind), "N1", _transaction(state, service) if state else None, (), NOW)
    assert news is not None
    assert (news.status, news.why) == (status, why)


def test_a_fee_is_offered_and_a_supply_costs() -> None:
    """Before supplying a cost is offered for another try; afterwards it is what it cost."""
    quoted = said_by(_ruling(Kind.FEE_QUOTED, total="35", currency="EUR"), "N1", None, (), NOW)
    assert quoted is not None
    assert (quoted.cost, quoted.offered, quoted.reason_retry) == (Money.of(35, "EUR"), True, "CostExceedsMaxCost")
    file = (Document(number="N1", sha256="a" * 64),)
    shipped = said_by(_ruling(Kind.SHIPPED, total="12.00"), "N1", _transaction(), file, NOW)
    assert shipped is not None
    assert (shipped.cost, shipped.offered, shipped.sent_via, shipped.url) == (Money.of(12), False, "Email", "")
    linked = said_by(_ruling(Kind.SHIPPED, url="https://x.example/1"), "N1", _transaction(), (), NOW)
    assert linked is not None
    assert (linked.sent_via, linked.url) == ("URL", "https://x.example/1")


def test_reasons_come_back_as_they_went() -> None:
    """Each ISO 10161 reason has a word, and our own reader understands it as the same reason."""
    assert set(WORD_OF_CODE) == set(UNFILLED_REASONS)
    for code, word in WORD_OF_CODE.items():
        assert CODE_OF_REASON[word.lower()] == code
        news = said_by(_ruling(Kind.UNFILLED, reason_code=code, reason="因故"), "N1", None, (), NOW)
        assert news is not None
        assert (news.reason_unfilled, news.note) == (word, "因故")


def test_every_reason_that_is_read_can_be_told() -> None:
    """What rules/words/reasons.toml finds, a notice says."""
    read = tomllib.loads((data_folder("rules") / "words/reasons.toml").read_text("utf-8"))
    assert read.keys() - UNFILLED_REASONS.keys() == set()
    assert len(read) > 15


def test_a_request_as_it_stands() -> None:
    """Without news the state itself is told, with the due date while a loan is out."""
    due = date(2026, 12, 24)
    loan = replace(_transaction(State.ON_LOAN, Service.LOAN), due=due, total=Money.of(5))
    news = standing(loan, "nlc", NOW)
    assert (news.status, news.why, news.due) == (Status.LOANED, Why.STATUS_REQUEST_RESPONSE, due)
    assert standing(replace(loan, state=State.RETURNED), "nlc", NOW).due is None
