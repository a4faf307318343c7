"""Figures of the past for people: counted when they are old, read by day, week or month, put into shares and totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.domain.desk.statistics import (
    ALL,
    DAY,
    AgeCount,
    Counted,
    Figure,
    Grain,
    Measure,
    Outcome,
    Supplied,
    first_of_month,
    midnight,
    months,
    next_month,
    spans,
)
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.outgoing.reach import Heard
from maild.office.watch.naming import Naming
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.ports.statistics import Yearly
    from maild.store.uow import Store, UnitOfWork


FRESH = timedelta(minutes=14)  # figures older than that are counted again when somebody asks
WHOLE_EVERY = timedelta(hours=20)
RECENT_DAYS = 31  # what is counted again each time begins with the month before them
WHOLE_DAYS = 400  # and once a day: what waited for long has been settled since
AGES = tuple(timedelta(hours=each) for each in (4, 24, 48, 72, 120, 240))  # upper edges of the ages of open items
BOUNCES = frozenset({Heard.HARD_BOUNCE, Heard.SOFT_BOUNCE})
YEAR = timedelta(days=365)
NAMELESS = Naming()


class FigureKeeper:
    """Keeps the table of figures up to date. All of it is harmless to repeat, on several hosts as well."""

    def __init__(self, store: Store, clock: Clock, timezone: str, naming: Callable[[], Naming] = Naming) -> None:
        self._store, self._clock, self.zone, self._naming = store, clock, ZoneInfo(timezone), naming

    def fresh(self, within: timedelta = FRESH) -> None:
        """Count anew what is older than that; from the beginning where nothing ever was, or not for a day."""
        now = self._clock.now()
        with self._store.read() as uow:
            recent, whole = uow.statistics.refreshed(), uow.statistics.whole()
        if whole is None or now - whole > WHOLE_EVERY:
            self.count(whole=True, ever=whole is None)
        elif recent is None or now - recent > within:
            self.count()

    def count(self, *, whole: bool = False, ever: bool = False) -> None:
        """Count the last month or two, the last year (`whole`), or all there is (`ever`), and write it down."""
        now = self._clock.now()
        today = now.astimezone(self.zone).date()
        until = today + DAY
        with self._store.read() as uow:  # counting takes a while: nobody who writes waits for it
            since = first_of_month(today - timedelta(days=WHOLE_DAYS if whole else RECENT_DAYS))
            first = self.earliest(uow)
            if ever and first is not None:
                since = min(since, first_of_month(first.astimezone(self.zone).date()))
            counted, year = self.counted(uow, since, until), self.year(uow, today)
        with self._store.begin() as uow:
            uow.statistics.keep(counted, since, now, whole=whole)
            uow.statistics.keep(year, date.min, now)
            if whole:
                uow.statistics.fold(first_of_month(today - timedelta(days=WHOLE_DAYS)))
            uow.ledger.sum_up()

    def counted(self, uow: UnitOfWork, since: date, until: date) -> Counted:
        """Figures of the days in [since, until), which begin with a month."""
        naming = self._naming()
        return uow.statistics.count(spans(since, until, self.zone), months(since, until, self.zone), naming.of_name)

    def year(self, uow: UnitOfWork, today: date) -> Counted:
        """Turnaround of the 365 days that end with today."""
        until = midnight(today + DAY, self.zone)
        return uow.statistics.year(today, until - YEAR, until, self._naming().of_name)

    def earliest(self, uow: UnitOfWork) -> datetime | None:
        """When the first mail was stored or the first request opened; None in an office that has neither."""
        return uow.statistics.earliest()

    def sent(self, uow: UnitOfWork, since: datetime) -> Mapping[NoticeKind, int]:
        """How many notices of each kind went out since then."""
        return uow.outbox.kinds_since(since)

    def cases(self, uow: UnitOfWork) -> Yearly:
        """What a year's report is made of."""
        return uow.yearly


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Figures of the days in [since, until). Those of mails, bounces have the report's grain, the others are by month.

    as_of: up to when they are counted, None: never; ages: of the items that are open now (AGES); naming: of the
    providers that are keys
    """

    as_of: datetime | None
    since: date
    until: date
    grain: Grain
    mails: Sequence[Figure]
    decided: Sequence[Figure]
    handled: Sequence[Figure]
    delivered: Sequence[Figure]
    year: Sequence[Figure]
    supply: Sequence[Figure]
    heard: Sequence[Figure]
    notices: Sequence[Figure]
    claimed: Sequence[Figure]
    confirmed: Sequence[Figure]
    reviews: Sequence[Figure]
    ages: Sequence[AgeCount]
    naming: Naming

    def shares(self) -> Mapping[date, float]:
        """By day: of the mails that asked for something to be done, the part that needed no person."""
        return {
            day: share for day, found in by_day(self.mails).items() if (share := automatic_share(found)) is not None
        }

    def rows(self) -> Iterator[dict[str, object]]:
        """Every figure as a row with stable keys, for programs."""
        for name in _MEASURED:
            for one in getattr(self, name):
                yield {
                    "measure": name,
                    "day": one.day.isoformat(),
                    "key": one.key,
                    "second": one.second,
                    "count": one.count,
                    "cents": one.value,
                    "median_seconds": one.median,
                    "p90_seconds": one.high,
                }
        for age in self.ages:
            upper = AGES[age.bucket].total_seconds() if age.bucket < len(AGES) else None
            yield {"measure": "ages", "key": age.cause.value, "count": age.count, "below_seconds": upper}


_MEASURED = tuple(
    each.name for each in fields(Report) if each.name not in {"as_of", "since", "until", "grain", "ages", "naming"}
)


def grain_for(since: date, until: date) -> Grain:
    """As fine as can still be read."""
    length = (until - since).days
    return Grain.DAY if length <= 62 else Grain.WEEK if length <= 400 else Grain.MONTH


def report(uow: UnitOfWork, now: datetime, since: date, until: date, naming: Naming = NAMELESS) -> Report:
    """What is known of the days in [since, until); month figures are those of whole months."""
    grain, read = grain_for(since, until), uow.statistics.figures
    first, last = first_of_month(since), next_month(until - DAY)
    start = first if grain is Grain.MONTH else since

    def monthly(measure: Measure) -> Sequence[Figure]:
        return read(measure, first, last)

    return Report(
        as_of=uow.statistics.refreshed(),
        since=since,
        until=until,
        grain=grain,
        mails=read(Measure.MAILS, start, until, grain),
        heard=read(Measure.HEARD, start, until, grain),
        notices=read(Measure.NOTICES, first, last, Grain.MONTH),
        claimed=read(Measure.CLAIMED, first, last, Grain.MONTH),
        confirmed=read(Measure.CONFIRMED, first, last, Grain.MONTH),
        decided=monthly(Measure.DECIDED),
        handled=monthly(Measure.HANDLED),
        delivered=_named(monthly(Measure.DELIVERED), naming),
        supply=_named(monthly(Measure.SUPPLY), naming),
        reviews=monthly(Measure.REVIEWS),
        year=_named(read(Measure.YEAR, date.min, date.max), naming),
        ages=uow.statistics.ages([now - edge for edge in AGES]),
        naming=naming,
    )


def _named(figures: Sequence[Figure], naming: Naming) -> Sequence[Figure]:
    """Of months that were counted before a name was known, too: what then is of two has no median."""
    found: dict[tuple[date, str, str], Figure] = {}
    for one in figures:
        name = one.day, naming.of_name(one.key), one.second
        before = found.get(name)
        if before is not None:
            found[name] = replace(before, count=before.count + one.count, median=None, high=None)
        else:
            found[name] = one if one.key == name[1] else replace(one, key=name[1])
    return list(found.values())


# --- putting figures together -------------------------------------------------------------------------------------


def by_day(figures: Sequence[Figure]) -> Mapping[date, Mapping[str, int]]:
    """Counts by day and key."""
    found: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in figures:
        found[one.day][one.key] += one.count
    return found


def totals(figures: Sequence[Figure]) -> Mapping[str, int]:
    """Counts by key, over all days; the largest first."""
    found: dict[str, int] = defaultdict(int)
    for one in figures:
        found[one.key] += one.count
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def automatic_share(outcomes: Mapping[str, int]) -> float | None:
    """Automatic of automatic, handled and waiting; None where nothing asked for anything."""
    needed = sum(outcomes.get(each, 0) for each in (Outcome.AUTOMATIC, Outcome.STAFF, Outcome.REVIEW))
    return outcomes.get(Outcome.AUTOMATIC, 0) / needed if needed else None


def rank(values: Sequence[int], part: float) -> int | None:
    """The median (0.5), the ninth decile (0.9) of sorted values by nearest rank; None of none."""
    return values[max(0, -(-len(values) * round(part * 10) // 10) - 1)] if values else None


def bounces(figures: Sequence[Figure]) -> Sequence[Figure]:
    """What was heard, as far as a mail came back."""
    return [one for one in figures if one.second in BOUNCES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How a provider supplied. median, high: turnaround of the last 365 days, in seconds; None where it did not."""

    name: str
    filled: int
    unfilled: int
    cancelled: int
    open: int
    median: int | None = None
    high: int | None = None

    @property
    def asked(self) -> int:
        return self.filled + self.unfilled + self.cancelled + self.open

    @property
    def rate(self) -> float | None:
        """Filled of those that were answered yes or no."""
        answered = self.filled + self.unfilled
        return self.filled / answered if answered else None


def providers(found: Report) -> Sequence[Provider]:
    """Who was asked most first."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in found.supply:
        counts[one.key][one.second] += one.count
    year = {one.key: one for one in found.year if one.key != ALL}
    made = [
        Provider(
            name=name,
            **{each.value: said.get(each, 0) for each in Supplied},
            median=year[name].median if name in year else None,
            high=year[name].high if name in year else None,
        )
        for name, said in counts.items()
    ]
    return sorted(made, key=lambda one: (-one.asked, one.name))
