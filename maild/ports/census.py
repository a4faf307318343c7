"""What the core sees of the counting for the staff digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from maild.domain.records.census import BouncedAddress, MailCount, QueueCount, Standing


class Census(Protocol):
    def mails(self, start: datetime, end: datetime) -> MailCount:
        """Mails stored in [start, end) that are no history, by what became of them."""

    def notices(self, start: datetime, end: datetime) -> int:
        """Mails of ours that left in [start, end)."""

    def outbox(self, state: str) -> int:
        """How many notices are in the state."""

    def queue(self) -> Sequence[QueueCount]:
        """What is open, by cause: the largest heap first."""

    def standing(self) -> Standing:
        """What waits now, counted in full."""

    def undone(self, since: datetime) -> int:
        """How often staff took back how an item was handled, since then."""

    def bounced(self, now: datetime, limit: int = 50) -> Sequence[BouncedAddress]:
        """Addresses that are avoided at present, the longest ban first."""
