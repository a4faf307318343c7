"""Working days: what the State Council's yearly notice says, the office's own closures, and what is not known. Pure.

China moves weekends: which days work is known only once the year's notice is out. For a year without one the
answer is Monday to Friday, and every result says that it is not certain; nobody is told a guess as a fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from maild.domain import SAY

DAY = timedelta(days=1)
MOST_DAYS = 2000  # a span of working days longer than that is a mistake
NOTICE_MONTH = 11  # the notice for the coming year is published in November


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A day that was reckoned, or a count of days. `unknown`: years on the way whose notice is not known."""

    day: date
    days: int
    unknown: tuple[int, ...] = ()

    @property
    def certain(self) -> bool:
        return not self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """off: days off by their occasion; working: weekend days that work; known: years whose notice is in these.

    closures: days on which the office is closed though others work, by the reason.
    """

    off: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    working: frozenset[date] = frozenset()
    known: frozenset[int] = frozenset()
    closures: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))

    def works(self, day: date) -> bool:
        """Whether the office works on that day, as far as is known (see `known`)."""
        if day in self.closures or day in self.off:
            return False
        return day in self.working or day.weekday() < 5

    def why(self, day: date) -> str:
        """Why it does not work: the closure, the holiday, 'weekend'; '' where it works."""
        return self.closures.get(day) or self.off.get(day) or ("" if self.works(day) else "weekend")

    def add_working_days(self, start: date, days: int) -> Reckoned:
        """The day that is so many working days after `start` (before it, where negative); 0: the next to work.

        Raises ValueError for more than 2,000, OverflowError at the end of time.
        """
        if abs(days) > MOST_DAYS:
            raise ValueError(f"{days} working days are more than {MOST_DAYS}")
        step, day, left, years = DAY if days >= 0 else -DAY, start, abs(days), {start.year}
        if days == 0:
            while not self.works(day):
                day += step
        while left:
            day += step
            left -= self.works(day)
            years.add(day.year)
        return Reckoned(day=day, days=days, unknown=self._unknown(years | {day.year}))

    def working_days_between(self, start: date, end: date) -> Reckoned:
        """How many working days lie after `start` and up to `end`; negative where it is before."""
        if end < start:
            back = self.working_days_between(end, start)
            return Reckoned(day=end, days=-back.days, unknown=back.unknown)
        count = sum(self.works(day) for day in _days(start + DAY, end))
        return Reckoned(day=end, days=count, unknown=self._unknown(set(range(start.year, end.year + 1))))

    def _unknown(self, years: set[int]) -> tuple[int, ...]:
        return tuple(sorted(years - self.known))

    def missing(self, today: date) -> tuple[int, ...]:
        """Years whose working days ought to be known today: this one, and from December on the next."""
        missing = [year for year in (today.year,) if year not in self.known]
        if today.month > NOTICE_MONTH and today.year + 1 not in self.known:
            missing.append(today.year + 1)
        return tuple(missing)

    def warnings(self, today: date) -> tuple[str, ...]:
        """What has to be said aloud today: an unknown year, or from December on that the next one is missing."""
        return tuple(SAY("year_unknown", year=year) for year in self.missing(today))


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """When something must be done (aware, UTC). `unknown`: years on the way whose working days are not known."""

    at: datetime
    unknown: tuple[int, ...] = ()

    @property
    def certain(self) -> bool:
        return not self.unknown
