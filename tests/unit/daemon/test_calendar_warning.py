"""A year whose working days are not known is warned of in the log."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from maild.config import Settings
from maild.daemon.jobs.calendar_warning import CalendarWarning
from maild.office.registration.review_policy import load_review
from maild.office.watch.calendars import load_calendar
from tests.servers.clock import MovedClock


class _Log:
    def __init__(self) -> None:
        self.said: list[str] = []

    def warning(self, event: str, **facts: str) -> None:
        assert event == "calendar"
        assert "calendar/" in facts["remedy"]
        self.said.append(facts["what"])


def test_said_once_a_day_while_it_is_unknown() -> None:
    """Nothing in a known year; from December on the missing next one, once each day of the office."""
    clock, log = MovedClock(datetime(2026, 11, 30, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))), _Log()
    reviews = load_review("", load_calendar(""), "Asia/Shanghai")
    services: Any = SimpleNamespace(settings=Settings(), clock=clock, reviews=reviews)
    warning = CalendarWarning(log)  # type: ignore[arg-type]
    warning.say(services)
    assert log.said == []
    for hours in (1, 1, 24):
        clock.pass_time(hours=hours)
        warning.say(services)
    assert len(log.said) == 2
    assert all("2027" in said for said in log.said)
