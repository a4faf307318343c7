"""rules/queue.toml → QueueLimits: the shipped table, and over it what the office's own file names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, tzinfo
from types import MappingProxyType
from typing import Annotated

from maild.domain.calendar import Calendar
from maild.domain.desk.queue_limits import QueueLimits, Urgency
from maild.domain.hours import read_time
from maild.domain.incoming.cause import Cause
from maild.tables.table import From, Limits, Table

MOST_DAYS = 250  # working days; more is a slip
_Days = Annotated[int, Limits(0, MOST_DAYS)]
_Priority = Annotated[int, Limits(0, 100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    working_days: _Days | None = None
    priority: _Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    until: Annotated[time, From(read_time, str, wanted='an hour such as "17:00"')] = time(17)
    working_days: _Days = 1
    priority: _Priority = 50
    cause: Mapping[Cause, _Own] = field(default_factory=lambda: MappingProxyType({}))

    def urgency(self, own: _Own) -> Urgency:
        days, priority = own.working_days, own.priority
        return Urgency(
            days=self.working_days if days is None else days, priority=self.priority if priority is None else priority
        )


QUEUE: Table[_Limits] = Table("queue.toml", _Limits, "the head of rules/queue.toml says what each line means")


def load_queue(rules_folder: str, calendar: Calendar, zone: tzinfo) -> QueueLimits:
    """The limits in force. Raises RuleError naming file, line and key."""
    said = QUEUE.load(rules_folder)
    own = {cause: said.urgency(each) for cause, each in said.cause.items()}
    usual = said.urgency(_Own())
    return QueueLimits(calendar=calendar, zone=zone, until=said.until, usual=usual, own=MappingProxyType(own))
