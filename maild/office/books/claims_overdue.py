"""Claims that no statement confirmed in time go before staff, once each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem
from maild.office.books import SAY
from maild.office.books.reconcile_queue import CLAIM
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store

MOST = 10_000


class OverdueClaims:
    """`before(today, n)` gives the day that lies n working days before today."""

    def __init__(self, store: Store, clock: Clock, *, days: int, before: Callable[[date, int], date]) -> None:
        self._store, self._clock, self._days, self._before = store, clock, days, before

    def run_once(self) -> int:
        """Put what is overdue into the queue; returns how many claims are new there."""
        now = self._clock.now()
        limit = self._before(now.date(), self._days)
        with self._store.begin() as uow:
            late = uow.ledger.claims(before=datetime(limit.year, limit.month, limit.day, tzinfo=now.tzinfo), limit=MOST)
            told = {item.subject for item in uow.reviews.find(state=None, cause=Cause.CLAIM_UNCONFIRMED, limit=MOST)}
            fresh = [claim for claim in late if f"{CLAIM}{claim.key}" not in told]
            for claim in fresh:
                days = (now - claim.at).days
                reasons = (
                    SAY("claim_unseen", amount=claim.amount, patron=claim.patron_id, days=days),
                    SAY("claim_overdue", days=self._days),
                )
                uow.reviews.add(
                    ReviewItem(
                        id=0,
                        mail_id=claim.mail_id,
                        cause=Cause.CLAIM_UNCONFIRMED,
                        kind="claim",
                        sender=claim.patron_id,
                        subject=f"{CLAIM}{claim.key}",
                        transactions=tuple(n for n, _ in claim.parts),
                        reasons=reasons,
                    ),
                    now,
                )
        return len(fresh)
