"""The year before the demo's first day, as requests and counts: an office of a day has statistics that show nothing."""

from __future__ import annotations

import math
import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from maild.bootstrap import Services
from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.desk.statistics import (
    ALL,
    DAY,
    Counted,
    Figure,
    InTime,
    Measure,
    Outcome,
    Supplied,
    first_of_month,
    midnight,
)
from maild.domain.desk.yearly import About, Booked, Deed, Delivered, KeptYear, Opened, YearReport
from maild.domain.outgoing.notice import NoticeKind
from maild.lifetime import part
from maild.office.watch.statistics import YEAR, FigureKeeper, rank

if TYPE_CHECKING:
    from maild.ports.statistics import Yearly
    from maild.store.uow import UnitOfWork


HERE = Path(__file__).parent
LENGTH = timedelta(days=365)
HOUR, DAY_SECONDS = 3600, 86_400
CURRENCY = "CNY"
NINE_OF_TEN = 1.2816  # so many standard deviations above the mean


class PastKeeper(FigureKeeper):
    """Adds what was invented to what is counted, each time anew."""

    def counted(self, uow: UnitOfWork, since: date, until: date) -> Counted:
        """Of the invented year, the days in [since, today): today is counted."""
        invented_too = _both(super().counted(uow, since, until), invented(since, until - DAY, self.zone))
        return {**invented_too, Measure.DELIVERED: self._took(uow, since, until, months=True)}

    def year(self, uow: UnitOfWork, today: date) -> Counted:
        """Turnaround of the last 365 days."""
        return {
            Measure.YEAR: [
                replace(one, day=today) for one in self._took(uow, today + DAY - YEAR, today + DAY, months=False)
            ]
        }

    def _took(self, uow: UnitOfWork, since: date, until: date, *, months: bool) -> list[Figure]:
        """Turnaround by provider, of the requests that are in the database and those that were invented."""
        naming, took = self._naming(), defaultdict[tuple[date, str], list[int]](list)
        for about, seconds, at in self.cases(uow).delivered(midnight(since, self.zone), midnight(until, self.zone)):
            day = first_of_month(at.astimezone(self.zone).date()) if months else since
            for key in (ALL, naming.of_name(about.provider)):
                took[day, key].append(seconds)
        return [
            Figure(day=day, key=key, count=len(those), median=rank(sorted(those), 0.5), high=rank(sorted(those), 0.9))
            for (day, key), those in took.items()
        ]

    def earliest(self, uow: UnitOfWork) -> datetime:
        """When the invented year begins."""
        return midnight(_beginning(self._today()), self.zone)

    def sent(self, uow: UnitOfWork, since: datetime) -> Mapping[NoticeKind, int]:
        """Those that were sent, and those of the invented requests."""
        found = Counter(super().sent(uow, since))
        opened = sum(1 for one in _cases(_beginning(self._today()), self._today(), self.zone) if one.opened >= since)
        return found + Counter({NoticeKind(kind): round(opened * many) for kind, many in _data()["notices"].items()})

    def cases(self, uow: UnitOfWork) -> Yearly:
        """The requests of the invented year beside those of the database."""
        return PastCases(uow.yearly, self._today(), self.zone)

    def _today(self) -> date:
        return self._clock.now().astimezone(self.zone).date()


class DemoServices(Services):
    """With an invented year before the first day; the commands that look at a demo have it, too."""

    @part()
    def figures(self) -> FigureKeeper:
        return PastKeeper(self.store, self.clock, self.settings.office.timezone, lambda: self.naming)


def _both(counted: Counted, past: Counted) -> Counted:
    return {measure: [*counted.get(measure, ()), *past.get(measure, ())] for measure in {**counted, **past}}


# --- requests -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An invented request. reason: why it was not supplied; channel: how it was paid, '' for nothing to pay."""

    about: About
    outcome: Supplied
    opened: datetime
    seconds: int
    reason: str
    fee: int
    subsidy: int
    channel: str
    confirmed: bool

    @property
    def done(self) -> datetime:
        """When it was delivered, or what else became of it."""
        return self.opened + timedelta(seconds=self.seconds)

    @property
    def payable(self) -> int:
        return self.fee - self.subsidy


