"""The laws of the request's state, held against the office's stories."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.requests.lifecycle import (
    PAYMENT_TRANSITIONS,
    RANK,
    TARGET,
    TRANSITIONS,
    Event,
    Move,
    PaymentEvent,
    PaymentState,
    Service,
    State,
    advance,
    pay,
)

COPY, LOAN = Service.COPY, Service.LOAN


@pytest.mark.parametrize(
    ("service", "story"),
    [
        (COPY, "submitted accepted→in_process forwarded→forwarded shipped→shipped delivered→delivered closed→closed"),
        (COPY, "submitted fee_quoted→conditional fee_accepted→in_process shipped→shipped delivered→delivered"),
        (COPY, "submitted unfilled→unfilled forwarded→forwarded shipped→shipped"),
        (LOAN, "submitted shipped→shipped arrived→received picked_up→on_loan overdue→overdue returned→returned"),
        (LOAN, "submitted accepted→in_process arrived→received due→on_loan renewed→on_loan returned→returned"),
        (COPY, "submitted cancelled→cancelled closed→closed"),
    ],
)
def test_stories_run_through(service: Service, story: str) -> None:
    """Each life of a request moves step by step to the state named."""
    first, *steps = story.split()
    state = State(first)
    for step in steps:
        event, _, after = step.partition("→")
        outcome = advance(state, Event(event), service)
        assert outcome.move is Move.MOVED, outcome
        assert outcome.after is State(after)
        state = outcome.after


@pytest.mark.parametrize(
    ("state", "event", "service", "move"),
    [
        (State.SHIPPED, Event.SHIPPED, COPY, Move.REPEATED),
        (State.DELIVERED, Event.SHIPPED, COPY, Move.LATE),
        (State.DELIVERED, Event.ACCEPTED, COPY, Move.LATE),
        (State.CLOSED, Event.SHIPPED, COPY, Move.LATE),
        (State.CANCELLED, Event.ACCEPTED, COPY, Move.LATE),
        (State.CANCELLED, Event.SHIPPED, COPY, Move.ILLEGAL),
        (State.DELIVERED, Event.UNFILLED, COPY, Move.ILLEGAL),
        (State.SHIPPED, Event.CANCELLED, COPY, Move.ILLEGAL),
        (State.SUBMITTED, Event.OVERDUE, COPY, Move.ILLEGAL),
        (State.RETURNED, Event.OVERDUE, LOAN, Move.ILLEGAL),
        (State.OVERDUE, Event.OVERDUE, LOAN, Move.REPEATED),
        (State.UNFILLED, Event.UNFILLED, COPY, Move.REPEATED),
    ],
)
def test_late_repeated_and_contradicting(state: State, event: Event, service: Service, move: Move) -> None:
    """Old news is late, the same news is repeated, and a contradiction goes to a person."""
    outcome = advance(state, event, service)
    assert outcome.move is move, outcome.reason
    assert outcome.after is state
    assert outcome.reason


@given(st.sampled_from(State), st.sampled_from(Event), st.sampled_from(Service))
def test_advance_is_total_and_only_moves_by_the_table(state: State, event: Event, service: Service) -> None:
    """Every pair has an answer; a move is in the table; anything else leaves the state alone."""
    outcome = advance(state, event, service)
    if outcome.move is Move.MOVED:
        assert TRANSITIONS[(state, event)] is outcome.after
    else:
        assert outcome.after is outcome.before is state


@given(st.sampled_from(State), st.sampled_from(Event), st.sampled_from(Service))
def test_the_same_news_twice_moves_once(state: State, event: Event, service: Service) -> None:
    """Telling an event a second time never changes the state again."""
    first = advance(state, event, service)
    second = advance(first.after, event, service)
    assert second.after is first.after


def test_tables_are_complete() -> None:
    """Each state has a rank, each event a target, and every state but the first can be reached."""
    assert set(RANK) == set(State)
    assert set(TARGET) == set(Event)
    assert set(TRANSITIONS.values()) == set(State) - {State.SUBMITTED}


def test_a_photo_never_confirms() -> None:
    """A proof leads to 'proof received' only; confirmation is an event of its own."""
    reached = {after for (_, event), after in PAYMENT_TRANSITIONS.items() if event is PaymentEvent.PROOF}
    assert reached == {PaymentState.PROOF_RECEIVED}
    assert pay(PaymentState.CONFIRMED, PaymentEvent.PROOF) is None
    assert pay(PaymentState.DUE, PaymentEvent.DEMANDED) is None
