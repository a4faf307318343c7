"""All laws of a transaction's state in one file: states, events, what may follow what.

Two independent axes: the request's State (ISO 10161, ISO 18626) and its PaymentState.
The diagram in docs/lifecycle.md is generated from TRANSITIONS and PAYMENT_TRANSITIONS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from maild.domain import SAY


class Service(StrEnum):
    """文献传递 (a copy, not returned) or 馆际互借 (a loan, returned by a due date)."""

    COPY = "copy"
    LOAN = "loan"


class State(StrEnum):
    SUBMITTED = "submitted"
    IN_PROCESS = "in_process"
    FORWARDED = "forwarded"
    CONDITIONAL = "conditional"
    SHIPPED = "shipped"
    RECEIVED = "received"
    DELIVERED = "delivered"
    ON_LOAN = "on_loan"
    OVERDUE = "overdue"
    RETURNED = "returned"
    UNFILLED = "unfilled"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Event(StrEnum):
    """What happened, as a provider's mail, a librarian's act or our own relay says it."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    FORWARDED = "forwarded"
    FEE_QUOTED = "fee_quoted"
    FEE_ACCEPTED = "fee_accepted"
    SHIPPED = "shipped"
    ARRIVED = "arrived"
    DELIVERED = "delivered"
    PICKED_UP = "picked_up"
    DUE = "due"
    RENEWED = "renewed"
    OVERDUE = "overdue"
    RETURNED = "returned"
    UNFILLED = "unfilled"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class PaymentState(StrEnum):
    NONE = "none"
    QUOTED = "quoted"
    DUE = "due"
    PROOF_RECEIVED = "proof_received"
    CONFIRMED = "confirmed"
    WAIVED = "waived"
    DISPUTED = "disputed"


OWING = frozenset({PaymentState.QUOTED, PaymentState.DUE, PaymentState.DISPUTED})
PAID = frozenset({PaymentState.PROOF_RECEIVED, PaymentState.CONFIRMED, PaymentState.WAIVED})  # nothing is asked for


class PaymentEvent(StrEnum):
    QUOTED = "quoted"
    DEMANDED = "demanded"
    PROOF = "proof"
    CONFIRMED = "confirmed"
    WAIVED = "waived"
    DISPUTED = "disputed"


_S, _E = State, Event
OPEN = (_S.SUBMITTED, _S.IN_PROCESS, _S.FORWARDED, _S.CONDITIONAL)


def _table() -> Mapping[tuple[State, Event], State]:
    table: dict[tuple[State, Event], State] = {}

    def allow(event: Event, target: State, *sources: State) -> None:
        for source in sources:
            table[(source, event)] = target

    allow(_E.ACCEPTED, _S.IN_PROCESS, _S.SUBMITTED, _S.FORWARDED, _S.CONDITIONAL)
    allow(_E.FORWARDED, _S.FORWARDED, _S.SUBMITTED, _S.IN_PROCESS, _S.CONDITIONAL, _S.UNFILLED)
    allow(_E.FEE_QUOTED, _S.CONDITIONAL, _S.SUBMITTED, _S.IN_PROCESS, _S.FORWARDED)
    allow(_E.FEE_ACCEPTED, _S.IN_PROCESS, _S.CONDITIONAL)
    # A provider may supply from any open state, and after an "unfilled" that another library made good.
    allow(_E.SHIPPED, _S.SHIPPED, *OPEN, _S.UNFILLED)
    # "Arrived" is often the first that is heard of a loan's shipping.
    allow(_E.ARRIVED, _S.RECEIVED, *OPEN, _S.SHIPPED)
    allow(_E.DELIVERED, _S.DELIVERED, *OPEN, _S.SHIPPED, _S.RECEIVED)
    allow(_E.PICKED_UP, _S.ON_LOAN, _S.RECEIVED, _S.SHIPPED)
    # A due reminder proves that the loan is out, whatever we were told before.
    allow(_E.DUE, _S.ON_LOAN, _S.SHIPPED, _S.RECEIVED, _S.ON_LOAN)
    allow(_E.RENEWED, _S.ON_LOAN, _S.ON_LOAN, _S.OVERDUE)
    allow(_E.OVERDUE, _S.OVERDUE, _S.SHIPPED, _S.RECEIVED, _S.ON_LOAN)
    allow(_E.RETURNED, _S.RETURNED, _S.RECEIVED, _S.ON_LOAN, _S.OVERDUE, _S.SHIPPED)
    allow(_E.UNFILLED, _S.UNFILLED, *OPEN)
    allow(_E.CANCELLED, _S.CANCELLED, *OPEN)
    allow(_E.CLOSED, _S.CLOSED, _S.SHIPPED, _S.DELIVERED, _S.RECEIVED, _S.RETURNED, _S.UNFILLED, _S.CANCELLED)
    return MappingProxyType(table)


TRANSITIONS: Mapping[tuple[State, Event], State] = _table()

# How far along a request is: an event whose target lies behind the present state is late, not wrong.
RANK: Mapping[State, int] = MappingProxyType({
    _S.SUBMITTED: 0, _S.FORWARDED: 1, _S.CONDITIONAL: 1, _S.IN_PROCESS: 1, _S.SHIPPED: 2, _S.RECEIVED: 3,
    _S.DELIVERED: 4, _S.ON_LOAN: 4, _S.OVERDUE: 5, _S.RETURNED: 6, _S.UNFILLED: 6, _S.CANCELLED: 6, _S.CLOSED: 7,
})  # fmt: skip

