"""What is counted of providers' mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from maild.domain.learning.drift import ShapeSeen, Tally


class Traffic(Protocol):
    def count(self, tallies: Sequence[Tally], shapes: Sequence[ShapeSeen]) -> None:
        """Add to what was counted; one statement a table, and nothing is read for it."""

    def providers(self) -> Mapping[str, datetime]:
        """Of whom anything was counted, and when last."""

    def days(self, provider: str, since: str, until: str = "9999") -> list[Tally]:
        """Counts of the days from `since` to before `until` (ISO dates)."""

    def sums(self, provider: str, since: str, until: str) -> list[Tally]:
        """The same, all days together, as of the day before `until`."""

    def weeks(self, providers: Sequence[str], since: str) -> list[Tally]:
        """What rules took of these providers' mails from `since` on, by week: `day` is its Monday, `kind` is ''."""

    def shapes(self, provider: str) -> list[ShapeSeen]:
        """Latest first seen first."""

    def forget(self, provider: str, day: str, most_shapes: int) -> None:
        """Drop what is older than `day`, and the rarest shapes beyond so many."""
