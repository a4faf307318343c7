"""What the core sees of the full-text search of the queue. To find, list: ports.listing.QueueListing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Search(Protocol):
    def index(self, texts: Mapping[int, str]) -> None:
        """Let items be found by what is in these texts, and by nothing else. What is put into the queue is indexed
        there; this is for items of before.
        """

    def unindexed(self, *, after: int = 0, limit: int = 100) -> list[int]:
        """Items that are not in the index, by id; `after` pages on."""

    def missing(self) -> int:
        """How many items are not in the index."""

    def forget(self, item_ids: Sequence[int]) -> None:
        """Take items out of the index: before they are deleted."""
