"""A clock that a test moves: weeks pass in no time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class MovedClock:
    """ports.Clock. It stands where it was put; `pass_time` moves it on, `at` puts it somewhere."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)
        self._moved = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return time.monotonic() + self._moved

    def at(self, moment: datetime) -> None:
        """Go on to a moment, aware."""
        self.pass_time(moment - self._now)

    def pass_time(self, span: timedelta | None = None, **parts: float) -> None:
        """Let time pass: a span, or its parts as timedelta takes them (days=2, hours=3)."""
        span = span or timedelta(**parts)
        self._now += span
        self._moved += span.total_seconds()
