"""Letters of librarians to libraries about requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from maild.domain.incoming.letter import Letter


class Letters(Protocol):
    def add(self, letters: Sequence[Letter]) -> None:
        """Remember them; one that is known stays as it is."""

    def known(self, addresses: Sequence[str], since: datetime) -> frozenset[str]:
        """Those of the addresses (lower case) that were written to since then."""

    def about(self, address: str, message_ids: Sequence[str], since: datetime) -> list[str]:
        """Numbers of the requests that the letters to that address with these Message-IDs were about."""

    def remove(self, address: str) -> int:
        """Forget the letters to an address; how many there were."""
