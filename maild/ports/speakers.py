"""Addresses of which staff said for whom they speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maild.domain.incoming.speaker import Speaker


class Speakers(Protocol):
    def put(self, speaker: Speaker) -> None:
        """From now on; whom it spoke for before is forgotten."""

    def get(self, address: str) -> Speaker | None: ...
    def named(self, addresses: Sequence[str]) -> dict[str, str]:
        """Address (lower case) → id, of those that are known."""

    def remove(self, address: str) -> bool:
        """It speaks for nobody any more; whether it did."""

    def find(self, *, text: str = "", limit: int = 1000) -> list[Speaker]:
        """By address; `text` is looked for in address, institution and reason."""
