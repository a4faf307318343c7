"""Jobs by the clock (APScheduler 3.11). Only what has no event of its own: reminders, housekeeping, a look-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, time
from typing import TYPE_CHECKING

from maild.domain.operation.backoff import Backoff

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

Job = Callable[[], Awaitable[None]]
MAKE_UP = Backoff(base=30.0, cap=3600.0)  # the first look-in after a failure; then ever later, an hour at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What is done when. Each is harmless to repeat and to miss.

    safety_poll   every minute: wake all loops, for wake-ups that got lost; do again what failed
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


class Again:
    """Jobs whose last run failed, to be done again soon: what they met is told as trouble until they have worked, and
    their own time may be a day away. monotonic: seconds.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failed: dict[str, tuple[int, float, Job]] = {}

    def failed(self, name: str, job: Job) -> None:
        """It has failed, once more perhaps."""
        failures = 1 + (self._failed[name][0] if name in self._failed else 0)
        self._failed[name] = failures, self._monotonic() + MAKE_UP.delay(failures), job

    def worked(self, name: str) -> None:
        """It has worked."""
        self._failed.pop(name, None)

    async def turn(self) -> None:
        """Do again what is due."""
        for _, due, job in list(self._failed.values()):
            if due <= self._monotonic():
                await job()


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
