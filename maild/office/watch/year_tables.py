"""A yearly report as tables of cells in one language: for a page, a file of text, a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maild.domain.desk.yearly import COLUMNS, MONEY, TIMES, Section, YearReport, YearRow
from maild.domain.incoming.peer import WORD_OF_CODE
from maild.domain.wording.words import LITERATURE, SERVICES, UNFILLED_REASONS, Word
from maild.domain.wording.words_money import CHANNELS
from maild.domain.wording.words_staff import PATRON_KINDS
from maild.domain.wording.words_year import DEEDS, DIRECTIONS, FEES_OF_YEAR, YEAR_COLUMNS, YEAR_SECTIONS

RECEIVED, NONE = Word("到账：", "Received: "), Word("（未注明）", "(not stated)")
_TABLES = {
    Section.DIRECTION: DIRECTIONS,
    Section.SERVICE: SERVICES,
    Section.LITERATURE: LITERATURE,
    Section.PATRON_KIND: PATRON_KINDS,
    Section.PROGRAM: DEEDS,
    Section.MONEY: FEES_OF_YEAR,
    Section.REASON: {word: UNFILLED_REASONS[code] for code, word in WORD_OF_CODE.items() if code in UNFILLED_REASONS},
    Section.TOTAL: YEAR_SECTIONS,
}
Cell = str | int | float | None
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table. columns: names of YearRow's fields, after the key; head: their words; a cell of None: not known."""

    section: Section
    title: str
    columns: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def sheets(report: YearReport, locale: str) -> list[Sheet]:
    """The tables of the report; money in yuan, times in days, rates from 0 to 1."""
    return [_sheet(report, section, rows, locale) for section, rows in report.tables.items()]


def _sheet(report: YearReport, section: Section, rows: Sequence[YearRow], locale: str) -> Sheet:
    columns = COLUMNS[section]
    named = ("share" if name == "rate" and section is Section.PROGRAM else name for name in ("key", *columns))
    return Sheet(
        section=section,
        title=YEAR_SECTIONS[section].to(locale),
        columns=columns,
        head=[YEAR_COLUMNS[name].to(locale) for name in named],
        rows=[[year_key(report, section, row.key, locale), *(_cell(row, name) for name in columns)] for row in rows],
    )


def _cell(row: YearRow, name: str) -> Cell:
    value: Cell = getattr(row, name)
    if isinstance(value, int) and name in MONEY:
        return round(value / 100, 2)
    if isinstance(value, int) and name in TIMES:
        return round(value / DAY_SECONDS, 2)
    return round(value, 4) if isinstance(value, float) else value


def lines(found: Sequence[Sheet]) -> Iterator[Sequence[Cell]]:
    """All tables one below the other, each with its title above and a blank line between: what a CSV file holds."""
    for place, sheet in enumerate(found):
        yield from ([], [sheet.title], sheet.head) if place else ([sheet.title], sheet.head)
        yield from sheet.rows


def year_key(report: YearReport, section: Section, key: str, locale: str) -> str:
    """What a line of a table is called; a name that nobody knows as it is."""
    if section is Section.TOTAL:
        key = section.value
    if section is Section.PROVIDER and key in report.names:
        zh, en = report.names[key]
        return zh if locale.startswith("zh") else en
    if section is Section.MONEY and key.startswith("received:"):
        channel = key.removeprefix("received:")
        return RECEIVED.to(locale) + (CHANNELS[channel].to(locale) if channel in CHANNELS else channel)
    words = _TABLES.get(section, {})
    return words[key].to(locale) if key in words else key or NONE.to(locale)
