"""Days as mails write them: the forms that a field of a day reads, and every day that a line says."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

MONTHS = {
    name: i
    for i, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
YMD = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)")
COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
DMY = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ -]+{_MONTH}[ ,-]+((?:19|20)\d\d)", re.IGNORECASE | re.ASCII)
MDY = re.compile(rf"{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)", re.IGNORECASE | re.ASCII)
SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)(?!\d)")
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?!\d)", re.IGNORECASE | re.ASCII)
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?{_MONTH}(?![a-z]|[ ,]*\d{{4}})", re.IGNORECASE | re.ASCII
)
_OF_THE_YEAR = re.compile(r"(?<![第共\d/.-])(\d{1,2})/(\d{1,2})(?![\d/期页卷])")  # '11/28'
_THIS_MONTH = re.compile(r"本月\s?(\d{1,2})\s?[日号]")
YEARLESS = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")


def days_in(words: str, today: date) -> frozenset[date | None]:
    """Every day said; without its year the nearest to today, of two readings both; None: one that no calendar has."""
    said = [(y, m, d) for y, m, d in (*YMD.findall(words), *COMPACT.findall(words))]
    said += [(y, MONTHS[m.lower()[:3]], d) for d, m, y in DMY.findall(words)]
    said += [(y, MONTHS[m.lower()[:3]], d) for m, d, y in MDY.findall(words)]
    said += [
        (y, *(pair if int(pair[0]) < 13 else pair[::-1]))
        for a, b, y in SLASHED.findall(words)
        for pair in ((a, b), (b, a))
    ]
    days = {_possible(*map(int, each)) for each in said}
    if not days:
        yearless = [(m, d) for m, d in YEARLESS.findall(words)]
        yearless += [(MONTHS[m.lower()[:3]], d) for m, d in _MONTH_DAY.findall(words)]
        days = {_nearest(int(m), int(d), today) for m, d in yearless}
    return frozenset(days)


def every_day_in(words: str, today: date) -> frozenset[date]:
    """The same, and those without a year beside one with it: 'printed on 2026-11-20 … by 28 November'."""
    rest = words
    for with_year in (YMD, COMPACT, DMY, MDY, SLASHED):
        rest = with_year.sub(" ", rest)
    said = [(MONTHS[month.lower()[:3]], int(day)) for day, month in _DAY_MONTH.findall(rest)]
    said += [(int(month), int(day)) for month, day in _OF_THE_YEAR.findall(rest)]
    said += [(today.month, int(day)) for day in _THIS_MONTH.findall(rest)]
    found = {*days_in(words, today), *days_in(rest, today), *(_nearest(month, day, today) for month, day in said)}
    return frozenset(day for day in found if day is not None)


def _nearest(month: int, day: int, today: date) -> date | None:
    years = (_possible(today.year + more, month, day) for more in (-1, 0, 1))
    return min(filter(None, years), key=lambda each: abs(each - today), default=None)


def _possible(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 0 < month < 13 and 0 < day <= monthrange(year, month)[1] else None
