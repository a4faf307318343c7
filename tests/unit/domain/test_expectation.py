"""What is expected next, of whom and by when: over weekends, moved holidays, rush, and years nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from maild.domain.requests.expectation import Awaited, ServiceTimes, Times, Whose, expect, loan_due
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Transaction
from maild.office.watch.calendars import load_calendar

ZONE = ZoneInfo("Asia/Shanghai")
TIMES = ServiceTimes(
    calendar=load_calendar(),
    zone=ZONE,
    usual=MappingProxyType({service: Times() for service in Service}),
    own=MappingProxyType({("oclc", Service.COPY): Times(answer=4)}),
)
COPY = Transaction(number="N1", patron_id="p1")
LOAN = replace(COPY, service=Service.LOAN)


def since(text: str) -> datetime:
    """A moment of the office's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("state", "start", "rush", "awaited", "by"),
    [
        (State.SUBMITTED, "2026-11-24T09:00", False, Awaited.ANSWER, "2026-11-25"),
        (State.SUBMITTED, "2026-11-24T23:59", False, Awaited.ANSWER, "2026-11-25"),
        (State.SUBMITTED, "2026-11-25T00:01", False, Awaited.ANSWER, "2026-11-26"),
        (State.SUBMITTED, "2026-11-27T17:00", False, Awaited.ANSWER, "2026-11-30"),  # over a weekend
        (State.SUBMITTED, "2026-11-28T12:00", False, Awaited.ANSWER, "2026-11-30"),  # on a Saturday
        (State.SUBMITTED, "2026-09-30T12:00", False, Awaited.ANSWER, "2026-10-08"),  # over the National Day week
        (State.IN_PROCESS, "2026-10-09T12:00", False, Awaited.SUPPLY, "2026-10-12"),  # the Saturday works
        (State.IN_PROCESS, "2026-02-13T12:00", False, Awaited.SUPPLY, "2026-02-24"),  # Spring Festival, 14th works
        (State.IN_PROCESS, "2026-11-24T12:00", False, Awaited.SUPPLY, "2026-11-26"),
        (State.IN_PROCESS, "2026-11-24T12:00", True, Awaited.SUPPLY, "2026-11-25"),
        (State.FORWARDED, "2026-11-24T12:00", True, Awaited.ANSWER, "2026-11-25"),
        (State.CONDITIONAL, "2026-11-24T12:00", False, Awaited.FEE, "2026-12-01"),
        (State.SHIPPED, "2026-11-24T12:00", False, Awaited.DELIVERY, "2026-11-25"),
    ],
)
def test_copies(state: State, start: str, rush: bool, awaited: Awaited, by: str) -> None:
    """The state says what comes next, the calendar until when."""
    found = expect(replace(COPY, state=state, since=since(start), rush=rush), Times(), TIMES)
    assert found is not None
    assert (found.awaited, found.by, found.unknown) == (awaited, date.fromisoformat(by), ())
    assert not found.overdue(found.by)
    assert found.overdue(found.by + timedelta(days=1))


@pytest.mark.parametrize(
    ("state", "due", "awaited", "whose", "by"),
    [
        (State.SHIPPED, None, Awaited.ARRIVAL, Whose.PROVIDER, "2026-12-03"),
        (State.RECEIVED, None, Awaited.PICK_UP, Whose.PATRON, "2026-12-01"),
        (State.RETURNED, None, Awaited.CONFIRMATION, Whose.PROVIDER, "2026-12-08"),
        (State.ON_LOAN, "2026-12-18", Awaited.RETURN, Whose.PATRON, "2026-12-18"),
        (State.ON_LOAN, "2026-12-19", Awaited.RETURN, Whose.PATRON, "2026-12-21"),  # nobody can return it on a Saturday
        (State.OVERDUE, "2026-11-20", Awaited.RETURN, Whose.PATRON, "2026-11-20"),
    ],
)
def test_loans(state: State, due: str | None, awaited: Awaited, whose: Whose, by: str) -> None:
    """On its way, at the desk, out, back."""
    day = date.fromisoformat(due) if due else None
    found = expect(replace(LOAN, state=state, since=since("2026-11-24T12:00"), due=day), Times(), TIMES)
    assert found is not None
    assert (found.awaited, found.whose, found.by) == (awaited, whose, date.fromisoformat(by))


@pytest.mark.parametrize("state", [State.DELIVERED, State.UNFILLED, State.CANCELLED, State.CLOSED])
def test_nothing_is_expected_of_what_is_over(state: State) -> None:
    """The end, and the reader's own good time."""
    assert expect(replace(COPY, state=state, since=since("2026-11-24T12:00")), Times(), TIMES) is None


def test_a_supplied_copy_waits_for_its_fee() -> None:
    """Where the fee is owed the patron is waited for, not our notice."""
    owing = replace(COPY, state=State.SHIPPED, since=since("2026-11-24T12:00"), payment_state=PaymentState.DUE)
    found = expect(owing, Times(), TIMES)
    assert found is not None
    assert (found.awaited, found.whose) == (Awaited.FEE, Whose.PATRON)


@pytest.mark.parametrize("paid", [PaymentState.PROOF_RECEIVED, PaymentState.CONFIRMED, PaymentState.WAIVED])
def test_who_pays_has_consented(paid: PaymentState) -> None:
    """The provider waits for our word, not the patron's; a supplied copy waits for the money's own watch."""
    case = replace(COPY, state=State.CONDITIONAL, since=since("2026-11-24T12:00"), payment_state=paid)
    found = expect(case, Times(), TIMES)
    assert found is not None
    assert (found.awaited, found.whose) == (Awaited.CONSENT, Whose.OFFICE)
    waits = expect(replace(case, state=State.SHIPPED, payment_state=PaymentState.PROOF_RECEIVED), Times(), TIMES)
    assert waits is None


def test_not_watched() -> None:
    """A time of 0 expects nothing; a loan without a due date is not expected back."""
    at = since("2026-11-24T12:00")
    assert expect(replace(LOAN, state=State.RETURNED, since=at), Times(transit=0), TIMES) is None
    assert expect(replace(COPY, since=at, rush=True), Times(answer=0), TIMES) is None
    assert expect(replace(LOAN, state=State.ON_LOAN, since=at), Times(), TIMES) is None
    assert expect(replace(COPY, since=None), Times(), TIMES) is None


def test_rush_is_never_slower() -> None:
    """A rush time that is longer than the usual one does not count."""
    found = expect(replace(COPY, since=since("2026-11-24T12:00"), rush=True), Times(rush_answer=9), TIMES)
    assert found is not None
    assert found.days == 1


def test_an_unknown_year_is_said() -> None:
    """The working days of a year without a State Council notice are a guess, and called so."""
    last = max(TIMES.calendar.known)
    found = expect(replace(COPY, since=since(f"{last}-12-31T12:00")), Times(), TIMES)
    assert found is not None
    assert found.unknown == (last + 1,)


def test_a_providers_own_times() -> None:
    """By provider and service; anybody else has the usual ones."""
    assert TIMES.of("oclc", Service.COPY).answer == 4
    assert TIMES.of("oclc", Service.LOAN).answer == 1
    assert TIMES.of("", Service.COPY).answer == 1


def test_a_month_with_the_post() -> None:
    """From its sending, or from its coming less the way here."""
    start = date(2026, 11, 24)
    assert loan_due(start, Times(), arrived=False) == date(2026, 12, 24)
    assert loan_due(start, Times(), arrived=True) == date(2026, 12, 19)
    assert loan_due(start, Times(loan=3, post=9), arrived=True) == date(2026, 11, 25)
