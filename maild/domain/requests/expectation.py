"""What is expected next of a request, by whom and by when: a pure function of the request, the times and the calendar.

Days are the office's: a deadline is the last day on which the news may still come; the day after, it is overdue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType

from maild.domain.calendar import Calendar, Reckoned
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Transaction


class Awaited(StrEnum):
    """The news that comes next if all goes well."""

    ANSWER = "answer"  # accepted, refused, forwarded, or a fee
    SUPPLY = "supply"  # the document, or the book on its way
    FEE = "fee"  # the fee is accepted, or paid
    CONSENT = "consent"  # the fee is paid: we tell the provider to go on
    DELIVERY = "delivery"  # our own notice with the document leaves
    ARRIVAL = "arrival"  # the book reaches the office
    PICK_UP = "pick_up"  # the patron comes for it
    RETURN = "return"  # the patron brings it back
    CONFIRMATION = "confirmation"  # the provider has it back


class Whose(StrEnum):
    """Of whom the news is expected."""

    PROVIDER = "provider"
    PATRON = "patron"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long things take with one provider, for one service: rules/service-times.toml says what each means.

    Working days; `loan` and `post` are calendar days, `renewals` a number, 0 elsewhere: not expected, not watched.
    """

    answer: int = 1
    supply: int = 2
    rush_answer: int = 1
    rush_supply: int = 1
    fee: int = 5
    delivery: int = 1
    travel: int = 7
    pick_up: int = 5
    pick_up_again: int = 3
    transit: int = 10
    loan: int = 30
    post: int = 5
    renewals: int = 1
    renew_late: int = 0
    overdue_again: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTimes:
    """Everything that deadlines are reckoned with.

    usual  by service; own: by (provider id, service) where a provider differs; zone: the office's
    """

    calendar: Calendar = field(default_factory=Calendar)
    zone: tzinfo
    usual: Mapping[Service, Times] = field(default_factory=lambda: MappingProxyType({}))
    own: Mapping[tuple[str, Service], Times] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, provider: str, service: Service) -> Times:
        """The times of a provider (its id, '' where it is not known)."""
        return self.own.get((provider, service)) or self.usual.get(service) or Times()

    def today(self, now: datetime) -> date:
        """The office's day."""
        return now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What comes next. `by`: the last day in time; `days`: how many working days that allows from `since` on.

    unknown: years on the way whose working days are not known: the day may be wrong.
    """

    awaited: Awaited
    whose: Whose
    since: date
    by: date
    days: int
    unknown: tuple[int, ...] = ()

    def overdue(self, today: date) -> bool:
        """Whether the last day has passed."""
        return today > self.by


_OWED = frozenset({PaymentState.QUOTED, PaymentState.DUE, PaymentState.DISPUTED})
PAID = frozenset({PaymentState.PROOF_RECEIVED, PaymentState.CONFIRMED, PaymentState.WAIVED})
_S, _A, _W = State, Awaited, Whose
# state → what is expected, of whom. What is not here is over, or waits for nothing.
NEXT: Mapping[State, tuple[Awaited, Whose]] = MappingProxyType(
    {
        _S.SUBMITTED: (_A.ANSWER, _W.PROVIDER),
        _S.FORWARDED: (_A.ANSWER, _W.PROVIDER),
        _S.IN_PROCESS: (_A.SUPPLY, _W.PROVIDER),
        _S.CONDITIONAL: (_A.FEE, _W.PATRON),
        _S.SHIPPED: (_A.ARRIVAL, _W.PROVIDER),
        _S.RECEIVED: (_A.PICK_UP, _W.PATRON),
        _S.ON_LOAN: (_A.RETURN, _W.PATRON),
        _S.OVERDUE: (_A.RETURN, _W.PATRON),
        _S.RETURNED: (_A.CONFIRMATION, _W.PROVIDER),
    }
)
WATCHED: tuple[State, ...] = tuple(state for state in NEXT if state not in (_S.ON_LOAN, _S.OVERDUE))


def expect(transaction: Transaction, times: Times, service: ServiceTimes) -> Expectation | None:
    """What is expected next of a request and by when; None where nothing is. Never raises for a known request."""
    what = _next(transaction)
    started = transaction.since or transaction.updated or transaction.submitted
    if what is None or started is None:
        return None
    awaited, whose = what
    since = service.today(started)
    if awaited is Awaited.RETURN:
        return _return(transaction, since, service)
    days = _days(awaited, times, rush=transaction.rush)
    if days <= 0:
        return None
    end = service.calendar.add_working_days(since, days)
    return Expectation(awaited=awaited, whose=whose, since=since, by=end.day, days=days, unknown=end.unknown)


def _next(transaction: Transaction) -> tuple[Awaited, Whose] | None:
    """As NEXT says; a copy that has come waits for its fee, or for our own notice to leave. Who pays has consented."""
    if transaction.state is State.CONDITIONAL and transaction.payment_state in PAID:
        return Awaited.CONSENT, Whose.OFFICE
    if transaction.state is State.SHIPPED and transaction.service is Service.COPY:
        if transaction.payment_state is PaymentState.PROOF_RECEIVED:
            return None  # the document may wait for the money: claims have a watch of their own
        if transaction.payment_state in _OWED:
            return Awaited.FEE, Whose.PATRON
        return Awaited.DELIVERY, Whose.OFFICE
    return NEXT.get(transaction.state)


def _days(awaited: Awaited, times: Times, *, rush: bool) -> int:
    if awaited is Awaited.ANSWER:
        return min(times.answer, times.rush_answer) if rush and times.answer else times.answer
    if awaited is Awaited.SUPPLY:
        return min(times.supply, times.rush_supply) if rush and times.supply else times.supply
    plain = {
        Awaited.FEE: times.fee,
        Awaited.DELIVERY: times.delivery,
        Awaited.CONSENT: times.delivery,
        Awaited.ARRIVAL: times.travel,
        Awaited.PICK_UP: times.pick_up,
        Awaited.CONFIRMATION: times.transit,
    }
    return plain[awaited]


def _return(transaction: Transaction, since: date, service: ServiceTimes) -> Expectation | None:
    """A loan is to be back by its due date; where the office is closed on it, by the next day that it works."""
    if transaction.due is None:
        return None
    end = last_day(transaction.due, service.calendar)
    worked = service.calendar.working_days_between(since, end.day).days
    return Expectation(
        awaited=Awaited.RETURN, whose=Whose.PATRON, since=since, by=end.day, days=max(0, worked), unknown=end.unknown
    )


def last_day(due: date, calendar: Calendar) -> Reckoned:
    """The day until which a loan may come back: nobody can return a book where the office is closed."""
    return calendar.add_working_days(due, 0)


def loan_due(start: date, times: Times, *, arrived: bool) -> date:
    """The day a loan is due where nobody says it: `times.loan` days from its sending, the post included.

    start: the day of its sending, or with `arrived` the day it came, which is `times.post` days later.
    """
    return start + timedelta(days=max(1, times.loan - (times.post if arrived else 0)))
