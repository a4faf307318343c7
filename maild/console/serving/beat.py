"""The console's heartbeat: other processes see in the database that it runs, and where."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING

from maild import __version__
from maild.domain.errors import MaildError
from maild.domain.operation.heartbeat import PERIOD, Heartbeat, Running

if TYPE_CHECKING:
    from maild.bootstrap import Services


class Beat:
    """Beats while the block runs, and says at its end that it ended in order. A database that is away is no matter."""

    def __init__(self, services: Services, url: str) -> None:
        now = services.clock.now()
        self._services = services
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)
        self._word = Heartbeat(
            role=Running.CONSOLE,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=__version__,
            started=now,
            seen=now,
            status=url,
        )

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(PERIOD.total_seconds())
        self._say(ended=True)

    def _run(self) -> None:
        self._say()
        while not self._ended.wait(PERIOD.total_seconds()):
            self._say()

    def _say(self, *, ended: bool = False) -> None:
        now = self._services.clock.now()
        word = replace(self._word, seen=now, stopped=now if ended else None)
        try:
            with self._services.store.begin() as uow:
                uow.heartbeats.beat(word)
        except MaildError:
            return
