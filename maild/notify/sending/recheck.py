"""Is a notice still true when it is about to leave? A table: kind → what of the transaction contradicts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from maild.domain.outgoing.notice import NoticeKind, OutboxEntry
from maild.domain.requests.lifecycle import RANK, PaymentState, State
from maild.domain.requests.patron import Patron, Transaction
from maild.notify.sending import SAY

Recheck = Callable[[OutboxEntry, Transaction | None, Patron | None], str | None]
Predicate = Callable[[Transaction], str | None]

_PAID_OR_CLAIMED = frozenset({PaymentState.PROOF_RECEIVED, PaymentState.CONFIRMED, PaymentState.WAIVED})
_ENDED = frozenset({State.RETURNED, State.CANCELLED, State.CLOSED})


def _unless(*states: State) -> Predicate:
    """The notice is true only while the request is in one of these states."""
    return lambda case: None if case.state in states else SAY("request_is_now", state=case.state)


def _if_not(*states: State) -> Predicate:
    """The notice is no longer true once the request is in one of these states."""
    return lambda case: SAY("request_is_now", state=case.state) if case.state in states else None


def _not_overtaken(case: Transaction) -> str | None:
    """News of the way is worth sending until the thing itself has come, or the request has ended."""
    return SAY("overtaken", state=case.state) if RANK[case.state] > RANK[State.SHIPPED] else None


def _fee(case: Transaction) -> str | None:
    """A fee that was paid, claimed as paid or waived is not asked for; nor is that of an ended request."""
    if case.payment_state in _PAID_OR_CLAIMED:
        return SAY("fee_not_asked", state=case.payment_state)
    return _if_not(State.UNFILLED, State.CANCELLED)(case)


def _payment(*states: PaymentState) -> Predicate:
    return lambda case: None if case.payment_state in states else SAY("payment_is_now", state=case.payment_state)


CONTRADICTIONS: Mapping[NoticeKind, Predicate] = MappingProxyType(
    {
        NoticeKind.REQUEST_ACCEPTED: _not_overtaken,
        NoticeKind.SENT_FOR_SUPPLY: _not_overtaken,
        NoticeKind.DOCUMENT_DELIVERED: _if_not(State.CANCELLED),
        NoticeKind.PICK_UP: _if_not(State.ON_LOAN, State.OVERDUE, *_ENDED),
        NoticeKind.FEE_NOTICE: _fee,
        # Staff may not have looked at the proof yet: only a payment that is settled makes the notice stale.
        NoticeKind.PROOF_RECEIVED: _payment(*(set(PaymentState) - {PaymentState.CONFIRMED, PaymentState.WAIVED})),
        NoticeKind.PAYMENT_CONFIRMED: _payment(PaymentState.CONFIRMED, PaymentState.WAIVED),
        # A better proof may have come meanwhile, or the money itself.
        NoticeKind.PROOF_UNREADABLE: _payment(*(set(PaymentState) - _PAID_OR_CLAIMED)),
        NoticeKind.AMOUNT_DIFFERS: _payment(*(set(PaymentState) - {PaymentState.CONFIRMED, PaymentState.WAIVED})),
        NoticeKind.UNFILLED: _unless(State.UNFILLED, State.CLOSED),
        NoticeKind.CANCELLED: _unless(State.CANCELLED, State.CLOSED),
        NoticeKind.LOAN_DUE: _if_not(State.OVERDUE, *_ENDED),
        NoticeKind.LOAN_OVERDUE: _if_not(State.ON_LOAN, *_ENDED),
        NoticeKind.RENEWAL_ASKED: _if_not(*_ENDED),
        NoticeKind.LOAN_RENEWED: _if_not(*_ENDED),
        NoticeKind.LOAN_NOT_RENEWED: _if_not(*_ENDED),
        NoticeKind.LOAN_RETURNED: _unless(State.RETURNED, State.CLOSED),
        NoticeKind.CANCEL_ASKED: _if_not(*_ENDED, State.UNFILLED),
        NoticeKind.FEE_ACCEPTED: _if_not(*_ENDED, State.UNFILLED),
    }
)


def recheck(entry: OutboxEntry, transaction: Transaction | None, patron: Patron | None) -> str | None:
    """Why this notice should not go out any more, or None. Pure."""
    del patron  # a caller's own recheck may look at it; whether an address bounces is the relay's business
    if entry.request.kind is NoticeKind.PROVIDER_QUERY:
        return _moot(entry, transaction)
    contradiction = CONTRADICTIONS.get(entry.request.kind)
    if contradiction is None or not entry.request.number:
        return None
    if transaction is None:
        return SAY("request_unknown", number=entry.request.number)
    return contradiction(transaction)


def _moot(entry: OutboxEntry, case: Transaction | None) -> str | None:
    """A query is worth asking only in the states that it names: 'nothing was heard' is untrue once something was."""
    states, renews = entry.request.data.get("while"), entry.request.data.get("renews")
    if case is None:
        return None
    if isinstance(states, list | tuple) and case.state not in states:
        return SAY("answered_meanwhile", state=case.state)
    if renews and case.due is not None and case.due.isoformat() != renews:
        return SAY("due_meanwhile", day=case.due)
    return None
