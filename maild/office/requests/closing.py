"""What is done is closed, after a while in which nobody complained, so that 'closed' means what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.domain.outgoing.notice import OutboxState
from maild.domain.requests.lifecycle import Event, PaymentState, Service, State
from maild.domain.requests.patron import Transaction
from maild.office.requests import SAY
from maild.office.requests.clockwork import pages, tick
from maild.ports import Clock
from maild.spine.request_policy import RequestPolicy

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

MOST_OPEN = 10_000
MOST_CLOSED = 5000  # a run: an old database is closed bit by bit, and other work goes on
_PAID = frozenset({PaymentState.CONFIRMED, PaymentState.WAIVED})
_UNSETTLED = frozenset(OutboxState) - {OutboxState.SENT, OutboxState.MERGED, OutboxState.CANCELLED}


class Closing:
    """Closes delivered copies, and loans that the provider has back, `days` after they became so."""

    def __init__(self, store: Store, clock: Clock, policy: RequestPolicy, *, days: int) -> None:
        self._store, self._clock, self._policy, self._days = store, clock, policy, days

    def run_once(self) -> int:
        """Close what can be; returns how many requests that were. 0 days: nothing closes by itself."""
        if not self._days:
            return 0
        now = self._clock.now()
        limit = now - timedelta(days=self._days)
        closed = 0
        named: frozenset[str] | None = None
        for state in (State.DELIVERED, State.RETURNED):
            for page in pages(self._store, state, limit):
                ready = [case for case in page if not owed(case)]
                if not ready:
                    continue
                with self._store.begin() as uow:
                    named = _in_queue(uow) if named is None else named
                    closed += self._close(uow, [case for case in ready if case.number not in named], limit, now)
                if closed >= MOST_CLOSED:
                    return closed
        return closed

    def _close(self, uow: UnitOfWork, cases: Sequence[Transaction], limit: datetime, now: datetime) -> int:
        busy = {
            row.request.number
            for row in uow.outbox.about([case.number for case in cases])
            if row.state in _UNSETTLED or (row.sent or row.created) > limit
        }
        closed = 0
        for case in cases:
            if case.number not in busy and self._done(uow, case):
                what = "delivered" if case.state is State.DELIVERED else "returned"
                reason = SAY("closed_after", what=what, days=self._days)
                closed += tick(uow, case, Event.CLOSED, now, reason)
        return closed

    def _done(self, uow: UnitOfWork, case: Transaction) -> bool:
        """A copy is done when it is delivered; a loan when the provider, not we alone, says that it is back."""
        if case.state is State.DELIVERED:
            return case.service is Service.COPY
        if not self._policy.times_of(case).transit:
            return True  # this provider confirms nothing
        moves = [e for e in uow.journal.of_transaction(case.number) if e.what == "state" and e.after == State.RETURNED]
        return bool(moves) and moves[-1].mail_id is not None


def owed(case: Transaction) -> bool:
    """Whether money is still to come: a claim of payment is no money yet."""
    if case.payment_state in _PAID:
        return False
    return case.payment_state is not PaymentState.NONE or bool(case.payable or (case.payable is None and case.total))


def _in_queue(uow: UnitOfWork) -> frozenset[str]:
    """Every request that an open item names or might be about: somebody may be complaining."""
    items = uow.reviews.find(limit=MOST_OPEN)
    about = {number for item in items for number in item.transactions}
    return frozenset(about | {str(row.get("transaction", "")) for item in items for row in item.candidates})
