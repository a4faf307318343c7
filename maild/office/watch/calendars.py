"""The calendar: days from the package chinesecalendar, over them rules/calendar/*.toml, over all the closures there.

A file speaks of one year. With `official = true` it holds all of the State Council's notice and takes the place of
what the package says of that year; without, its days only correct the package's. docs/fees.md has an example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from maild.domain.calendar import Calendar
from maild.resources import data_folder
from maild.tables import Source, read_toml

FOLDER = "calendar"
_KEYS = {"year", "official", "off", "working", "closure"}
_CLOSURE = {"days", "zh", "en"}
_HELP = 'days are 2027-01-01 or "2027-02-05/2027-02-11"; see docs/fees.md'


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


def read_calendar(files: Iterable[Path], off: Mapping[date, str], working: Iterable[date]) -> Calendar:
    """The given days, corrected by the files in their order. Raises RuleError where a day is both."""
    days_off, days_on = dict(off), set(working)
    closures: dict[date, str] = {}
    known = {day.year for day in days_off}
    for path in files:
        source = read_toml(path)
        year = _year(source)
        if _flag(source, "official"):
            days_off = {day: name for day, name in days_off.items() if day.year != year}
            days_on = {day for day in days_on if day.year != year}
            known.add(year)
        for day in _days(source, "off", source.data.get("off", []), year):
            days_off[day] = days_off.get(day) or off.get(day) or "holiday"
            days_on.discard(day)
        for day in _days(source, "working", source.data.get("working", []), year):
            if days_off.get(day) == "holiday":
                raise source.error("working", f"{day} is both off and working", _HELP)
            days_off.pop(day, None)
            days_on.add(day)
        closures |= _closures(source, year)
    return Calendar(
        off=MappingProxyType(days_off),
        working=frozenset(days_on),
        known=frozenset(known),
        closures=MappingProxyType(closures),
    )


def _closures(source: Source, year: int) -> dict[date, str]:
    tables = source.data.get("closure", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise source.error("closure", "write it as [[closure]]", _HELP)
    found: dict[date, str] = {}
    for n, table in enumerate(tables):
        where = f"closure[{n}]"
        _known(source, where, table, _CLOSURE)
        names = [table.get(name) for name in ("zh", "en")]
        if not all(isinstance(name, str) and name.strip() for name in names):
            raise source.error(f"{where}.zh", "zh and en say why it is closed", _HELP)
        for day in _days(source, f"{where}.days", table.get("days", []), year):
            found[day] = f"{names[0]} ({names[1]})"
    return found


def _year(source: Source) -> int:
    _known(source, "", source.data, _KEYS)
    year = source.data.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 2000 <= year <= 2200:
        raise source.error("year", "the year that the file speaks of is needed", _HELP)
    return year


def _flag(source: Source, name: str) -> bool:
    value = source.data.get(name, False)
    if not isinstance(value, bool):
        raise source.error(name, "true or false is needed", _HELP)
    return value


def _known(source: Source, where: str, table: Mapping[str, object], known: set[str]) -> None:
    for name in table:
        if name not in known:
            raise source.error(f"{where}.{name}".lstrip("."), f"is not known; known: {', '.join(sorted(known))}", _HELP)


def _days(source: Source, where: str, value: object, year: int) -> Iterator[date]:
    """Single days and spans 'first/last', all within the year."""
    for item in value if isinstance(value, list) else [value]:
        first, last = _span(source, where, item)
        if last < first or {first.year, last.year} != {year}:
            raise source.error(where, f"{item} is no span within {year}", _HELP)
        while first <= last:
            yield first
            first += timedelta(days=1)


def _span(source: Source, where: str, item: object) -> tuple[date, date]:
    if isinstance(item, date) and not isinstance(item, datetime):
        return item, item
    first, _, last = item.partition("/") if isinstance(item, str) else ("", "", "")
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise source.error(where, f"{item!r} is no day", _HELP) from error
