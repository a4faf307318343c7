"""What the yearly report sees of the past: the store, or a demo's invented year before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from maild.domain.accounting.ledger import Book, EntryKind
    from maild.domain.desk.yearly import Booked, Deed, Delivered, KeptYear, Opened, YearReport


class Yearly(Protocol):
    """What a year's report is made of, and the report as it was last counted. [start, end) are moments."""

    def kept(self, year: int) -> KeptYear | None:
        """The report as it was last counted; None where it never was."""

    def keep(self, report: YearReport, now: datetime) -> None:
        """Put it in the place of the one before."""

    def opened(self, start: datetime, end: datetime) -> Iterator[Opened]:
        """The requests that were opened."""

    def delivered(self, start: datetime, end: datetime) -> Iterator[Delivered]:
        """The deliveries: of a copy that it went to the patron, of a loan that it arrived, the first time."""

    def booked(self, start: datetime, end: datetime) -> Iterator[Booked]:
        """What was charged for requests, and what of that the library bears."""

    def reasons(self, start: datetime, end: datetime) -> Mapping[str, int]:
        """Why requests ended unfilled, by ISO 18626 word, '' where none was given; each request once."""

    def sums(self, start: datetime, end: datetime) -> Sequence[tuple[Book, EntryKind, str, str, int, int]]:
        """The postings as (book, kind, channel, currency, entries, cents)."""

    def deeds(self, start: datetime, end: datetime) -> Mapping[Deed, tuple[int, int]]:
        """How many of how many, but for SETTLED, which the figures tell."""
