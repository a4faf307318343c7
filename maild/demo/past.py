"""The year before the demo's first day, as figures: an office of a day has statistics that show nothing."""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from maild.domain.desk.statistics import ALL, DAY, Counted, Figure, InTime, Measure, Outcome, Supplied, first_of_month
from maild.office.watch.statistics import FigureKeeper
from maild.ports import UnitOfWork

HERE = Path(__file__).parent
LENGTH = timedelta(days=365)
HOUR, DAY_SECONDS = 3600, 86_400


class PastKeeper(FigureKeeper):
    """Adds what was invented to what is counted, each time anew."""

    def counted(self, uow: UnitOfWork, since: date, until: date) -> Counted:
        """Of the invented year, the days in [since, today): today is counted."""
        return _both(super().counted(uow, since, until), invented(since, until - DAY))

    def year(self, uow: UnitOfWork, today: date) -> Counted:
        """Turnaround of the last 365 days."""
        took = [
            Figure(day=today, key=key, count=count, median=median, high=high)
            for key, count, median, high in _turnaround(_requests(today - LENGTH, today))
        ]
        return _both(super().year(uow, today), {Measure.YEAR: took})


def _both(counted: Counted, past: Counted) -> Counted:
    """Where both have a figure their counts are added up; what was counted says how long it took."""
    return {measure: [*counted.get(measure, ()), *past.get(measure, ())] for measure in {**counted, **past}}


def invented(since: date, until: date) -> Counted:
    """Figures of the days of [since, until) in the year that ends with it, the same each time."""
    first = max(since, first_of_month(until - LENGTH))
    days = [first + DAY * n for n in range((until - first).days)]
    months: dict[date, list[date]] = defaultdict(list)
    for day in days:
        months[first_of_month(day)].append(day)
    found: dict[Measure, list[Figure]] = {
        Measure.MAILS: [figure for day in days for figure in _mails(day, _age(day, until))],
        Measure.HEARD: [figure for day in days for figure in _bounces(day)],
    }
    for month, those in months.items():
        for measure, figures in _month(month, _requests(those[0], those[-1] + DAY), _age(month, until)).items():
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


def _requests(since: date, until: date) -> int:
    return sum(_busy(since + DAY * n, "requests", _data()["requests"]) for n in range((until - since).days))


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


def _month(month: date, requests: int, age: float) -> Counted:
    """Figures of a month in which so many requests came."""
    data, luck = _data(), _luck(month, "month")
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
        Measure.DELIVERED: [
            Figure(
                day=month,
                key=key,
                count=count,
                median=round(median * luck.uniform(0.85, 1.2)),
                high=round(high * luck.uniform(0.85, 1.2)),
            )
            for key, count, median, high in _turnaround(requests)
        ],
        Measure.SUPPLY: list(_supply(month, requests)),
        Measure.NOTICES: [
            Figure(day=month, key=kind, count=round(requests * many * luck.uniform(0.88, 1.12)))
            for kind, many in data["notices"].items()
        ],
        **_money(month, requests, data["payments"]),
    }


def _money(month: date, requests: int, said: Mapping[str, Any]) -> Counted:
    luck, paid = _luck(month, "money"), requests * said["part"]
    cents = paid * said["yuan"] * 100 * luck.uniform(0.9, 1.1)
    came = [
        Figure(
            day=month,
            key=channel,
            second="CNY",
            count=round(paid * share),
            value=round(cents * share * said["confirmed"] * luck.uniform(0.9, 1.1)),
        )
        for channel, share in said["channels"].items()
    ]
    claimed = Figure(day=month, second="CNY", count=round(paid), value=round(cents))
    return {Measure.CLAIMED: [claimed], Measure.CONFIRMED: came}


def _took(month: date, count: int, what: str, age: float) -> Figure:
    """How long it took: of all together."""
    luck, hours = _luck(month, what), _data()["hours"][what]
    median, high = (round(_between(hours[name], age) * HOUR * luck.uniform(0.85, 1.15)) for name in ("median", "high"))
    return Figure(day=month, key=ALL, count=count, median=median, high=max(high, median))


def _turnaround(requests: int) -> Iterator[tuple[str, int, int, int]]:
    """Of each provider, and of all: how many were delivered, and how long it took."""
    rows = [
        (name, round(requests * part * filled), median, high)
        for name, (part, filled, _, median, high) in _data()["providers"].items()
    ]
    count = sum(row[1] for row in rows) or 1
    mean = [sum(row[1] * row[place] for row in rows) / count for place in (2, 3)]
    for name, many, median, high in ((ALL, count, *mean), *rows):
        if many:
            yield name, many, round(median * DAY_SECONDS), round(high * DAY_SECONDS)


def _supply(month: date, requests: int) -> Iterator[Figure]:
    for name, (part, filled, cancelled, _, _) in _data()["providers"].items():
        asked = round(requests * part)
        done = {Supplied.FILLED: round(asked * filled), Supplied.CANCELLED: round(asked * cancelled)}
        done[Supplied.UNFILLED] = max(0, asked - sum(done.values()))
        for what, count in done.items():
            yield Figure(day=month, key=name, second=what.value, count=count)
