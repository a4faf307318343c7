"""rules/queue.toml: by when an item must be done, across weekends, moved holidays and unknown years; slips named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maild.domain.calendar import Calendar
from maild.domain.desk.queue_limits import QueueLimits, due_of
from maild.domain.errors import RuleError
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem
from maild.office.queue.queue_policy import load_queue
from maild.office.watch.calendars import load_calendar

ZONE = ZoneInfo("Asia/Shanghai")


def limits(folder: Path | None = None, text: str = "", calendar: Calendar | None = None) -> QueueLimits:
    """The limits in force, with an office's file of that text."""
    if folder:
        (folder / "queue.toml").write_text(text, "utf-8")
    return load_queue(str(folder or ""), calendar or load_calendar(""), ZONE)


def item(created: datetime | None, cause: Cause = Cause.QUESTION) -> ReviewItem:
    return ReviewItem(id=1, mail_id=1, cause=cause, created=created)


def local(text: str) -> datetime:
    """A moment of the office's clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def test_every_cause_has_its_place() -> None:
    """The shipped table forgets none."""
    assert set(limits().own) == {cause for cause in Cause if cause}


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ("2026-11-25T09:00", "2026-11-26T17:00"),  # Wednesday
        ("2026-11-25T23:59", "2026-11-26T17:00"),  # the day it came is the office's day, not UTC's
        ("2026-11-26T00:10", "2026-11-27T17:00"),
        ("2026-11-27T10:00", "2026-11-30T17:00"),  # Friday: the weekend is none
        ("2026-09-30T10:00", "2026-10-08T17:00"),  # National Day
        ("2026-10-09T10:00", "2026-10-10T17:00"),  # a Saturday that works
    ],
)
def test_an_answer_is_due_at_the_end_of_the_next_working_day(came: str, due: str) -> None:
    """In one working day of the office's calendar."""
    assert due_of(item(local(came)), limits()) == local(due)


def test_a_year_that_is_not_known_is_told(tmp_path: Path) -> None:
    """Its working days are reckoned as Monday to Friday, and the limit says so."""
    found = limits(calendar=Calendar(known=frozenset({2026}))).limit(item(local("2026-12-31T10:00")))
    assert found is not None
    assert found.unknown == (2027,)
    assert not found.certain


def test_a_cause_may_have_no_limit(tmp_path: Path) -> None:
    """An office's own file changes what it names; what nobody put there has no limit either."""
    own = limits(tmp_path, 'until = "16:30"\nworking_days = 2\n[cause.bounce]\nworking_days = 0\n')
    assert due_of(item(local("2026-11-25T09:00"), Cause.BOUNCE), own) is None
    assert due_of(item(local("2026-11-25T09:00"), Cause.QUESTION), own) == local("2026-11-27T16:30")
    assert due_of(item(None), own) is None
    assert own.of(Cause.BOUNCE).priority == limits().of(Cause.BOUNCE).priority
    assert own.of(Cause.INVOICE).days == 5


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('until = "late"\n', 1, "no time of the day"),
        ("[cause.question]\n\nworking_days = -1\n", 3, "whole number"),
        ("[cause.question]\npriority = 101\n", 2, "from 0 to 100"),
        ("[cause.question]\npriority = true\n", 2, "whole number"),
        ("[cause.questions]\npriority = 1\n", 1, "unknown value 'questions' .*did you mean 'question'"),
        ("[cause.question]\nurgent = 1\n", 2, "unknown key"),
        ("working_day = 1\n", 1, "unknown key"),
        ("cause = 1\n", 1, "cause: must be a table"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    """File, line and reason; nothing is dropped silently."""
    with pytest.raises(RuleError, match=word) as caught:
        limits(tmp_path, text)
    assert f"queue.toml:{line}: " in caught.value.what
