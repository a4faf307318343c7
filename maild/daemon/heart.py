"""The daemon's heartbeat: other processes see in the database that it runs, and how it fares."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from maild import __version__
from maild.daemon.progress import Progress
from maild.daemon.services import Services
from maild.daemon.trouble import Troubles
from maild.domain.errors import MaildError
from maild.domain.heartbeat import PERIOD, Heartbeat, Running

if TYPE_CHECKING:
    from datetime import datetime

    from maild.pipeline.balance import BalanceSheet

_FOLDER = "mailbox "  # begins the names of the loops that watch a folder


@dataclass(slots=True)
class Heart:
    """Beats until it is stopped. A database that is away makes no noise here: the loops say so."""

    services: Services
    progress: Progress
    trouble: Troubles
    status: Callable[[], str]
    started: datetime | None = None
    _balance: dict[str, object] = field(default_factory=dict)
    _confined: dict[str, str] = field(default_factory=dict)

    def balanced(self, sheet: BalanceSheet) -> None:
        """The balance sheet was drawn up against the servers."""
        self._balance = {"even": sheet.even, "at": self.services.clock.now().isoformat(timespec="seconds")}

    def confined(self, measures: Mapping[str, str]) -> None:
        """What confines the readers: measure → '' in force, else why it is not."""
        self._confined = dict(measures)

    async def run(self) -> None:
        """A beat at once, and then one a period."""
        while True:
            await asyncio.to_thread(self._beat)
            await asyncio.sleep(PERIOD.total_seconds())

    async def stop(self) -> None:
        """The last word: it ended in order."""
        await asyncio.to_thread(self._beat, ended=True)

    def _beat(self, *, ended: bool = False) -> None:
        try:
            with self.services.store.begin() as uow:
                uow.heartbeats.beat(self._word(ended=ended))
        except MaildError:
            return

    def _word(self, *, ended: bool) -> Heartbeat:
        now = self.services.clock.now()
        self.started = self.started or now
        folders = {name.removeprefix(_FOLDER): (now - age).isoformat(timespec="seconds")
                   for name, age in self.progress.ages().items() if name.startswith(_FOLDER)}  # fmt: skip
        word = Heartbeat(
            role=Running.DAEMON, host=socket.gethostname(), pid=os.getpid(), version=__version__, started=self.started,
            seen=now, status=self.status(),
            data={"folders": folders, "trouble": str(self.trouble), "balance": self._balance,
                  "confinement": self._confined},
        )  # fmt: skip
        return replace(word, stopped=now) if ended else word
