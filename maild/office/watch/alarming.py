"""Telling people by another road than mail that maild itself does not work, and that it is well again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.config import Alarm as Options
from maild.domain.operation.alarm import Alarm, AlarmTimes, Letter, RoadAnswer, due
from maild.domain.operation.backoff import Backoff
from maild.domain.operation.trouble import Trouble
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.hooks.roads import Roads

AGAIN = Backoff(base=30.0, cap=900.0, jitter=0.0)  # a receiver that could not be reached


class Alarms:
    """Decides when an alarm leaves, and sends it. Used from one thread. say: English → the staff's language."""

    def __init__(
        self,
        roads: Roads,
        letter: Letter,
        options: Options,
        clock: Clock,
        say: Callable[[str], str] = lambda sentence: sentence,
    ) -> None:
        self._roads, self._letter, self._clock, self.say = roads, letter, clock, say
        self._times = AlarmTimes(
            after=timedelta(minutes=options.after_minutes),
            cooldown=timedelta(minutes=options.cooldown_minutes),
            again=timedelta(hours=options.again_hours),
        )
        self._every = options.heartbeat_minutes * 60.0 if options.heartbeat else 0.0
        self._beat_at = self._retry_at = float("-inf")
        self._latest: datetime | None = None
        self._failures = 0

    @property
    def roads(self) -> tuple[str, ...]:
        """The roads that are set."""
        return self._roads.names

    @property
    def beats(self) -> bool:
        """Whether a dead man's switch is told that we live."""
        return bool(self._every)

    def run_once(self, troubles: Sequence[Trouble]) -> tuple[Alarm, tuple[RoadAnswer, ...]] | None:
        """Send what is due of these; what was said, and what each road answered. None: nothing was due."""
        if not self.roads or self._clock.monotonic() < self._retry_at:
            return None
        now = self._clock.now()
        # A process before this one may have told of what lasts.
        latest = max((moment for moment in (self._latest, *(one.told for one in troubles)) if moment), default=None)
        alarm = due(troubles, self._letter.rules, self._times, latest, now)
        if alarm is None:
            return None
        answers = self.send(alarm)
        if all(answer.fault for answer in answers):
            self._failures += 1
            self._retry_at = self._clock.monotonic() + AGAIN.delay(self._failures)
        else:
            self._latest, self._failures = now, 0
        return alarm, answers

    def send(self, alarm: Alarm) -> tuple[RoadAnswer, ...]:
        """Say it on all roads at once; an alarm of nothing is a test."""
        now = self._clock.now()
        return self._roads.send(self._letter.text(alarm, self.say), self._letter.data(alarm, now, self.say), now)

    def beat(self) -> str | None:
        """The dead man's heartbeat, where it is time for one: why it was not answered, '' where it was."""
        if not self._every or self._clock.monotonic() - self._beat_at < self._every:
            return None
        self._beat_at = self._clock.monotonic()
        return self._roads.beat()
