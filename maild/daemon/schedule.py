"""Jobs by the clock (APScheduler 3.11). Only what has no event of its own: reminders, housekeeping, a look-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

Job = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What is done when. Each is harmless to repeat and to miss.

    safety_poll   every minute: wake all loops, for wake-ups that got lost
    reminders     hourly: the outbox keeps each to once a date
    figures       every quarter of an hour: the statistics
    turns         every five minutes: what waits is given to those whose turn it is
    housekeeping  daily in the small hours of the office: balance sheet, left-over temporary files
    """

    safety_poll: Job
    reminders: Job
    housekeeping: Job
    figures: Job
    turns: Job


def scheduler(jobs: Jobs, timezone: str, punctual: Sequence[time] = ()) -> AsyncIOScheduler:
    """A scheduler, not started. Late runs are made up once, and never two of a job at a time.

    punctual: times of the day at which reminders are looked for, too
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    made = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    made.add_job(jobs.safety_poll, IntervalTrigger(minutes=1, timezone=UTC), id="safety_poll")
    made.add_job(jobs.reminders, CronTrigger(minute=5, timezone=timezone), id="reminders")
    for when in punctual:
        trigger = CronTrigger(hour=when.hour, minute=when.minute, timezone=timezone)
        made.add_job(jobs.reminders, trigger, id=f"reminders at {when:%H:%M}")
    made.add_job(jobs.figures, CronTrigger(minute="*/15", second=20, timezone=timezone), id="figures")
    made.add_job(jobs.turns, IntervalTrigger(minutes=5, timezone=UTC), id="turns")
    made.add_job(jobs.housekeeping, CronTrigger(hour=3, minute=30, timezone=timezone), id="housekeeping")
    return made
