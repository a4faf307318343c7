"""Notices that time brings, not a mail: a loan is due soon."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING

from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import State
from maild.office.notices import announce
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store

BATCH = 500


class Reminders:
    """Reminds of due dates; the outbox row's revision (the due date) keeps it to once a date."""

    def __init__(self, store: Store, clock: Clock, *, days: int, zone: tzinfo) -> None:
        self._store, self._clock, self._days, self._zone = store, clock, days, zone

    def run_once(self) -> int:
        """Write the reminders that are due; returns how many are new."""
        now = self._clock.now()
        if not self._days:
            return 0
        with self._store.begin() as uow:
            tomorrow = now.astimezone(self._zone).date() + timedelta(days=1)
            loans = uow.transactions.due_between(tomorrow, tomorrow + timedelta(days=self._days), BATCH)
            patrons = {p.patron_id: p for p in uow.patrons.get_many(sorted({t.patron_id for t in loans}))}
            requests: list[NoticeRequest] = []
            for loan in loans:
                if loan.due is None or loan.state is State.OVERDUE:
                    continue
                day = loan.due.isoformat()
                requests += announce.to_patron(
                    NoticeKind.LOAN_DUE,
                    loan,
                    patrons.get(loan.patron_id),
                    now,
                    revision=day,
                    data={"event": "due", "due": day},
                )
            return len(uow.outbox.add(requests, now)) if requests else 0
