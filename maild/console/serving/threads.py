"""Threads for what blocks, some for each kind: what is slow in one holds nobody up in another.

Pages are made two at a time, and the others wait for their turn: Python works on one at once anyway, so side by side
each would take as long as all of them, and the largest the longest; while one waits for the database another goes on.
Acts run on the threads that Starlette has for everybody. Whoever asks for pictures that take their readers seconds, or
tries passwords from a thousand addresses, waits for threads of their own; where too many wait, the next are told so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from maild.console import SAY
from maild.domain import SAY as DOMAIN
from maild.domain.errors import Temporary

PAGES, DOOR, SSO, SLOW, FILES = 2, 4, 4, 8, 8  # threads
MOST_WAITING = 100
P = ParamSpec("P")
T = TypeVar("T")


def _threads(threads: int) -> Callable[[], CapacityLimiter]:
    return partial(CapacityLimiter, threads)


@dataclass(frozen=True, slots=True)
class Threads:
    """pages: reading what they show, and drawing; door: passwords, which take memory; sso: waits for the provider;
    files: mails and pictures made fit to be shown; slow: what pages and acts read that open mails, or ask servers.
    """

    pages: CapacityLimiter = field(default_factory=_threads(PAGES))
    door: CapacityLimiter = field(default_factory=_threads(DOOR))
    sso: CapacityLimiter = field(default_factory=_threads(SSO))
    slow: CapacityLimiter = field(default_factory=_threads(SLOW))
    files: CapacityLimiter = field(default_factory=_threads(FILES))


async def run(limiter: CapacityLimiter | None, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """The function's value, from one of those threads; None: of those for everybody. Raises Temporary, and what the
    function raises."""
    if limiter is not None and limiter.statistics().tasks_waiting >= MOST_WAITING:
        raise Temporary(SAY("too_many_wait"), remedy=DOMAIN("try_again"))
    return await to_thread.run_sync(partial(function, *args, **more), limiter=limiter)
