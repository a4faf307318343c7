"""When a notice may go: quiet hours, and the daily mail of a patron who asked for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from maild.config import Settings
from maild.domain.hours import Hours, next_at, read_time
from maild.domain.outgoing.notice import OutboxEntry, to_staff
from maild.domain.requests.patron import Delivery, Patron
from maild.notify.writing import SAY
from maild.notify.writing.timing_policy import TimingPolicy

JUST_NOW = timedelta(hours=2)  # who has just written is awake
FOR_THE_DAY = "for the daily mail"
LET_GO = ("by ", "let go by ")  # begins the reply of a row that staff released, or sent as an answer
BY_HAND = "by_hand"  # key of NoticeRequest.data: who sent the notice by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The office's times; zone is the office's."""

    zone: ZoneInfo
    quiet: Hours | None
    daily_at: time
    timing_policy: TimingPolicy

    @classmethod
    def of(cls, settings: Settings, timing_policy: TimingPolicy) -> Timing:
        """As configured. The settings have been checked."""
        notices = settings.notices
        return cls(
            zone=ZoneInfo(settings.office.timezone),
            quiet=Hours.read(notices.quiet_hours),
            daily_at=read_time(notices.daily_at),
            timing_policy=timing_policy,
        )

    def gathered(self, entry: OutboxEntry, patron: Patron | None) -> bool:
        """Whether it goes into the patron's daily mail."""
        daily = patron is not None and patron.delivery is Delivery.DAILY
        return daily and entry.request.kind in self.timing_policy.can_wait and not self._by_a_person(entry)

    def go_from(self, entry: OutboxEntry, patron: Patron | None, now: datetime) -> tuple[datetime, str]:
        """The moment (UTC or the office's zone) from which it may go, and why it has to wait ('' if that is now)."""
        if to_staff(entry.request.kind) or self._by_a_person(entry) or _answers_at_once(entry, now):
            return now, ""
        start, why = now, ""
        if self.gathered(entry, patron):
            written = min(entry.created, now)  # a clock that was ahead must not keep it for long
            daily = next_at(written.astimezone(self.zone), self.daily_at)
            if daily > now:
                start, why = daily, FOR_THE_DAY
        quiet = self.quiet.until(start.astimezone(self.zone)) if self.quiet else None
        if quiet is not None and entry.request.kind not in self.timing_policy.at_night:
            return quiet, why or SAY("quiet_hours")
        return start, why

    def _by_a_person(self, entry: OutboxEntry) -> bool:
        """A librarian sent it, or let it go: that is a decision of now."""
        return bool(entry.request.data.get(BY_HAND)) or entry.reply.startswith(LET_GO)


def _answers_at_once(entry: OutboxEntry, now: datetime) -> bool:
    return bool(entry.request.reply_to) and now - entry.created <= JUST_NOW