class PastCases:
    """ports.Yearly: those of a store, and the cases of the year before `today`."""

    def __init__(self, real: Yearly, today: date, zone: ZoneInfo) -> None:
        self._real, self._today, self._zone = real, today, zone

    def kept(self, year: int) -> KeptYear | None:
        return self._real.kept(year)

    def keep(self, report: YearReport, now: datetime) -> None:
        self._real.keep(report, now)

    def opened(self, start: datetime, end: datetime) -> Iterator[Opened]:
        yield from self._real.opened(start, end)
        for one in self._cases(start, end):
            yield Opened(one.about, one.outcome, one.opened)

    def delivered(self, start: datetime, end: datetime) -> Iterator[Delivered]:
        yield from self._real.delivered(start, end)
        for one in _cases(_beginning(self._today), self._today, self._zone):
            if one.outcome is Supplied.FILLED and start <= one.done < end:
                yield Delivered(one.about, one.seconds, one.done)

    def booked(self, start: datetime, end: datetime) -> Iterator[Booked]:
        yield from self._real.booked(start, end)
        for one in self._charged(start, end):
            yield Booked(one.about, Book.INCOME, -one.fee, CURRENCY, one.opened)
            yield Booked(one.about, Book.SUBSIDY, one.subsidy, CURRENCY, one.opened)

    def reasons(self, start: datetime, end: datetime) -> Mapping[str, int]:
        unfilled = (one.reason for one in self._cases(start, end) if one.outcome is Supplied.UNFILLED)
        return Counter(self._real.reasons(start, end)) + Counter(unfilled)

    def sums(self, start: datetime, end: datetime) -> Sequence[tuple[Book, EntryKind, str, str, int, int]]:
        charged = list(self._charged(start, end))
        charge, paid = EntryKind.CHARGE, EntryKind.CONFIRMATION
        came = {channel: [one.payable for one in those] for channel, those in _by_channel(charged).items()}
        return [
            *self._real.sums(start, end),
            (Book.INCOME, charge, "", CURRENCY, len(charged), -sum(one.fee for one in charged)),
            (Book.SUBSIDY, charge, "", CURRENCY, len(charged), sum(one.subsidy for one in charged)),
            *((Book.CASH, paid, channel, CURRENCY, len(cents), sum(cents)) for channel, cents in came.items()),
        ]

    def deeds(self, start: datetime, end: datetime) -> Mapping[Deed, tuple[int, int]]:
        found, requests = dict(self._real.deeds(start, end)), len(list(self._cases(start, end)))
        for name, (of, share) in _data()["deeds"].items():
            done, number = found[Deed(name)]
            found[Deed(name)] = done + round(requests * of * share), number + round(requests * of)
        return found

    def _cases(self, start: datetime, end: datetime) -> Iterator[Case]:
        those = _cases(_beginning(self._today), self._today, self._zone)
        return (one for one in those if start <= one.opened < end)

    def _charged(self, start: datetime, end: datetime) -> Iterator[Case]:
        return (one for one in self._cases(start, end) if one.channel)


def _by_channel(cases: Iterable[Case]) -> Mapping[str, Sequence[Case]]:
    """The payments that were confirmed."""
    found: dict[str, list[Case]] = defaultdict(list)
    for one in cases:
        if one.channel and one.confirmed:
            found[one.channel].append(one)
    return found


def _beginning(today: date) -> date:
    return first_of_month(today - LENGTH)


@cache
def _cases(since: date, today: date, zone: ZoneInfo) -> tuple[Case, ...]:
    """Those that were opened in [since, today); what was not done by then is open."""
    now = midnight(today, zone)
    made = (one for n in range((today - since).days) for one in _of_day(since + DAY * n, zone))
    return tuple(one if one.done < now else replace(one, outcome=Supplied.OPEN) for one in made)


@cache
def _of_day(day: date, zone: ZoneInfo) -> tuple[Case, ...]:
    data, luck, start = _data(), _luck(day, "cases"), midnight(day, zone)
    return tuple(_case(data, luck, start) for _ in range(_busy(day, "requests", data["requests"])))


def _case(data: Mapping[str, Any], luck: random.Random, start: datetime) -> Case:
    def one_of(chances: Mapping[str, float]) -> str:
        return luck.choices(list(chances), weights=list(chances.values()))[0]

    name = one_of({name: row[0] for name, row in data["providers"].items()})
    _, filled, cancelled, median, high = data["providers"][name]
    kind, literature = one_of(data["kinds"]), one_of(data["literature"])
    about = About(
        patron_id=f"past-{kind}-{luck.randrange(data['patrons'][kind])}",
        provider=name,
        service="loan" if literature == "book" and luck.random() < data["loans"] else "copy",
        literature=literature,
        kind=kind,
        department=one_of(data["departments"][kind]),
    )
    chances: dict[str, float] = {
        Supplied.FILLED: filled,
        Supplied.CANCELLED: cancelled,
        Supplied.UNFILLED: 1 - filled - cancelled,
    }
    fee = round(data["payments"]["yuan"] * 100 * luck.uniform(0.5, 1.5))
    return Case(
        about=about,
        outcome=Supplied(one_of(chances)),
        opened=start + timedelta(hours=luck.uniform(8, 21)),
        seconds=round(luck.lognormvariate(math.log(median), math.log(high / median) / NINE_OF_TEN) * DAY_SECONDS),
        reason=one_of(data["reasons"]),
        fee=fee,
        subsidy=round(fee * data["payments"]["subsidy"][kind]),
        channel=one_of(data["payments"]["channels"]) if luck.random() < data["payments"]["part"] else "",
        confirmed=luck.random() < data["payments"]["confirmed"],
    )


