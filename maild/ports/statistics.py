"""What the core sees of the figures of the past, and of the processes that run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from maild.domain.desk.statistics import AgeCount, Counted, Figure, Grain, Measure, Month, RuleWeek, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from maild.domain.accounting.ledger import Book, EntryKind
    from maild.domain.desk.yearly import Booked, Deed, Delivered, KeptYear, Opened, YearReport


class Statistics(Protocol):
    """Figures are counted into a table of their own (`count`, `keep`), and read from there (`figures`)."""

    def earliest(self) -> datetime | None:
        """When the first mail was stored or the first request opened, whichever was earlier."""

    def refreshed(self) -> datetime | None:
        """Up to when the figures are counted; None where they never were."""

    def whole(self) -> datetime | None:
        """When they were last counted from the beginning."""

    def count(self, spans: Sequence[Span], months: Sequence[Month], provider_of: Callable[[str], str] = str) -> Counted:
        """Figures of the days of the spans and of the months, which begin on the same day. Reads alone.

        `provider_of`: whom a provider's name means, however it is written.
        """

    def year(self, day: date, start: datetime, end: datetime, provider_of: Callable[[str], str] = str) -> Counted:
        """Turnaround of the year that ends on the day, as `count` has that of months. Reads alone."""

    def keep(self, counted: Counted, since: date, now: datetime, *, whole: bool = False) -> None:
        """Put figures in the place of those from `since` on; `whole`: they are counted from the beginning."""

    def fold(self, before: date) -> None:
        """Make figures of days before that first day of a month those of months, where nobody looks at days any more.

        In the same transaction as `keep`.
        """

    def figures(self, measure: Measure, since: date, until: date, grain: Grain = Grain.DAY) -> Sequence[Figure]:
        """In [since, until), by day, key and second key. Of a coarser grain: sums, named by its first day."""

    def rules(self, since: date, until: date, recent: Sequence[date]) -> Sequence[RuleWeek]:
        """What rules took in [since, until), by week; with the counts since each of the `recent` days."""

    def size(self) -> int:
        """Bytes that the database takes."""

    def ages(self, edges: Sequence[datetime]) -> Sequence[AgeCount]:
        """Open queue items by cause and age. `edges`, latest first: an item created at or after one is below it."""


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
