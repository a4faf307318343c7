"""Why a waiting notice waits: what it says of itself, else what holds for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maild.config import Settings
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxEntry, OutboxState
from maild.notify.sending import SAY
from maild.notify.sending.outcome import waits
from maild.notify.sending.plan import budget_left, rates_left

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How sending stands. everything: why nothing leaves at present, '' where it does."""

    now: datetime
    everything: str = ""

    def why(self, entry: OutboxEntry) -> str:
        """Why the notice waits; '' where it does not."""
        if entry.state is not OutboxState.WAITING:
            return ""
        if self.everything:
            return self.everything
        if entry.reply:
            return entry.reply
        later = entry.not_before > self.now
        return SAY("waits_until", when=f"{entry.not_before:%Y-%m-%d %H:%M}") if later else SAY("next_round")


def standing(uow: UnitOfWork, settings: Settings, now: datetime) -> Standing:
    """How sending stands now, as far as the database tells."""
    if not settings.smtp.armed:
        return Standing(now=now, everything=SAY("not_armed"))
    down = uow.reviews.find(cause=Cause.LINE_DOWN, limit=1)
    if down:
        return Standing(now=now, everything=waits(next(iter(down[0].reasons), "")))
    if budget_left(uow, now, settings) <= 0:
        spent = SAY("budget_spent", count=settings.smtp.daily_budget)
        return Standing(now=now, everything=spent)
    if full := [name for name, left in rates_left(uow, now, settings) if left <= 0]:
        return Standing(now=now, everything=SAY("host_limit", option=full[0]))
    return Standing(now=now)
