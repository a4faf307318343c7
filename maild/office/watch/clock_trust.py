"""Whether the clock is to be believed before time is allowed to move anything.

A clock that jumps makes every loan overdue, or none. What time drives (reminders, overdue, closing) is held after a
jump of more than a day: against the seconds that passed, or against what stands in the database when maild starts. It
goes on when the clock is back, when the mail server's clock agrees with it (the arrival of a new mail), or when a
person says that it is right (maild clock confirm). The hold is kept in the history: a restart does not forget it.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.domain.desk.listing import JournalFilter
from maild.domain.operation.steps import IMPLAUSIBLE, Steps
from maild.domain.operation.trouble import Sign, TroubleCause
from maild.domain.records.journal import JournalEntry, MailRecord
from maild.office.acting.act import act
from maild.office.acting.result import ActResult, Apart
from maild.office.watch import SAY
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

AWAY = timedelta(days=30)  # so long a machine may have been off after its clock was put right
CLOCK = "clock"  # what its lines of history are called
HELD, RIGHT, CONFIRMED = "held", "right", "confirmed"


class ClockTrust:
    """Asked before what time drives is done, and by the watch every few seconds. Used from several threads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._steps, self._lock = Steps(), threading.Lock()
        self._seen = -1  # the last line about the clock

    def signs(self) -> tuple[Sign, ...]:
        """That the clock was set, for an hour; by more than a day, until it is believed. Asks nobody but the clock."""
        with self._lock:
            step = self._steps.look(self._clock.now(), self._clock.monotonic())
        if not step:
            return ()
        span = _span(abs(step))
        what = SAY("set_ahead", span=span) if step > timedelta(0) else SAY("set_back", span=span)
        return (Sign(cause=TroubleCause.CLOCK_JUMPED, what=what, remedy=SAY("set_clock")),)

    def held(self) -> str:
        """Why nothing is to be done by the clock now; '' while it is believed. Raises what the store does."""
        with self._lock:
            return self._held(self._clock.now(), self._clock.monotonic())

    def _held(self, now: datetime, monotonic: float) -> str:
        started = self._steps.expected(monotonic) is None
        if not started:
            self._steps.look(now, monotonic)
        with self._store.begin() as uow:
            line, mail = last_line(uow), next(iter(uow.mails.find(limit=1)), None)
            why, before = "", line.id if line else 0
            if line is not None and line.after == HELD:
                why = self._still(uow, line, mail, now, monotonic)
            elif started or before == self._seen:  # else a person has just said that it is right
                why = self._jumped(uow, line, mail, now, monotonic)
        self._seen = before
        expected = self._steps.expected(monotonic)
        if not why and (expected is None or not near(expected, now)):
            self._steps.believe(now, monotonic)  # on somebody else's word
        return why

    @act("clock.confirm")
    def confirm(self, *, actor: str) -> ActResult:
        """Say that the clock is right: what time drives goes on."""
        now = self._clock.now()
        with self._store.begin() as uow:
            _write(uow, now, CONFIRMED, "", actor=actor)
        return Apart(done=SAY("clock_right", moment=f"{now:%Y-%m-%d %H:%M}"))

    def _jumped(
        self, uow: UnitOfWork, line: JournalEntry | None, mail: MailRecord | None, now: datetime, monotonic: float
    ) -> str:
        expected = self._steps.expected(monotonic)
        if expected is None:  # maild has just started
            confirmed = line is not None and near(line.at, now)
            expected = now if confirmed else _last_moment(uow, mail) or now
        if near(expected, now):
            return ""
        came = mail.received if mail is not None else None
        if came is not None and near(came, now) and came > expected + IMPLAUSIBLE:
            return ""  # it came after that, by the mail server's clock
        why = SAY("clock_wrong", moment=f"{now:%Y-%m-%d %H:%M}", other=f"{expected:%Y-%m-%d %H:%M}")
        _write(uow, now, HELD, why, mail=mail.id if mail else 0, expected=expected.isoformat())
        return why

    def _still(
        self, uow: UnitOfWork, line: JournalEntry, mail: MailRecord | None, now: datetime, monotonic: float
    ) -> str:
        """Why the hold goes on; '' where the clock is back, or a mail that came since agrees with it."""
        expected = self._steps.expected(monotonic)
        kept = datetime.fromisoformat(str(line.data["expected"]))
        back = near(expected, now) if expected else -IMPLAUSIBLE <= now - kept <= AWAY and not near(line.at, now)
        if back:
            _write(uow, now, RIGHT, SAY("clock_back"))
            return ""
        known = int(str(line.data["mail"]))
        if mail is not None and mail.id > known and mail.received is not None and near(mail.received, now):
            _write(uow, now, RIGHT, SAY("server_agrees"))
            return ""
        return next(iter(line.reasons), "")


def last_line(uow: UnitOfWork) -> JournalEntry | None:
    """The last line of history about the clock."""
    return next(iter(uow.listings.journal.page(JournalFilter(what=CLOCK), limit=1).items), None)


def near(one: datetime, other: datetime) -> bool:
    """Whether two moments may be of the same clock."""
    return abs(one - other) <= IMPLAUSIBLE


def _last_moment(uow: UnitOfWork, mail: MailRecord | None) -> datetime | None:
    """When anything was written down last."""
    moments = [beat.seen for beat in uow.heartbeats.all()]
    moments += [line.at for line in uow.listings.journal.page(JournalFilter(), limit=1).items]
    if mail is not None and mail.stored is not None:
        moments.append(mail.stored)
    return max(moments, default=None)


def _write(uow: UnitOfWork, now: datetime, after: str, why: str, *, actor: str = "maild", **data: object) -> None:
    reasons = (why,) if why else ()
    uow.journal.add([JournalEntry(what=CLOCK, at=now, actor=actor, after=after, reasons=reasons, data=data)])


def _span(step: timedelta) -> str:
    minutes = round(step / timedelta(minutes=1))
    if minutes < 120:
        return SAY("minutes", count=minutes)
    return SAY("hours", count=minutes // 60) if minutes < 2880 else SAY("days", count=minutes // 1440)
