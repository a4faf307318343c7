"""Moves that the clock makes: one transaction, its line of history, its notices; nothing where it moved meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import StaleVersion
from maild.domain.incoming.decision import Transition
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import Event, Move, State, advance
from maild.domain.requests.patron import Transaction

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork


PAGE = 500


def pages(store: Store, state: State, before: datetime) -> Iterator[list[Transaction]]:
    """All requests that came into a state before that moment, longest first, a page at a time."""
    after: Transaction | None = None
    while True:
        with store.read() as uow:
            rows = uow.transactions.lingering(state, before, after=after, limit=PAGE)
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        after = rows[-1]


def tick(
    uow: UnitOfWork, case: Transaction, event: Event, now: datetime, reason: str, notices: Sequence[NoticeRequest] = ()
) -> bool:
    """Tell a request what time brought. False where the laws or somebody faster are against it."""
    moved = advance(case.state, event, case.service)
    if moved.move is not Move.MOVED:
        return False
    transition = Transition(
        number=case.number, expected_version=case.version, event=event, before=moved.before, after=moved.after
    )
    with suppress(StaleVersion), uow.savepoint():
        uow.transactions.apply(transition, now)
        uow.journal.add(
            [
                JournalEntry(
                    what="state",
                    at=now,
                    number=case.number,
                    before=moved.before,
                    after=moved.after,
                    reasons=(reason,),
                    data={"event": event.value},
                )
            ]
        )
        uow.outbox.add(notices, now)
        return True
    return False
