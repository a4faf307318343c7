"""What the core sees of the review queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from maild.domain.records.journal import MailStatus, ReviewItem, ReviewState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from maild.domain.incoming.decision import Cause


class Reviews(Protocol):
    def add(self, item: ReviewItem, now: datetime) -> int:
        """The item's id. A mail has one open item, which is replaced; a key is taken once, ever."""

    def add_many(self, items: Sequence[ReviewItem], now: datetime) -> None:
        """As `add`, for the items of a batch."""

    def get(self, item_id: int) -> ReviewItem | None: ...
    def get_many(self, item_ids: Sequence[int]) -> list[ReviewItem]:
        """The items of these ids that there are, in the order of their ids."""

    def open_of(self, mail_ids: Sequence[int]) -> list[ReviewItem]:
        """The open items of these mails."""

    def of_mails(self, mail_ids: Sequence[int]) -> list[ReviewItem]:
        """The items of these mails, whatever became of them; not those that have a mail as a sample only."""

    def of_key(self, key: str) -> ReviewItem | None:
        """The item that has the key, whatever became of it."""

    def of_sender(self, sender: str, *, state: ReviewState | None = None, limit: int = 100) -> list[ReviewItem]:
        """The items of mails from that address, the latest first; an index finds them."""

    def open_of_senders(self, senders: Sequence[str], most: int) -> dict[str, list[ReviewItem]]:
        """The open items of mails from each of these addresses, the latest first, up to `most` of each."""

    def open_for(self, causes: Collection[Cause], most: int) -> int:
        """How many items are open for these causes, counted up to `most`."""

    def fold(self, joined: Mapping[int, int]) -> dict[int, int]:
        """Let each mail share the open item of another one; returns those whose item was handled meanwhile."""

    def settle_folded(self, item_id: int, status: MailStatus, reason: str, now: datetime) -> int:
        """What handling the item makes of the mails that share it; returns how many."""

    def of_keys(self, keys: Sequence[str]) -> list[ReviewItem]:
        """The items that have one of the keys, whatever became of them."""

    def find(
        self, *, state: ReviewState | None = ReviewState.OPEN, cause: Cause | None = None, limit: int = 100
    ) -> list[ReviewItem]: ...

    def assign_to(self, item_id: int, assignee: str, *, expected_version: int) -> None:
        """Whose it is from now on ('' nobody's). Raises StaleVersion if somebody was faster, NotFound."""

    def handle(
        self,
        item_id: int,
        state: ReviewState,
        *,
        expected_version: int,
        actor: str,
        note: str,
        transactions: Sequence[str],
        now: datetime,
    ) -> None: ...
