"""Times of the day and spans between two of them, as an office says them: "08:30", "22:00-07:00". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
DAY = timedelta(days=1)


def read_time(text: str) -> time:
    """The time that '8:30' says. Raises ValueError."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no time of the day such as 08:30")
    return time(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of each day; where `end` is not after `start` it runs over midnight."""

    start: time
    end: time

    @classmethod
    def read(cls, text: str) -> Hours | None:
        """What '22:00-07:00' says; None for ''. Raises ValueError, also where both ends are the same."""
        if not text.strip():
            return None
        start, dash, end = text.replace("–", "-").partition("-")
        if not dash:
            raise ValueError(f"{text!r} is no span such as 22:00-07:00")
        hours = cls(read_time(start), read_time(end))
        if hours.start == hours.end:
            raise ValueError(f"{text!r} begins when it ends")
        return hours

    def until(self, moment: datetime) -> datetime | None:
        """Where the moment (in the zone that is meant) lies within the span: its end; else None."""
        now = moment.time()
        over_midnight = self.end <= self.start
        inside = now >= self.start or now < self.end if over_midnight else self.start <= now < self.end
        if not inside:
            return None
        day = moment + DAY if over_midnight and now >= self.start else moment
        return at(day, self.end)


def at(day: datetime, when: time) -> datetime:
    """That time on the day of `day`, in its zone."""
    return day.replace(hour=when.hour, minute=when.minute, second=0, microsecond=0)


def next_at(moment: datetime, when: time) -> datetime:
    """The first such time at or after the moment, in its zone."""
    today = at(moment, when)
    return today if today >= moment else at(moment + DAY, when)
