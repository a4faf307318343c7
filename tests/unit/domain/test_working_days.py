"""Working days in China: moved weekends, closures, and years that nobody knows yet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.calendar import Calendar
from maild.domain.errors import RuleError
from maild.office.watch.calendars import load_calendar, packaged, read_calendar
from maild.resources import data_folder

SHIPPED = load_calendar()


def calendar(tmp_path: Path, text: str, name: str = "2027.toml") -> Calendar:
    """The calendar with an office's file."""
    folder = tmp_path / "calendar"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return load_calendar(str(tmp_path))


def test_moved_weekends_of_2026() -> None:
    """A Saturday that works, a Thursday that does not, an ordinary weekend."""
    assert SHIPPED.works(date(2026, 10, 10))
    assert not SHIPPED.works(date(2026, 10, 1))
    assert not SHIPPED.works(date(2026, 10, 11))
    assert SHIPPED.why(date(2026, 10, 11)) == "weekend"
    assert SHIPPED.why(date(2026, 10, 10)) == ""


def test_package_and_file_agree_on_2026() -> None:
    """Two sources of one notice: a slip in either would show here."""
    alone = read_calendar([], *packaged())
    start = date(2026, 1, 1)
    days = [start + timedelta(days=n) for n in range(365)]
    assert [day for day in days if alone.works(day) != SHIPPED.works(day)] == []


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day week
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # Saturday works
        (date(2026, 11, 20), 10, date(2026, 12, 4)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 10, 3), 0, date(2026, 10, 8)),
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
    ],
)
def test_adding(start: date, days: int, end: date) -> None:
    """So many working days on, or back; 0 is the next day that works."""
    found = SHIPPED.add_working_days(start, days)
    assert (found.day, found.certain) == (end, True)


def test_unknown_years_are_never_certain() -> None:
    """What reaches into a year without its notice says so, by name."""
    found = SHIPPED.add_working_days(date(2026, 12, 28), 10)
    assert (found.certain, found.unknown) == (False, (2027,))
    assert SHIPPED.working_days_between(date(2026, 12, 1), date(2027, 1, 5)).unknown == (2027,)
    assert SHIPPED.add_working_days(date(2027, 3, 1), 1).unknown == (2027,)
    assert SHIPPED.warnings(date(2026, 11, 24)) == ()
    (said,) = SHIPPED.warnings(date(2026, 12, 1))
    assert "2027" in said
    assert "NOT" in said
    assert len(SHIPPED.warnings(date(2027, 1, 1))) == 1


def test_a_file_makes_a_year_known(tmp_path: Path) -> None:
    """An official file is the whole truth of its year; days and spans may be mixed."""
    made = calendar(
        tmp_path, 'year = 2027\nofficial = true\noff = [2027-01-01, "2027-02-05/2027-02-11"]\nworking = [2027-02-13]\n'
    )
    assert made.add_working_days(date(2026, 12, 31), 1).day == date(2027, 1, 4)
    assert made.works(date(2027, 2, 13))
    assert made.warnings(date(2027, 1, 1)) == ()
    assert made.works(date(2026, 10, 10)), "other years stay"


def test_closures(tmp_path: Path) -> None:
    """The office's own closed days count as no working days, with their reason, and make no year known."""
    made = calendar(
        tmp_path,
        'year = 2026\n[[closure]]\ndays = "2026-11-25/2026-11-27"\nzh = "闭馆"\nen = "closed"\n',
        "closures.toml",
    )
    assert made.add_working_days(date(2026, 11, 24), 1).day == date(2026, 11, 30)
    assert made.why(date(2026, 11, 25)) == "闭馆 (closed)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year = 2027\nof = []\n", r"2027\.toml:2: of: unknown key"),
        ("year = 2027\noff = [2026-01-01]\n", r"2027\.toml:2: off: 2026-01-01 is no span within 2027"),
        ('year = 2027\n\noff = ["someday"]\n', r"2027\.toml:3: off\[0\]: 'someday' is no day"),
        ("off = []\n", "year"),
        ("year = 2027\nofficial = 1\n", r":2: official: must be true or false"),
        ('year = 2027\n[[closure]]\ndays = 2027-01-05\nzh = "x"\n', "closure"),
        ("year = 2027\noff = [2027-01-01]\nworking = [2027-01-01]\n", "both off and working"),
        ("year = \n", r"2027\.toml:1: not TOML"),
    ],
)
def test_broken_files_say_where(tmp_path: Path, text: str, said: str) -> None:
    """File, line and reason."""
    with pytest.raises(RuleError, match=said):
        calendar(tmp_path, text)


@given(st.dates(date(2005, 1, 1), date(2026, 6, 1)), st.integers(-100, 100))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    """Counting back what was added gives the number again, and the day reached works."""
    found = SHIPPED.add_working_days(start, days)
    assert SHIPPED.works(found.day)
    if days > 0:
        assert SHIPPED.working_days_between(start, found.day).days == days


def test_too_many_days_are_a_mistake() -> None:
    """A span of years is refused, not walked."""
    with pytest.raises(ValueError, match="2000"):
        SHIPPED.add_working_days(date(2026, 1, 1), 10**9)
    assert (data_folder("rules") / "calendar" / "2026.toml").is_file()
