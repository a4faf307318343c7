"""How long who typed wrong passwords has to wait. In the database, so that all hosts count together.

No account is ever locked: only a place that typed wrong passwords itself waits, up to a quarter of an hour. While very
many places try an account, each has one try before it waits, but for those where somebody is signed in: its owner gets
in from anywhere with the right password, and nobody can keep an administrator out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.config import Console
from maild.console import SAY
from maild.domain.errors import Temporary

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


WINDOW = timedelta(hours=24)  # older tries are forgotten
FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
ANYWHERE = 10  # times as many tries from all places together: a storm
IN_A_STORM = 1  # tries of a place before it waits
ENOUGH = 200  # more are not looked at: the wait is the longest long before
NO_WAIT = timedelta(0)


class MustWait(Temporary):
    """Too many wrong passwords: nothing was looked at. `seconds`: how long, rounded up."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(SAY("too_many_wrong"), remedy=SAY("wait_seconds", count=self.seconds))


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
    storm = len(of_account) >= console.login_tries * ANYWHERE
    known = storm and any(session.origin == origin for session in uow.sessions.of_account(name))
    free = IN_A_STORM if storm and not known else console.login_tries
    return max(
        wait(here, free, now),
        wait(uow.failed_logins.of_origin(origin, since, ENOUGH), console.login_tries_origin, now),
    )
