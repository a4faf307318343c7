"""The first look at each account: has the server seen a later state of this office than the database knows?

Until it has been tried nothing is processed and nothing sent; see maild.office.safety.recollect.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from maild.daemon import logs
from maild.daemon.services import Services
from maild.domain.errors import MaildError

if TYPE_CHECKING:
    from maild.office.safety.recollect import Recollected

LOOK_SECONDS = 0.02
TRIES = 5  # a server that refuses the look so often, and lets mail be read, must not keep it from being read


class Looking:
    """Used by the folders' threads: of an account's, the first looks and the others wait for it."""

    def __init__(self, services: Services, accounts: Collection[str]) -> None:
        self._services = services
        self._locks = {account: threading.Lock() for account in accounts}
        self._done: set[str] = set()
        self._tried: set[str] = set()
        self._failed: Counter[str] = Counter()

    def look(self, account: str) -> None:
        """Look, unless it has been done. Raises Temporary or Permanent as the server does; it is tried again then, up
        to TRIES times.
        """
        with self._locks[account]:
            if account in self._done:
                return
            try:
                found = self._services.recollect(account)
                self._done.add(account)
            except MaildError as error:
                self._failed[account] += 1
                if self._failed[account] < TRIES:
                    raise
                self._done.add(account)
                logs.get().error("recollect", mailbox=account, given_up=error.what, remedy="maild balance")
                return
            finally:
                self._tried.add(account)  # a server that does not answer must not keep notices from leaving
        if found.mails or found.older:
            self._say(account, found)

    async def tried(self, stopping: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """Until every account has been looked at once, or its server has failed to let us; `beat` shows headway."""
        while not stopping.is_set() and self._tried < self._locks.keys():
            beat()
            await asyncio.sleep(LOOK_SECONDS)

    def _say(self, account: str, found: Recollected) -> None:
        logs.get().warning(
            "recollect",
            mailbox=account,
            mails=found.mails,
            older_state=found.older,
            notices_held=found.held,
            remedy="look at what is held: maild outbox list --state in_doubt",
        )
