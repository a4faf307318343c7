"""By when what waits for a librarian must be done, and what goes first. Pure; the table is rules/queue.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo
from types import MappingProxyType

from maild.domain.calendar import Calendar, Limit
from maild.domain.incoming.cause import Cause
from maild.domain.records.journal import ReviewItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """Of a cause. days: working days after the day it came, 0: no limit; priority: the lower goes first."""

    days: int = 1
    priority: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimits:
    """until: the office's hour at which a working day ends, in `zone`; usual: of every cause that `own` has not."""

    calendar: Calendar = field(default_factory=Calendar)
    zone: tzinfo = UTC
    until: time = time(17)
    usual: Urgency = field(default_factory=Urgency)
    own: Mapping[Cause, Urgency] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, cause: Cause) -> Urgency:
        """How urgent items of that cause are."""
        return self.own.get(cause, self.usual)

    def limit(self, item: ReviewItem) -> Limit | None:
        """When the item must be done; None where its cause has no limit, or nobody knows since when it waits.

        Limit.unknown names the years on the way whose working days are not known: then it is reckoned with Monday to
        Friday, and has to be told so.
        """
        days = self.of(item.cause).days
        if not days or item.created is None:
            return None
        came = item.created.astimezone(self.zone).date()
        reckoned = self.calendar.add_working_days(came, days)
        at = datetime.combine(reckoned.day, self.until, tzinfo=self.zone).astimezone(UTC)
        return Limit(at=at, unknown=reckoned.unknown)


def due_of(item: ReviewItem, limits: QueueLimits) -> datetime | None:
    """The moment of QueueLimits.limit, for those who only sort and count."""
    limit = limits.limit(item)
    return limit.at if limit else None
