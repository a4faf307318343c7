"""The plots of the statistics page: figures of a report → charts, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from itertools import chain

from maild.console.drawing import plot_dates, plots
from maild.console.drawing.chart import Chart, Kind, Series, Slot, Words
from maild.console.drawing.plot_scale import length, percent, share_scale, time_scale
from maild.console.drawing.ranking import Rank, ranking
from maild.console.drawing.shapes import PATTERNS
from maild.domain.desk.statistics import ALL, Figure, Grain, InTime, Outcome, Supplied, days, first_of_month
from maild.domain.wording.words_money import CHANNELS
from maild.domain.wording.words_notice import NOTICES
from maild.domain.wording.words_queue import CAUSES
from maild.office.watch.statistics import (
    AGES,
    YEAR,
    Provider,
    Report,
    automatic_share,
    bounces,
    by_day,
    providers,
    totals,
)

TOP = 5  # of many series that are shown by themselves; what is left is the sixth
MULTIPLES = 6
RANKS = 12
CURRENCY = "CNY"


class Drawing:
    """One reader's plots. `t` gives the texts of statistics.toml."""

    patterns = PATTERNS

    def __init__(self, report: Report, t: Callable[..., str], locale: str) -> None:
        self._report, self._locale = report, locale
        self._t: Callable[..., str] = lambda key, **values: t(f"statistics.{key}", **values)
        self._words = Words(empty=self._t("empty"), table=self._t("table"))
        self._length = partial(length, locale=locale)

    def __getitem__(self, name: str) -> str:
        """The figure of that name, as HTML."""
        return str(getattr(self, name)())

    # -- mails

    def volume(self) -> str:
        """What became of the mails of each day, week or month."""
        counts = by_day(self._report.mails)
        series = [
            Series(
                name=self._t(f"outcome.{each.value}"), values=[counts.get(day, {}).get(each, 0) for day in self._days]
            )
            for each in Outcome
        ]
        used = [one for one in series if any(one.values)] or series
        return self._draw("volume", self._time, used, kind=Kind.STACKED, whole=True, along=self._grain)

    def share(self) -> str:
        """The part that needed no person."""
        shares = self._report.shares()
        series = [Series(name=self._t("share.one"), values=[shares.get(day) for day in self._days])]
        return self._draw(
            "share", self._time, series, kind=Kind.LINES, along=self._grain, scale=share_scale, say=percent
        )

    def decided(self) -> str:
        """From arrival to decision."""
        return self._band("decided", self._report.decided)

    # -- requests

    def turnaround(self) -> str:
        """From request to delivery."""
        return self._band("turnaround", self._report.delivered)

    def by_provider(self) -> str:
        """The same for those who delivered most, all on one scale."""
        busiest = [key for key in totals(self._report.delivered) if key != ALL][:MULTIPLES]
        medians = {key: self._monthly(self._report.delivered, key, "median") for key in busiest}
        top = max((value for each in medians.values() for value in each if value is not None), default=0.0)
        return plots.multiples(
            [
                self._chart(
                    f"provider-{place}",
                    self._months,
                    [Series(name=self._t("median"), values=medians[key])],
                    title=self._provider(key),
                    kind=Kind.LINES,
                    scale=time_scale,
                    say=self._length,
                    top=top,
                    small=True,
                    along=self._t("month"),
                )
                for place, key in enumerate(busiest)
            ]
        )

    def supply(self) -> str:
        """What the providers made of requests."""
        found = providers(self._report)[:RANKS]
        names = [self._t(f"supplied.{each.value}") for each in Supplied]
        rows = [
            Rank(
                name=self._provider(one.name),
                said=self._of(one),
                parts=[getattr(one, each.value) for each in Supplied],
            )
            for one in found
        ]
        return ranking("supply", self._t("supply.title"), names, rows, self._words)

    def _provider(self, key: str) -> str:
        return self._report.naming.name(key, self._locale) or self._t("unknown")

    def _of(self, one: Provider) -> str:
        rate = "–" if one.rate is None else percent(one.rate)
        took = "" if one.median is None else f" · {self._length(one.median)}"
        return self._t("supply.said", rate=rate, count=one.asked) + took

    # -- the queue

    def handled(self) -> str:
        """How long items waited for staff."""
        return self._band("handled", self._report.handled)

    def ages(self) -> str:
        """How old what is open is."""
        counts: dict[int, int] = defaultdict(int)
        for age in self._report.ages:
            counts[age.bucket] += age.count
        edges = [self._length(edge.total_seconds()) for edge in AGES]
        slots = [Slot(label=f"<{edge.replace(' ', '')}", name=self._t("ages.below", span=edge)) for edge in edges]
        slots.append(Slot(label=self._t("ages.more"), name=self._t("ages.above", span=edges[-1])))
        series = [Series(name=self._t("ages.items"), values=[counts[place] for place in range(len(slots))])]
        return self._draw("ages", slots, series, along=self._t("ages.age"))

    def causes(self) -> str:
        """What is open, by its cause."""
        counts: dict[str, int] = defaultdict(int)
        for age in self._report.ages:
            counts[age.cause.value] += age.count
        ranked = sorted(counts.items(), key=lambda pair: -pair[1])[:RANKS]
        rows = [
            Rank(name=CAUSES[key].to(self._locale) if key in CAUSES else key, said=str(count), parts=[count])
            for key, count in ranked
        ]
        return ranking("causes", self._t("causes.title"), [self._t("ages.items")], rows, self._words)

    def reviews(self) -> str:
        """Registrations decided within one working day, and those that were not."""
        counts = by_day(self._report.reviews)
        series = [
            Series(
                name=self._t(f"in_time.{each.value}"),
                values=[counts.get(day, {}).get(each, 0) for day in self._month_days],
            )
            for each in InTime
        ]
        return self._draw("reviews", self._months, series, kind=Kind.STACKED, along=self._t("month"))

    # -- what went out, and what came back

    def notices(self) -> str:
        """Mails of ours by kind."""
        names = {kind: word.to(self._locale) for kind, word in NOTICES.items()}
        return self._largest("notices", self._report.notices, names, self._months, self._month_days)

    def bounces(self) -> str:
        """What came back, by the domain that refused it."""
        return self._largest("bounces", bounces(self._report.heard), {}, self._time, self._days)

    # -- money

    def payments(self) -> str:
        """What was claimed, and what was confirmed."""
        series = [
            Series(name=self._t(f"payments.{name}"), values=self._money(figures))
            for name, figures in (("claimed", self._report.claimed), ("confirmed", self._report.confirmed))
        ]
        return self._draw("payments", self._months, series, along=self._t("month"), say=_money)

    def channels(self) -> str:
        """By which way confirmed money came."""
        ours = [one for one in self._report.confirmed if one.second == CURRENCY and one.value > 0]
        keys = list(dict.fromkeys(one.key for one in sorted(ours, key=lambda one: -one.value)))[: TOP + 1]
        series = [
            Series(
                name=CHANNELS[key].to(self._locale) if key in CHANNELS else key or self._t("unknown"),
                values=self._money([one for one in ours if one.key == key]),
            )
            for key in keys
        ]
        return self._draw("channels", self._months, series, kind=Kind.STACKED, along=self._t("month"), say=_money)

    def _money(self, figures: Iterable[Figure]) -> list[float]:
        sums: dict[date, int] = defaultdict(int)
        for one in figures:
            if one.second == CURRENCY:
                sums[one.day] += one.value
        return [max(0, sums[day]) / 100 for day in self._month_days]

    # -- helpers

    @cached_property
    def _since(self) -> date:
        """Of years, those that the office has figures of, and a whole one at least: before there is nothing to see."""
        report = self._report
        if report.grain is not Grain.MONTH:
            return report.since
        told = chain(report.mails, report.delivered, report.supply, report.notices, report.confirmed, report.reviews)
        return max(report.since, min((report.until - YEAR, *(one.day for one in told))))

    @cached_property
    def _days(self) -> Sequence[date]:
        return days(self._since, self._report.until, self._report.grain)

    @cached_property
    def _time(self) -> Sequence[Slot]:
        return plot_dates.slots(self._days, self._report.grain, self._locale)

    @cached_property
    def _month_days(self) -> Sequence[date]:
        return days(first_of_month(self._since), self._report.until, Grain.MONTH)

    @cached_property
    def _months(self) -> Sequence[Slot]:
        return plot_dates.slots(self._month_days, Grain.MONTH, self._locale)

    @property
    def _grain(self) -> str:
        return self._t(self._report.grain.value)

    def _monthly(self, figures: Sequence[Figure], key: str, what: str) -> list[float | None]:
        known = {one.day: getattr(one, what) for one in figures if one.key == key}
        return [known.get(day) for day in self._month_days]

    def _band(self, key: str, figures: Sequence[Figure]) -> str:
        series = [Series(name=self._t(name), values=self._monthly(figures, ALL, name)) for name in ("median", "high")]
        return self._draw(
            key, self._months, series, kind=Kind.BAND, scale=time_scale, say=self._length, along=self._t("month")
        )

    def _largest(
        self,
        key: str,
        figures: Sequence[Figure],
        names: Mapping[str, str],
        slots: Sequence[Slot],
        firsts: Sequence[date],
    ) -> str:
        """Stacks of the largest keys; all others are one."""
        counts, largest = by_day(figures), list(totals(figures))[:TOP]
        series = [
            Series(name=names.get(each, each), values=[counts.get(day, {}).get(each, 0) for day in firsts])
            for each in largest
        ]
        rest = [sum(count for each, count in counts.get(day, {}).items() if each not in largest) for day in firsts]
        if any(rest) or not series:
            series.append(Series(name=self._t("others"), values=rest))
        return self._draw(
            key, slots, series, kind=Kind.STACKED, along=self._grain if slots is self._time else self._t("month")
        )

    def _chart(self, key: str, slots: Sequence[Slot], series: Sequence[Series], **more: object) -> Chart:
        made = {"title": self._t(f"{key}.title") if "title" not in more else "", **more}
        return Chart(key=key, slots=slots, series=series, words=self._words, **made)  # type: ignore[arg-type]

    def _draw(self, key: str, slots: Sequence[Slot], series: Sequence[Series], **more: object) -> str:
        return plots.figure(self._chart(key, slots, series, about=self._t(f"{key}.about"), **more))

    def headline(self) -> Mapping[str, str]:
        """The numbers above the plots: mails, the part without a person, turnaround, what is open."""
        counts = totals(self._report.mails)
        share = automatic_share(counts)
        year = next((one.median for one in self._report.year if one.key == ALL), None)
        return {
            "mails": f"{sum(counts.values()):,}",
            "share": "–" if share is None else percent(share),
            "turnaround": "–" if year is None else self._length(year),
            "open": f"{sum(age.count for age in self._report.ages):,}",
        }


def _money(value: float) -> str:
    return f"¥{value:,.2f}" if value % 1 else f"¥{value:,.0f}"
