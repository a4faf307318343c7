"""How long who typed wrong passwords has to wait. In the database, so that all hosts count together.

No account is ever locked: waits grow to a quarter of an hour, and end. Tries from elsewhere hold an account's own
people up only when there are very many, and never where they have been signed in before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from maild.config import Console
from maild.domain.errors import Temporary
from maild.ports import UnitOfWork

WINDOW = timedelta(hours=24)  # older tries are forgotten
FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
ANYWHERE = 10  # times as many tries from all places together
ENOUGH = 200  # more are not looked at: the wait is the longest long before
NO_WAIT = timedelta(0)


class MustWait(Temporary):
    """Too many wrong passwords: nothing was looked at. `seconds`: how long, rounded up."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__("too many wrong passwords", remedy=f"wait {self.seconds} seconds")


def wait(tries: Sequence[datetime], free: int, now: datetime) -> timedelta:
    """How long until the next, after these (newest first): `free` come at once, then 30 s, 1, 2, 4, 8, 15 minutes."""
    if len(tries) < free:
        return NO_WAIT
    pause = min(FIRST * (1 << min(len(tries) - free, 10)), LONGEST)
    return max(tries[0] + pause - now, NO_WAIT)


def remaining(uow: UnitOfWork, name: str, origin: str, console: Console, now: datetime) -> timedelta:
    """How long a try for this account from there has to wait."""
    since = now - WINDOW
    of_account = uow.failed_logins.of_account(name, since, ENOUGH)
    here = [at for at, place in of_account if place == origin]
    waits = [
        wait(here, console.login_tries, now),
        wait(uow.failed_logins.of_origin(origin, since, ENOUGH), console.login_tries_origin, now),
    ]
    everywhere = wait([at for at, _ in of_account], console.login_tries * ANYWHERE, now)
    if everywhere and not any(known.origin == origin for known in uow.sessions.of_account(name)):
        waits.append(everywhere)
    return max(waits)
