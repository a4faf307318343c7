"""Who hears what a unit of work writes: the capability that tells the library's own system implements it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from maild.domain.accounting.ledger import LedgerEntry
    from maild.domain.operation.trouble import Trouble
    from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
    from maild.store.uow import UnitOfWork


class Listener(Protocol):
    """Hears what a unit of work writes, within its transaction, and writes the events of it."""

    def history(self, uow: UnitOfWork, entries: Sequence[JournalEntry]) -> None: ...
    def opened(self, uow: UnitOfWork, items: Sequence[ReviewItem], now: datetime) -> None: ...
    def handled(self, uow: UnitOfWork, item: ReviewItem, state: ReviewState, actor: str, now: datetime) -> None: ...
    def posted(
        self, uow: UnitOfWork, entries: Sequence[LedgerEntry], now: datetime, actor: str, mail_id: int | None
    ) -> None: ...
    def troubled(self, uow: UnitOfWork, troubles: Sequence[Trouble]) -> None:
        """What of maild itself does not work, or did not until lately: as it stands, whether it was said or not."""
