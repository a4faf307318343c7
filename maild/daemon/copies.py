"""The loop that lays copies of what left into the folder of sent mail: beside the relay, and never in its way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from maild.daemon import logs
from maild.daemon.services import LayingService, Services
from maild.daemon.texts import SAY
from maild.domain.errors import Temporary
from maild.notify.sending.laying import LayingReport

NAME = "sent copies"


class CopyLayer:
    """In a thread, so that nothing waits for it."""

    idle_seconds = 5.0

    def __init__(self, services: Services, pause: Callable[[float], Awaitable[None]]) -> None:
        self._services, self._pause = services, pause

    @property
    def laying(self) -> LayingService | None:
        """What lays them; None where nobody wants any."""
        return getattr(self._services, "laying", None)

    async def turn(self) -> None:
        """Lay what is due, then wait a little. Raises Temporary where a copy is not taken, and as the folder does."""
        report = await asyncio.to_thread(self.laying.run_once) if self.laying is not None else LayingReport()
        if report != LayingReport():
            said = {"laid": report.laid, "refused": report.refused, "given_up": report.given_up, "gone": report.gone}
            logs.get().info(NAME, **said)
        if report.trouble:
            raise Temporary(SAY("copy_not_taken", reply=report.trouble))
        if not report.more:
            await self._pause(self.idle_seconds)

    def stop(self) -> None:
        """Begin no further copy."""
        if self.laying is not None:
            self.laying.stop()
