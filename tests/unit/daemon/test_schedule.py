"""The clock's jobs: hourly, and at the minute that was asked for."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from maild.daemon.schedule import Jobs, scheduler


async def _nothing() -> None:
    """A job."""


async def _poll() -> None:
    """A job that has no time of the day."""


def test_the_digest_is_punctual() -> None:
    """What time brings is looked for each hour, and at 08:30 of the office's clock."""
    jobs = Jobs(safety_poll=_poll, reminders=_nothing, housekeeping=_nothing, figures=_poll, turns=_poll)
    made = scheduler(jobs, "Asia/Shanghai", [time(8, 30)])
    now = datetime(2026, 11, 24, 7, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    runs = sorted(job.trigger.get_next_fire_time(None, now) for job in made.get_jobs() if job.func is _nothing)
    assert [f"{run.astimezone(now.tzinfo):%d %H:%M}" for run in runs] == ["24 08:05", "24 08:30", "25 03:30"]
