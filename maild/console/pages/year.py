"""What the office reports of a year: tables, plots, and the same as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.drawing import plot_dates, plots
from maild.console.drawing.chart import Chart, Kind, Series, Words
from maild.console.drawing.plot_scale import percent
from maild.console.drawing.ranking import Rank, ranking
from maild.console.drawing.shapes import PATTERNS
from maild.console.serving import web
from maild.console.serving.frames import saved
from maild.console.serving.threads import run
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.statistics import DAY, Grain, Supplied, days
from maild.domain.desk.yearly import Section, YearReport, YearRow
from maild.domain.wording.words_year import YEAR_COLUMNS, YEAR_SECTIONS
from maild.office.watch.year_report import FIRST_YEAR
from maild.office.watch.year_tables import Sheet, lines, sheets, year_key
from maild.store.tabular_out import to_csv, to_xlsx

YEARS = 5  # that can be chosen; older ones by their address
RANKS = 12
OUTCOMES = tuple(each.value for each in Supplied)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Asked(Input):
    """Which year; this one if left out."""

    year: Annotated[int | None, Field(ge=FIRST_YEAR, le=9999)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The report, when it was counted, and the years that can be chosen."""

    report: YearReport
    counted: datetime
    years: Sequence[int]
    patterns: str = PATTERNS

    @property
    def last_day(self) -> date:
        """The last that is counted."""
        return self.report.until - DAY

    def sheets(self, locale: str) -> list[Sheet]:
        """The tables that say something."""
        return [each for each in sheets(self.report, locale) if each.rows]

    def drawn(self, t: Callable[..., str], locale: str) -> list[str]:
        """The plots, as HTML."""
        return list(_Drawing(self.report, t, locale).all())


class _Drawing:
    """The plots of a report in one language."""

    def __init__(self, report: YearReport, t: Callable[..., str], locale: str) -> None:
        self._report, self._locale = report, locale
        self._words = Words(empty=t("statistics.empty"), table=t("statistics.table"))
        self._month = t("statistics.month")

    def all(self) -> Sequence[str]:
        return (
            self._months("count", OUTCOMES, lambda value: f"{value:,.0f}"),
            self._months("amount", ("payable", "subsidy"), lambda value: f"¥{value:,.2f}"),
            self._ranking(Section.PROVIDER, OUTCOMES, self._filled),
            self._ranking(Section.DEPARTMENT, ("payable", "subsidy"), lambda row: f"¥{(row.amount or 0) / 100:,.2f}"),
        )

    def _months(self, key: str, names: Sequence[str], say: Callable[[float], str]) -> str:
        firsts = days(date(self._report.year, 1, 1), self._report.until, Grain.MONTH)
        rows = [self._report.row(Section.MONTH, f"{day:%Y-%m}") for day in firsts]
        return plots.figure(
            Chart(
                key=f"year-{key}",
                title=f"{YEAR_SECTIONS[Section.MONTH].to(self._locale)} · {self._column(key)}",
                slots=plot_dates.slots(firsts, Grain.MONTH, self._locale),
                series=[Series(name=self._column(n), values=[max(0.0, _value(row, n)) for row in rows]) for n in names],
                kind=Kind.STACKED,
                along=self._month,
                say=say,
                words=self._words,
            )
        )

    def _ranking(self, section: Section, names: Sequence[str], say: Callable[[YearRow], str]) -> str:
        """The largest bars, each with what is said of it."""
        by_size = sorted(self._report.tables[section], key=lambda row: -sum(_value(row, name) for name in names))
        rows = [
            Rank(
                name=year_key(self._report, section, row.key, self._locale),
                said=say(row),
                parts=[max(0.0, _value(row, name)) for name in names],
            )
            for row in by_size[:RANKS]
            if any(_value(row, name) for name in names)
        ]
        title = (
            f"{YEAR_SECTIONS[section].to(self._locale)} · {self._column('amount' if 'payable' in names else 'count')}"
        )
        return ranking(f"year-{section.value}", title, [self._column(name) for name in names], rows, self._words)

    def _column(self, name: str) -> str:
        return YEAR_COLUMNS[name].to(self._locale)

    def _filled(self, row: YearRow) -> str:
        return f"{row.count:,}" if row.rate is None else f"{row.count:,} · {percent(row.rate)}"


def _value(row: YearRow, name: str) -> float:
    """A number of a row; money in yuan."""
    value = getattr(row, name) or 0
    return value / 100 if name in ("payable", "subsidy", "amount") else float(value)


def _load(desk: Desk, who: Who, asked: Asked) -> Shown:
    years = desk.services.years
    found, this = years.of(asked.year), years.this_year()
    first = max(years.first_year(), this - YEARS + 1)
    choice = sorted({*range(first, this + 1), found.report.year})
    return Shown(report=found.report, counted=found.at, years=choice)


def _json(loaded: Shown) -> object:
    return {
        "year": loaded.report.year,
        "until": loaded.last_day.isoformat(),
        "rows": loaded.report.rows(),
    }


def _file(ending: str, make: Callable[[Sequence[Sheet]], bytes], media_type: str) -> Route:
    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        asked = request.query_params.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else None

        def made() -> Response:
            report = desk.services.years.of(year).report
            return saved(make(sheets(report, web.locale_of(request))), f"ill-{report.year}.{ending}", media_type)

        return await run(desk.threads.slow, made)

    return Route(f"/statistics/year.{ending}", endpoint, methods=["GET"], name=f"statistics.year.{ending}")


VIEWS = (
    View(
        name="statistics.year",
        path="/statistics/year",
        input=Asked,
        load=_load,
        json=_json,
        template="statistics/year.html.j2",
        slow=True,
        summary="What an office reports of a year: requests, providers, turnaround, costs, patrons.",
    ),
)
ROUTES: tuple[BaseRoute, ...] = (
    _file("csv", lambda found: to_csv(lines(found)), "text/csv; charset=utf-8"),
    _file("xlsx", lambda found: to_xlsx((each.title, each.head, each.rows) for each in found), XLSX),
)
