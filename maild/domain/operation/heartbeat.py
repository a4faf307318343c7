"""That a process runs: it says so every quarter of a minute, in the database, where the other processes see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

PERIOD = timedelta(seconds=15)
SILENT = timedelta(seconds=75)  # five beats missed: it hangs, was killed, or cannot reach the database


class Running(StrEnum):
    """Which of our processes."""

    DAEMON = "daemon"
    CONSOLE = "console"


class Pulse(StrEnum):
    """Whether it lives."""

    ALIVE = "alive"
    SILENT = "silent"  # it said nothing for too long
    STOPPED = "stopped"  # it ended in order
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The last word of a process of a host.

    data  folders {name: when its server last answered, ISO 8601}, trouble, balance {even, at},
          confinement {measure: '' or why it is not in force}, troubles [maild.domain.operation.trouble.Trouble.row],
          reload {asked, ok, what, remedy}: what became of the latest
    """

    role: Running
    host: str
    pid: int
    version: str
    started: datetime
    seen: datetime
    stopped: datetime | None = None
    status: str = ""
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def pulse(self, now: datetime) -> Pulse:
        """Whether it lives at that moment."""
        if self.stopped is not None:
            return Pulse.STOPPED
        return Pulse.ALIVE if now - self.seen <= SILENT else Pulse.SILENT
