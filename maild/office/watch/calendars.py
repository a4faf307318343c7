"""The calendar: days from the package chinesecalendar, over them rules/calendar/*.toml, over all the closures there.

A file speaks of one year. With `official = true` it holds all of the State Council's notice and takes the place of
what the package says of that year; without, its days only correct the package's. docs/fees.md has an example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from maild.domain.calendar import Calendar
from maild.resources import data_folder
from maild.tables import Source, read_toml
from maild.tables.places import Place
from maild.tables.table import From, Limits, Wrong, read_as

FOLDER = "calendar"
HELP = 'days are 2027-01-01 or "2027-02-05/2027-02-11"; see docs/fees.md'
LEAST, MOST = 2000, 2200  # years


def _days(said: object) -> tuple[date, ...]:
    """Single days and spans 'first/last', each once or in a list."""
    return tuple(day for item in (said if isinstance(said, list) else [said]) for day in _span(item))


def _span(item: object) -> Iterator[date]:
    if isinstance(item, date) and not isinstance(item, datetime):
        yield item
        return
    begin, _, end = item.partition("/") if isinstance(item, str) else ("", "", "")
    try:
        first, last = date.fromisoformat(begin), date.fromisoformat(end or begin)
    except ValueError as error:
        raise ValueError(f"{item!r} is no day") from error
    if last < first or last.year != first.year:
        raise ValueError(f"{item} is no span within a year")
    while first <= last:
        yield first
        first += timedelta(days=1)


_Days = Annotated[tuple[date, ...], From(_days, Any, lambda item: tuple(_span(item)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closure:
    zh: str
    en: str
    days: _Days = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    year: Annotated[int, Limits(LEAST, MOST)]
    official: bool = False
    off: _Days = ()
    working: _Days = ()
    closure: tuple[_Closure, ...] = ()

    def __post_init__(self) -> None:
        places: dict[Place, tuple[date, ...]] = {("off",): self.off, ("working",): self.working}
        places |= {("closure", n, "days"): one.days for n, one in enumerate(self.closure)}
        for place, days in places.items():
            if strange := next((day for day in days if day.year != self.year), None):
                raise Wrong(place, f"{strange} is no span within {self.year}", HELP)


def load_calendar(rules_folder: str = "") -> Calendar:
    """The calendar in force: the shipped files, then the office's (a file of the same name replaces the shipped).

    Raises RuleError with file and line for the first thing that is wrong.
    """
    folders = [data_folder("rules"), *([Path(rules_folder)] if rules_folder else [])]
    files = {path.name: path for folder in folders for path in sorted((folder / FOLDER).glob("*.toml"))}
    return read_calendar(files.values(), *packaged())


def packaged() -> tuple[dict[date, str], set[date]]:
    """(days off by occasion, weekend days that work) as the package knows them."""
    from chinese_calendar.constants import holidays, workdays

    return {day: str(occasion) for day, occasion in holidays.items()}, set(workdays)


def read_year(source: Source) -> _Year:
    """One file. Raises RuleError naming file, line and key."""
    return read_as(_Year, source, HELP)  # type: ignore[no-any-return]


def read_calendar(files: Iterable[Path], off: Mapping[date, str], working: Iterable[date]) -> Calendar:
    """The given days, corrected by the files in their order. Raises RuleError where a day is both."""
    days_off, days_on = dict(off), set(working)
    closures: dict[date, str] = {}
    known = {day.year for day in days_off}
    for path in files:
        source = read_toml(path)
        said = read_year(source)
        if said.official:
            days_off = {day: name for day, name in days_off.items() if day.year != said.year}
            days_on = {day for day in days_on if day.year != said.year}
            known.add(said.year)
        for day in said.off:
            days_off[day] = days_off.get(day) or off.get(day) or "holiday"
            days_on.discard(day)
        for day in said.working:
            if days_off.get(day) == "holiday":
                raise source.error("working", f"{day} is both off and working", HELP)
            days_off.pop(day, None)
            days_on.add(day)
        closures |= {day: f"{one.zh} ({one.en})" for one in said.closure for day in one.days}
    return Calendar(
        off=MappingProxyType(days_off),
        working=frozenset(days_on),
        known=frozenset(known),
        closures=MappingProxyType(closures),
    )
