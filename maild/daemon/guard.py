"""What a fault of a loop or a job comes to: it is noted, and after a pause begun again; no other loop stops.

The only broad excepts of the daemon are here.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Awaitable, Callable
from typing import Protocol

from maild.daemon.jobs.schedule import Again
from maild.daemon.progress import Progress
from maild.daemon.trouble import Troubles
from maild.domain.errors import Permanent
from maild.domain.operation.backoff import Backoff

TEMPORARY_PAUSE = Backoff(base=0.5, cap=30.0)
PERMANENT_PAUSE = Backoff(base=10.0, cap=300.0)  # somebody has to mend it; look again now and then


class Turning(Protocol):
    """What a thread of its own does again and again: a folder's watcher, the short look."""

    name: str

    def turn(self) -> None: ...


class Guard:
    """Of one daemon. again: jobs that failed, to be made up for; stopping: set when it ends; pause: waits so many
    seconds, or until it ends.
    """

    def __init__(
        self,
        trouble: Troubles,
        progress: Progress,
        again: Again,
        stopping: threading.Event,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._trouble, self._progress, self.again = trouble, progress, again
        self._stopping, self._pause = stopping, pause

    def watch(self, watcher: Turning) -> None:
        """A thread's whole life: turn after turn, until the daemon ends."""
        failures = 0
        while not self._stopping.is_set():
            try:
                watcher.turn()
                failures = 0
                self._trouble.over(watcher.name)
            except Exception as error:  # noqa: BLE001 - a supervisor's duty: log it, begin again
                failures += 1
                if not self._stopping.is_set():
                    self._trouble.note(watcher.name, error)
                    self._stopping.wait(_pause_after(error, failures))
            self._progress.stamp(watcher.name)
        self._progress.dismiss(watcher.name)

    async def repeat(self, name: str, turn: Callable[[], Awaitable[None]]) -> None:
        """A loop's whole life: turn after turn, until the daemon ends."""
        failures = 0
        while not self._stopping.is_set():
            try:
                await turn()
                failures = 0
                self._trouble.over(name)
            except Exception as error:  # noqa: BLE001 - a supervisor's duty: log it, begin again
                failures += 1
                self._trouble.note(name, error)
                await self._pause(_pause_after(error, failures))
            self._progress.stamp(name)
        self._progress.dismiss(name)

    def guarded(self, name: str, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """The job that raises nothing: its trouble is noted, and over when it works."""

        async def run() -> None:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - a supervisor's duty: log it, the next run tries again
                self._trouble.note(name, error)
            else:
                self._trouble.over(name)

        return run

    def job(self, name: str, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """Guarded; and where it fails, done again soon."""

        async def noted() -> None:
            try:
                await job()
            except Exception:
                self.again.failed(name, guarded)
                raise
            self.again.worked(name)

        guarded = self.guarded(name, noted)
        return guarded


def _pause_after(error: BaseException, failures: int) -> float:
    # A full disk or a locked database is mended elsewhere, perhaps in a moment: nobody is bothered by asking again.
    lasting = isinstance(error, Permanent) and error.trouble is None
    backoff = PERMANENT_PAUSE if lasting else TEMPORARY_PAUSE
    return backoff.delay(failures, random.random())  # noqa: S311 - jitter, no secret
