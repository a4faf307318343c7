"""Statistics: what came and what became of it, how long things took, who supplied; drawn by the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.drawing.statistics_plots import Drawing
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.rows import API
from maild.domain.desk.statistics import DAY
from maild.office.watch.statistics import Report, report

LENGTHS = (30, 90, 365, 1095)  # days
STALE = timedelta(hours=1)  # the daemon counts every quarter of an hour; where none runs, looking at the page does


class Asked(Input):
    """How far back."""

    days: Annotated[int, Field(ge=1, le=3660)] = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The report, and the lengths that can be chosen."""

    report: Report
    days: int
    lengths: tuple[int, ...] = LENGTHS

    def drawing(self, t: Callable[..., str], locale: str) -> Drawing:
        """The plots in the reader's language."""
        return Drawing(self.report, t, locale)


def _load(desk: Desk, who: Who, asked: Asked) -> Shown:
    figures, now = desk.services.figures, desk.services.clock.now()
    figures.fresh(STALE)
    today = now.astimezone(figures.zone).date()
    with desk.services.store.read() as uow:
        found = report(uow, now, today - timedelta(days=asked.days - 1), today + DAY, desk.services.naming)
    return Shown(report=found, days=asked.days)


def _json(loaded: Shown) -> object:
    found = loaded.report
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "grain": found.grain.value,
        "counted": API.moment(found.as_of),
        "figures": list(found.rows()),
    }


VIEWS = (
    View(
        name="statistics",
        path="/statistics",
        input=Asked,
        load=_load,
        json=_json,
        template="statistics/show.html.j2",
        summary="Figures of the last days, weeks or months.",
    ),
)
