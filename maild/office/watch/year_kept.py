"""Yearly reports as they were last counted: counting one reads all rows of its year, which nobody shall wait for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from maild.domain.desk.yearly import KeptYear
from maild.office.watch.naming import Naming
from maild.office.watch.statistics import FigureKeeper
from maild.office.watch.year_report import year_report
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store

RUNNING = timedelta(hours=1)  # a year that runs is counted again when its report is older than that,
OVER = timedelta(hours=20)  # and one that is over, of which only the books say anything new
LATE = timedelta(minutes=30)  # what looks at a report leaves to the daemon, which comes by every quarter of an hour


class YearKeeper:
    """Keeps the reports of the running year and the one before. Harmless to repeat, on several hosts as well."""

    def __init__(self, store: Store, clock: Clock, figures: FigureKeeper, naming: Callable[[], Naming]) -> None:
        self._store, self._clock, self._figures, self._naming = store, clock, figures, naming

    def fresh(self) -> None:
        """Count both anew where they are old."""
        this = self.this_year()
        for year in (this, this - 1):
            self.of(year, late=timedelta(0))

    def this_year(self) -> int:
        """The running one."""
        return self._clock.now().astimezone(self._figures.zone).year

    def first_year(self) -> int:
        """The first of which there is anything to report."""
        with self._store.read() as uow:
            first = self._figures.earliest(uow)
        return self.this_year() if first is None else first.astimezone(self._figures.zone).year

    def of(self, year: int | None = None, *, late: timedelta = LATE) -> KeptYear:
        """The report of a year, this one by default: the kept one, unless it is old and `late` beyond that.

        Raises Permanent for a year that has none.
        """
        year = year or self.this_year()
        with self._store.read() as uow:
            kept = uow.yearly.kept(year)
        most = (RUNNING if year == self.this_year() else OVER) + late
        return kept if kept is not None and self._clock.now() - kept.at <= most else self.count(year)

    def count(self, year: int | None = None) -> KeptYear:
        """Count the report of a year now, and keep it. Raises Permanent for a year that has none."""
        self._figures.fresh()
        now, zone = self._clock.now(), self._figures.zone
        with self._store.read() as uow:  # counting takes a while: nobody who writes waits for it
            cases = self._figures.cases(uow)
            report = year_report(uow, year or self.this_year(), zone, now, self._naming(), cases)
        with self._store.begin() as uow:
            uow.yearly.keep(report, now)
        return KeptYear(at=now, report=report)