TARGET: Mapping[Event, State] = MappingProxyType({
    _E.SUBMITTED: _S.SUBMITTED, _E.ACCEPTED: _S.IN_PROCESS, _E.FORWARDED: _S.FORWARDED,
    _E.FEE_QUOTED: _S.CONDITIONAL, _E.FEE_ACCEPTED: _S.IN_PROCESS, _E.SHIPPED: _S.SHIPPED,
    _E.ARRIVED: _S.RECEIVED, _E.DELIVERED: _S.DELIVERED, _E.PICKED_UP: _S.ON_LOAN, _E.DUE: _S.ON_LOAN,
    _E.RENEWED: _S.ON_LOAN, _E.OVERDUE: _S.OVERDUE, _E.RETURNED: _S.RETURNED, _E.UNFILLED: _S.UNFILLED,
    _E.CANCELLED: _S.CANCELLED, _E.CLOSED: _S.CLOSED,
})  # fmt: skip

LOAN_ONLY = frozenset({_E.ARRIVED, _E.PICKED_UP, _E.DUE, _E.RENEWED, _E.OVERDUE, _E.RETURNED})
# Events that report a passing fact and may be told again without being a repetition of a move.
REMINDERS = frozenset({_E.DUE, _E.OVERDUE})


class Move(StrEnum):
    """What an event does to a state."""

    MOVED = "moved"
    REPEATED = "repeated"  # the state is already there: the same news told twice
    LATE = "late"  # old news, overtaken by what happened since
    ILLEGAL = "illegal"  # contradicts what is known: a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """The outcome of an event on a state; `after` equals `before` unless move is MOVED."""

    move: Move
    before: State
    after: State
    event: Event
    reason: str


def advance(state: State, event: Event, service: Service = Service.COPY) -> Advance:
    """Say what `event` does to a transaction in `state`. Pure; raises nothing."""

    def outcome(move: Move, after: State, reason: str) -> Advance:
        return Advance(move=move, before=state, after=after, event=event, reason=reason)

    if event in LOAN_ONLY and service is Service.COPY and event is not _E.ARRIVED:
        return outcome(Move.ILLEGAL, state, SAY("loans_only", event=event))
    target = TARGET[event]
    after = TRANSITIONS.get((state, event))
    if after is not None:
        return outcome(Move.MOVED, after, SAY("moved_by", before=state, after=after, event=event))
    if state is target:
        return outcome(Move.REPEATED, state, SAY("same_news_again", state=state))
    if _is_late(state, event):
        return outcome(Move.LATE, state, SAY("old_news", event=event, state=state))
    return outcome(Move.ILLEGAL, state, SAY("contradicts_state", event=event, state=state))


_PROGRESS = frozenset({_E.SUBMITTED, _E.ACCEPTED, _E.FORWARDED, _E.FEE_QUOTED, _E.FEE_ACCEPTED, _E.SHIPPED,
                       _E.ARRIVED, _E.PICKED_UP, _E.DUE})  # fmt: skip
_SUCCESS = frozenset({_S.SHIPPED, _S.RECEIVED, _S.DELIVERED, _S.ON_LOAN, _S.OVERDUE, _S.RETURNED, _S.CLOSED})


def _is_late(state: State, event: Event) -> bool:
    """Progress told after later progress is late; progress after an end that was no success contradicts it,
    except for the early news (accepted, forwarded …) that mails overtaking one another bring.
    """
    if event not in _PROGRESS or RANK[TARGET[event]] > RANK[state]:
        return False
    early = RANK[TARGET[event]] <= RANK[_S.IN_PROCESS]
    return early or state in _SUCCESS


_P, _PE = PaymentState, PaymentEvent
PAYMENT_TRANSITIONS: Mapping[tuple[PaymentState, PaymentEvent], PaymentState] = MappingProxyType({
    (_P.NONE, _PE.QUOTED): _P.QUOTED,
    (_P.NONE, _PE.DEMANDED): _P.DUE,
    (_P.QUOTED, _PE.DEMANDED): _P.DUE,
    (_P.QUOTED, _PE.PROOF): _P.PROOF_RECEIVED,
    (_P.DUE, _PE.PROOF): _P.PROOF_RECEIVED,
    (_P.DISPUTED, _PE.PROOF): _P.PROOF_RECEIVED,
    (_P.QUOTED, _PE.CONFIRMED): _P.CONFIRMED,
    (_P.DUE, _PE.CONFIRMED): _P.CONFIRMED,
    (_P.PROOF_RECEIVED, _PE.CONFIRMED): _P.CONFIRMED,
    (_P.DISPUTED, _PE.CONFIRMED): _P.CONFIRMED,
    (_P.NONE, _PE.WAIVED): _P.WAIVED,
    (_P.QUOTED, _PE.WAIVED): _P.WAIVED,
    (_P.DUE, _PE.WAIVED): _P.WAIVED,
    (_P.DISPUTED, _PE.WAIVED): _P.WAIVED,
    (_P.PROOF_RECEIVED, _PE.DISPUTED): _P.DISPUTED,
    (_P.DUE, _PE.DISPUTED): _P.DISPUTED,
    (_P.CONFIRMED, _PE.DISPUTED): _P.DISPUTED,
})  # fmt: skip

SETTLED = frozenset({_P.NONE, _P.PROOF_RECEIVED, _P.CONFIRMED, _P.WAIVED})


def pay(state: PaymentState, event: PaymentEvent) -> PaymentState | None:
    """The payment state after `event`, or None where it changes nothing or may not happen."""
    return PAYMENT_TRANSITIONS.get((state, event))


class RegistrationState(StrEnum):
    """A step of registering: pending → approved | rejected; the laws are in domain/incoming/registering.py."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
