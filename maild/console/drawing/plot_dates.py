"""Days, weeks and months as they stand along the axis of a plot, in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from maild.console.drawing.chart import Slot
from maild.domain.desk.statistics import Grain

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def slots(first_days: Sequence[date], grain: Grain, locale: str) -> tuple[Slot, ...]:
    """A place for each, with its year below."""
    return tuple(
        Slot(label=_label(day, grain, locale), name=_name(day, grain, locale), under=str(day.year))
        for day in first_days
    )


def _label(day: date, grain: Grain, locale: str) -> str:
    if grain is Grain.MONTH:
        return f"{day.month}月" if locale.startswith("zh") else _MONTHS[day.month - 1]
    return f"{day.month}-{day.day}" if locale.startswith("zh") else f"{day.day} {_MONTHS[day.month - 1]}"


def _name(day: date, grain: Grain, locale: str) -> str:
    chinese = locale.startswith("zh")
    if grain is Grain.MONTH:
        return f"{day.year}年{day.month}月" if chinese else f"{_MONTHS[day.month - 1]} {day.year}"
    if grain is Grain.WEEK:
        return f"{day.isoformat()} 起一周" if chinese else f"week of {day.isoformat()}"
    return day.isoformat()
