"""The lookout: keeps the list of troubles, and tells people and the dead man's switch by other roads than mail.

It begins before the database answers, and what may wait has a thread of its own: what hangs or is locked cannot keep it
from telling.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from maild.daemon import logs
from maild.daemon.heart import Heart
from maild.daemon.progress import Progress
from maild.daemon.services import Services
from maild.daemon.texts import SAY
from maild.daemon.ticks import Turn
from maild.daemon.trouble import Troubles
from maild.domain.errors import Temporary
from maild.domain.operation.metric import ALARMS
from maild.domain.operation.trouble import Sign, TroubleCause

if TYPE_CHECKING:
    from maild.office.watch.alarming import Alarms

QUIET_SECONDS = 1.0  # how often the alarms are asked while nothing is amiss
PATIENCE_SECONDS = 8.0  # a beat that waits longer for the database: nothing can be written down
ROAD, HEARTBEAT = "alarm ", "heartbeat"  # how trouble with a road of the alarms is called
WATCH_SECONDS = 5.0  # how often what lies on this machine is looked at; each look has times of its own


class Watch(Protocol):
    """Looks at what no loop runs into before it is too late."""

    def look(self) -> Sequence[Sign]:
        """What is amiss now."""


class Lookout:
    """Three turns of the daemon's tick: the list, the watch, the alarms."""

    def __init__(
        self, services: Services, trouble: Troubles, progress: Progress, heart: Heart, watch: Watch | None
    ) -> None:
        self._services, self._trouble, self._progress, self._heart = services, trouble, progress, heart
        self._watch = watch
        self._log = logs.get()
        self._told = float("-inf")
        self._alarms: Alarms | None = None  # as they were told last
        self.working = False  # the loops have started

    def turns(self) -> Sequence[Turn]:
        """For the tick. The list is brought up to date on the event loop: that waits for nobody."""
        return (
            Turn(name="list of troubles", work=self._look, at_once=True),
            Turn(name="watch", work=self._see, seconds=WATCH_SECONDS),
            Turn(name="alarms", work=self._tell, due=self._may_tell),
        )

    def _may_tell(self) -> bool:
        """At each tick while there is anything on the list, and otherwise now and then: for the dead man's switch.

        Where there are no alarms, once: what is known of those that were set before is over.
        """
        if self._services.alarms is None and self._alarms is None:
            return False
        return bool(self._trouble.list) or time.monotonic() >= self._told + QUIET_SECONDS

    def _look(self) -> None:
        stalled = self._progress.stalled_names()
        self._trouble.found("stalled", [Sign(cause=TroubleCause.LOOP_STALLED, about=name) for name in stalled])
        # Errors come only when the driver's patience ends, from a server that hangs perhaps never.
        waits = [Sign(cause=TroubleCause.DATABASE_AWAY, what=SAY("takes_no_writes"))]
        self._trouble.found("heart", waits if self._heart.waiting > PATIENCE_SECONDS else [])
        if self._trouble.look(self._services.clock.now()):
            self._heart.hurry()

    def _see(self) -> None:
        if self._watch is not None:
            self._trouble.found("watch", self._watch.look())

    def _tell(self) -> None:
        self._told = time.monotonic()
        self._alarms = alarms = self._services.alarms
        self._trouble.only(ROAD, [*alarms.roads, *([HEARTBEAT] if alarms.beats else [])] if alarms else [])
        if alarms is None:
            return
        self._send(alarms)
        if self.working and not self._trouble.unready and (fault := alarms.beat()) is not None:
            self._result(HEARTBEAT, fault)

    def _send(self, alarms: Alarms) -> None:
        began = time.monotonic()
        said = alarms.run_once(self._trouble.list)
        if said is None:
            return
        alarm, answers = said
        for answer in answers:
            self._services.tally.count(ALARMS, answer.road, "failed" if answer.fault else "told")
            self._result(answer.road, answer.fault)
        if any(not answer.fault for answer in answers):
            self._trouble.mark(alarm.all, self._services.clock.now())
            self._heart.hurry()
            self._log.info(
                "alarm",
                state=alarm.state.value,
                troubles=[one.cause.value for one in alarm.all],
                seconds=round(time.monotonic() - began, 2),
            )

    def _result(self, road: str, fault: str) -> None:
        if fault:
            self._trouble.note(f"{ROAD}{road}", Temporary(fault, remedy="maild alarm test"))
        else:
            self._trouble.over(f"{ROAD}{road}")
