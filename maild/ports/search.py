"""What the core sees of the full-text search of the queue. To find, list: ports.listing.QueueListing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Search(Protocol):
    def index(self, texts: Mapping[int, str], *, handled: frozenset[int] = frozenset()) -> None:
        """Let items be found by what is in these texts, and by nothing else; `handled`: which of them are."""

    def unindexed(self, *, after: int = 0, limit: int = 100) -> list[int]:
        """Items that are not in the index, by id; `after` pages on."""

    def forget(self, item_ids: Sequence[int]) -> None:
        """Take items out of the index: before they are deleted."""