# --- counts -------------------------------------------------------------------------------------------------------


def invented(since: date, until: date, zone: ZoneInfo) -> Counted:
    """Figures of the days of [since, until) in the year that ends with it, the same each time.

    How long decisions took is invented of months that are over: a median is of the cases that are counted beside it.
    """
    first, running = max(since, _beginning(until)), first_of_month(until)
    days = [first + DAY * n for n in range((until - first).days)]
    found: dict[Measure, list[Figure]] = {
        Measure.MAILS: [figure for day in days for figure in _mails(day, _age(day, until))],
        Measure.HEARD: [figure for day in days for figure in _bounces(day)],
    }
    months: dict[date, list[Case]] = defaultdict(list)
    for one in _cases(_beginning(until), until, zone):
        if (day := one.opened.astimezone(zone).date()) >= first:
            months[first_of_month(day)].append(one)
    for month, cases in months.items():
        timed = {} if month == running else _timed(month, len(cases), _age(month, until))
        for measure, figures in {**_month(month, cases), **timed}.items():
            found.setdefault(measure, []).extend(figures)
    return {measure: [one for one in figures if one.count] for measure, figures in found.items()}


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((HERE / "past.toml").read_text("utf-8"))


def _luck(day: date, what: str) -> random.Random:
    """The same chances for the same day: figures that are made anew are the same."""
    return random.Random(f"{day} {what}")  # noqa: S311 - of no secret


def _age(day: date, until: date) -> float:
    """How long ago, from 1 (a year) to 0 (now)."""
    return min(1.0, (until - day) / LENGTH)


def _between(pair: Sequence[float], age: float) -> float:
    """What lay between a year ago and now."""
    return pair[0] * age + pair[1] * (1 - age)


def _busy(day: date, what: str, ordinary: float) -> int:
    """How many came on a day."""
    data, luck = _data(), _luck(day, what)
    usual = ordinary * data["months"][day.month - 1] * data["weekdays"][day.weekday()]
    return max(0, round(luck.gauss(usual, usual**0.5)))


def _mails(day: date, age: float) -> Iterator[Figure]:
    left = total = _busy(day, "mails", _data()["mails"])
    luck = _luck(day, "outcomes")
    for outcome, pair in _data()["outcomes"].items():
        count = min(left, round(total * _between(pair, age) * luck.uniform(0.9, 1.1)))
        left -= count
        yield Figure(day=day, key=Outcome(outcome).value, count=count)
    yield Figure(day=day, key=Outcome.STAFF.value, count=left)


def _bounces(day: date) -> Iterator[Figure]:
    sent = _busy(day, "requests", _data()["requests"]) * sum(_data()["notices"].values())
    for domain, (of_thousand, heard) in _data()["bounces"].items():
        luck = _luck(day, domain)
        count = sum(luck.random() < of_thousand / 1000 for _ in range(round(sent)))
        yield Figure(day=day, key=domain, second=heard, count=count)


def _timed(month: date, requests: int, age: float) -> Counted:
    """How long it took to decide, in a month in which so many requests came."""
    data = _data()
    reviewed = round(requests * data["registrations"] / data["requests"])
    late = round(reviewed * 0.08 * age)
    return {
        Measure.DECIDED: [_took(month, round(requests * 2.2), "decided", age)],
        Measure.HANDLED: [_took(month, round(requests * 0.6), "handled", age)],
        Measure.REVIEWS: [
            _took(month, reviewed, "reviews", age),
            Figure(day=month, key=InTime.YES.value, count=reviewed - late),
            Figure(day=month, key=InTime.NO.value, count=late),
        ],
    }


def _month(month: date, cases: Sequence[Case]) -> Counted:
    """What else is counted of a month in which those requests were opened."""
    luck, charged = _luck(month, "month"), [one for one in cases if one.channel]
    supply = Counter((one.about.provider, one.outcome.value) for one in cases)
    claimed = Figure(day=month, second=CURRENCY, count=len(charged), value=sum(one.payable for one in charged))
    return {
        Measure.SUPPLY: [
            Figure(day=month, key=name, second=what, count=count) for (name, what), count in supply.items()
        ],
        Measure.NOTICES: [
            Figure(day=month, key=kind, count=round(len(cases) * many * luck.uniform(0.88, 1.12)))
            for kind, many in _data()["notices"].items()
        ],
        Measure.CLAIMED: [claimed],
        Measure.CONFIRMED: [
            Figure(day=month, key=channel, second=CURRENCY, count=len(paid), value=sum(one.payable for one in paid))
            for channel, paid in _by_channel(charged).items()
        ],
    }


def _took(month: date, count: int, what: str, age: float) -> Figure:
    """How long it took: of all together."""
    luck, hours = _luck(month, what), _data()["hours"][what]
    median, high = (round(_between(hours[name], age) * HOUR * luck.uniform(0.85, 1.15)) for name in ("median", "high"))
    return Figure(day=month, key=ALL, count=count, median=median, high=max(high, median))
