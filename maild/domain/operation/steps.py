"""The machine's clock against the seconds that really pass, which nobody sets."""

from __future__ import annotations

from datetime import datetime, timedelta

JUMP = timedelta(minutes=5)  # more than a step at boot, less than what would send reminders at night
IMPLAUSIBLE = timedelta(days=1)  # a step that is believed on another's word alone: what time drives is held
STEADY_SECONDS = 3600.0  # after which a clock that was set by less is taken as set on purpose


class Steps:
    """Where the clock should stand, and by how much it was set. Used from one thread at a time."""

    def __init__(self) -> None:
        self._right: tuple[datetime, float] | None = None  # the clock and the seconds when it was right last
        self._since: float | None = None  # when a step was first seen

    def expected(self, seconds: float) -> datetime | None:
        """What a clock that was not set would say; None before the first look."""
        if self._right is None:
            return None
        moment, then = self._right
        return moment + timedelta(seconds=seconds - then)

    def look(self, now: datetime, seconds: float) -> timedelta:
        """By how much the clock was set, 0 where it was not; slow corrections are followed."""
        expected = self.expected(seconds)
        step = now - expected if expected is not None else timedelta(0)
        if abs(step) < JUMP:
            self.believe(now, seconds)
            return timedelta(0)
        self._since = seconds if self._since is None else self._since
        if abs(step) <= IMPLAUSIBLE and seconds - self._since > STEADY_SECONDS:
            self.believe(now, seconds)
            return timedelta(0)
        return step

    def believe(self, now: datetime, seconds: float) -> None:
        """The clock is right now."""
        self._right, self._since = (now, seconds), None
