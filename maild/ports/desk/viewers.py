"""What the core sees of who looks at which queue item now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class Viewers(Protocol):
    def note(self, pairs: Sequence[tuple[int, str]], now: datetime) -> None:
        """These accounts have these items before them now; items that do not exist are passed over."""

    def of(self, item_ids: Sequence[int], since: datetime) -> Mapping[int, tuple[str, ...]]:
        """Who has looked at each since then, by name."""

    def seen(self, account: str, item_ids: Sequence[int]) -> set[int]:
        """Those that the account has opened."""

    def forget(self, before: datetime) -> None:
        """Drop who has not been seen since with what is handled: of what waits it is known who has read it."""
