"""The daemon's heartbeat: other processes see in the database that it runs, and how it fares."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from maild import __version__
from maild.daemon.progress import Progress
from maild.daemon.services import Services
from maild.daemon.ticks import Turn
from maild.daemon.trouble import Troubles
from maild.domain.errors import MaildError, Permanent, Temporary
from maild.domain.operation.heartbeat import PERIOD, Heartbeat, Running
from maild.domain.operation.trouble import TroubleCause, of_data

if TYPE_CHECKING:
    from datetime import datetime

    from maild.office.safety.balance import BalanceSheet
    from maild.store.uow import UnitOfWork

_FOLDER = "mailbox "  # begins the names of the loops that watch a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """What became of the latest SIGHUP. asked: when it came; what: why it was refused, '' where it was not."""

    asked: datetime
    what: str = ""
    remedy: str = ""

    def row(self) -> dict[str, object]:
        return {"asked": self.asked.isoformat(), "ok": not self.what, "what": self.what, "remedy": self.remedy}


@dataclass(slots=True)
class Heart:
    """Beats from `begin` to `end`. A database that is away makes no noise here: the loops, and the lookout, say so.

    news: rings for the tick
    """

    services: Services
    progress: Progress
    trouble: Troubles
    status: Callable[[], str]
    started: datetime | None = None
    news: Callable[[], None] = lambda: None
    _balance: dict[str, object] = field(default_factory=dict)
    _confined: dict[str, str] = field(default_factory=dict)
    _reloaded: Reloaded | None = None
    _restored: bool = False
    _beating: bool = False
    _due: float = 0.0
    _begun: float | None = None

    def balanced(self, sheet: BalanceSheet) -> None:
        """The balance sheet was drawn up against the servers."""
        self._balance = {"even": sheet.even, "at": self.services.clock.now().isoformat(timespec="seconds")}

    def confined(self, measures: Mapping[str, str]) -> None:
        """What confines the readers: measure → '' in force, else why it is not."""
        self._confined = dict(measures)

    def reloaded(self, outcome: Reloaded) -> None:
        """A reload has ended: who waits for it reads so in the next beat, which is made at once."""
        self._reloaded = outcome
        self.hurry()

    @property
    def waiting(self) -> float:
        """Seconds for which a beat has been waiting for the database, 0 where none is."""
        begun = self._begun
        return 0.0 if begun is None else time.monotonic() - begun

    def begin(self) -> None:
        """Beat at once, and from now on."""
        self._beating = True
        self.hurry()

    def end(self) -> None:
        """Beat no more."""
        self._beating = False

    def hurry(self) -> None:
        """Beat soon: there is news."""
        self._due = 0.0
        self.news()

    def turns(self) -> Turn:
        """For the tick."""
        return Turn(name="heart", work=self.turn, due=self._is_due)

    def _is_due(self) -> bool:
        return self._beating and time.monotonic() >= self._due

    def turn(self) -> None:
        """A beat at once, then one a period, and one whenever there is news. Raises what no waiting mends."""
        if self._is_due():
            self._due = time.monotonic() + PERIOD.total_seconds()
            self._beat()

    async def stop(self) -> None:
        """The last word: it ended in order."""
        with suppress(MaildError):  # it ends all the same, and whoever waits for the beat misses it
            await asyncio.to_thread(self._beat, ended=True)

    def _beat(self, *, ended: bool = False) -> None:
        self._begun = time.monotonic()
        try:
            with self.services.store.begin() as uow:
                self._restore(uow)
                uow.heartbeats.beat(self._word(ended=ended))
                if (listener := getattr(self.services.store, "listener", None)) is not None:
                    listener.troubled(uow, self.trouble.list)
        except Temporary:
            self._due = 0.0  # at the next tick
        except Permanent:
            self._due = 0.0
            raise
        else:
            self._begun = None
            self.trouble.well(TroubleCause.DATABASE_AWAY)

    def _restore(self, uow: UnitOfWork) -> None:
        """The list of the process before this one on this host, once."""
        if not self._restored:
            known = next((one for one in uow.heartbeats.all(Running.DAEMON) if one.host == socket.gethostname()), None)
            self.trouble.restore(of_data(known.data) if known else ())
            self._restored = True

    def _word(self, *, ended: bool) -> Heartbeat:
        now = self.services.clock.now()
        self.started = self.started or now
        folders = {
            name.removeprefix(_FOLDER): (now - age).isoformat(timespec="seconds")
            for name, age in self.progress.answers().items()
            if name.startswith(_FOLDER)
        }
        word = Heartbeat(
            role=Running.DAEMON,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=__version__,
            started=self.started,
            seen=now,
            status=self.status(),
            data={
                "folders": folders,
                "trouble": str(self.trouble),
                "balance": self._balance,
                "confinement": self._confined,
                "troubles": [one.row() for one in self.trouble.list],
                "reload": self._reloaded.row() if self._reloaded else {},
            },
        )
        return replace(word, stopped=now) if ended else word
