"""The clock's jobs: hourly, and at the minute that was asked for."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime, time
from zoneinfo import ZoneInfo

from maild.daemon.jobs.schedule import Again, Jobs, scheduler


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


def test_what_failed_is_done_again_ever_later() -> None:
    """After half a minute, then a whole one, then two; an hour at most; never once it has worked."""
    now, runs = [0.0], []

    async def job() -> None:
        runs.append(now[0])
        again.failed("job", job)

    again = Again(lambda: now[0])
    again.failed("job", job)
    for second in range(0, 20_000, 10):
        now[0] = float(second)
        asyncio.run(again.turn())
    assert runs[:4] == [30, 90, 210, 450]
    assert max(after - before for before, after in itertools.pairwise(runs)) == 3600
    again.worked("job")
    now[0] = 99_999.0
    before = len(runs)
    asyncio.run(again.turn())
    assert len(runs) == before
