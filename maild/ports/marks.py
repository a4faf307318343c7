"""By what mails are known again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Marks(Protocol):
    def add(self, marks: Mapping[str, int]) -> None:
        """Remember which mail bore each mark; one that is known stays the first one's."""

    def first(self, marks: Sequence[str]) -> dict[str, int]:
        """The first mail that bore each mark; one that no mail bore is not named."""
