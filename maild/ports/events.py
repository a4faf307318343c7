"""Events for the library's own system: where they are kept, who writes them, who sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from maild.domain.outgoing.event import Event, EventKind, EventState, HookAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from maild.domain.accounting.ledger import LedgerEntry
    from maild.domain.operation.trouble import Trouble
    from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
    from maild.ports import UnitOfWork


class Events(Protocol):
    def add(self, events: Sequence[Event]) -> None:
        """Keep them, to be sent; one whose key is known is left alone."""

    def claim(
        self, limit: int, now: datetime, lease_seconds: float, owner: str, *, lease_now: datetime | None = None
    ) -> list[Event]:
        """Lease up to `limit` that are free, oldest first; none while an earlier one of its transaction is unsent."""

    def mark(
        self,
        event_id: int,
        state: EventState,
        *,
        now: datetime,
        reply: str = "",
        not_before: datetime | None = None,
        attempts: int | None = None,
    ) -> None: ...

    def get(self, event_id: int) -> Event | None: ...
    def find(
        self, *, state: EventState | None = None, number: str = "", limit: int = 100
    ) -> list[Event]: ...  # newest first

    def waiting(self) -> int:
        """How many are still to be sent."""

    def owners(self) -> list[str]: ...
    def free(self, owner: str, now: datetime) -> int: ...
    def forget(self, before: datetime) -> int:
        """Drop what was sent before then; returns how many."""


class Herald(Protocol):
    """Hears what a unit of work writes, within its transaction, and writes the events of it."""

    def history(self, uow: UnitOfWork, entries: Sequence[JournalEntry]) -> None: ...
    def opened(self, uow: UnitOfWork, items: Sequence[ReviewItem], now: datetime) -> None: ...
    def handled(self, uow: UnitOfWork, item: ReviewItem, state: ReviewState, actor: str, now: datetime) -> None: ...
    def posted(
        self, uow: UnitOfWork, entries: Sequence[LedgerEntry], now: datetime, actor: str, mail_id: int | None
    ) -> None: ...
    def troubled(self, uow: UnitOfWork, troubles: Sequence[Trouble]) -> None:
        """What of maild itself does not work, or did not until lately: as it stands, whether it was said or not."""


class Hook(Protocol):
    def post(self, event_id: str, body: bytes, now: datetime) -> HookAnswer:
        """Hand one event over, signed; ends in bounded time. Never raises for what the receiver or network does."""

    def close(self) -> None: ...


__all__ = ["Event", "EventKind", "EventState", "Events", "Herald", "Hook", "HookAnswer"]
