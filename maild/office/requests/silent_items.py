"""Queue items that the clock raised about a request: their keys, and what becomes of them when news comes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Decision, Transition
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import JournalEntry, MailRecord, ReviewItem, ReviewState
from maild.domain.requests.expectation import PAID
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Transaction
from maild.notify.sending.settled import close_item
from maild.office.requests import SAY

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


SILENCE = "silence:"
AGAIN = ":again"
_UNSENT = (OutboxState.HELD, OutboxState.WAITING)


def silence_key(number: str, state: State, since: datetime | None) -> str:
    """Names one silence: a request in a state that it came into at that moment."""
    return f"{SILENCE}{number}:{state}:{since.isoformat(timespec='seconds') if since else ''}"


def key_of(transaction: Transaction) -> str:
    """The key of the silence that a request may be in now. A fee that is paid meanwhile ends one and begins another."""
    paid = transaction.state is State.CONDITIONAL and transaction.payment_state in PAID
    return silence_key(transaction.number, transaction.state, transaction.since) + (":paid" if paid else "")


def settle(uow: UnitOfWork, item: ReviewItem, note: str, now: datetime) -> bool:
    """Close an open item that news made pointless, and withdraw its drafts. False where a person was faster."""
    if not close_item(uow, item, note, now):
        return False
    for row in uow.outbox.of_subject(item.key):
        if row.state in _UNSENT:
            uow.outbox.mark(row.id, OutboxState.CANCELLED, now=now, reply=note)
    return True


class Silences:
    """Follows decided mails: what was silent about the requests that they move is silent no more."""

    def __init__(self) -> None:
        self._decisions: list[Decision] = []

    def saw(self, mail: MailRecord, decision: Decision, now: datetime) -> Iterable[JournalEntry]:
        """Keep it until all decisions of the batch are known."""
        self._decisions.append(decision)
        return ()

    def write(self, uow: UnitOfWork, now: datetime) -> None:
        """Close the items that news made pointless."""
        settle_moved(uow, self._decisions, now)
        self._decisions.clear()


def settle_moved(uow: UnitOfWork, decisions: Iterable[Decision], now: datetime) -> int:
    """News moved these requests: what was silent about them is silent no more. Returns how many items closed."""
    keys: dict[str, str] = {}
    for decision in decisions:
        known = {c.transaction.number: c.transaction for c in decision.about.candidates}
        for transition in decision.of(Transition):
            before = known.get(transition.number)
            if before is not None and transition.after is not None:
                key = key_of(before)
                keys |= {key: transition.after, f"{key}{AGAIN}": transition.after}
    if not keys:
        return 0
    items = [item for item in uow.reviews.of_keys(list(keys)) if item.state is ReviewState.OPEN]
    return sum(settle(uow, item, SAY("news_state", state=keys[item.key]), now) for item in items)


def settle_known(uow: UnitOfWork, before: Transaction, note: str, now: datetime) -> int:
    """Staff moved a request: the silence that it was in is over. Returns how many items closed."""
    key = key_of(before)
    items = [item for item in uow.reviews.of_keys([key, f"{key}{AGAIN}"]) if item.state is ReviewState.OPEN]
    return sum(settle(uow, item, note, now) for item in items)
