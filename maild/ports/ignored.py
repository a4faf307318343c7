"""Senders that staff ignore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maild.domain.incoming.ignored import IgnoredSender


class IgnoredSenders(Protocol):
    def add(self, sender: IgnoredSender) -> bool:
        """Ignore it from now on; False, and nothing changes, where it is ignored already."""

    def get(self, address: str) -> IgnoredSender | None: ...
    def get_many(self, addresses: Sequence[str]) -> dict[str, IgnoredSender]:
        """Those of the addresses that are ignored."""

    def remove(self, address: str) -> bool:
        """Ignore it no more; whether it was ignored."""

    def find(self, *, text: str = "", limit: int = 1000) -> list[IgnoredSender]:
        """By address; `text` is looked for in address and reason."""
