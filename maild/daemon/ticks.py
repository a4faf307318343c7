"""What is looked at again and again: one tick for all, so that an idle machine is woken once, not thrice.

Who has news rings for the next tick; in between only time can bring something.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from maild.daemon.bell import LoopBell

TICK_SECONDS = 1.0  # how soon is told what only time brings


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something repeated for ever, never two of it at a time; one that hangs keeps no other from its turn.

    seconds: at least so long between two
    due: whether there is anything to do, asked at each tick on the event loop: it may not wait
    work: done in a thread, unless `at_once`: then on the event loop, where it may not wait either
    """

    name: str
    work: Callable[[], None]
    seconds: float = 0.0
    due: Callable[[], bool] = lambda: True
    at_once: bool = False


Guard = Callable[[str, Callable[[], Awaitable[None]]], Callable[[], Awaitable[None]]]


async def tick(turns: Sequence[Turn], guarded: Guard, news: LoopBell) -> None:
    """Until cancelled. guarded: (name, job) → the job, whose failures are told; news: rings for the next tick."""
    jobs = {turn.name: guarded(turn.name, _job(turn)) for turn in turns}
    running: dict[str, asyncio.Task[None]] = {}
    again = dict.fromkeys(jobs, 0.0)
    while True:
        for turn in turns:
            known = running.get(turn.name)
            if (known is None or known.done()) and time.monotonic() >= again[turn.name] and turn.due():
                again[turn.name] = time.monotonic() + turn.seconds
                if turn.at_once:
                    await jobs[turn.name]()
                else:
                    running[turn.name] = asyncio.ensure_future(jobs[turn.name]())
        await news.wait(TICK_SECONDS)


def _job(turn: Turn) -> Callable[[], Awaitable[None]]:
    async def job() -> None:
        if turn.at_once:
            turn.work()
        else:
            await asyncio.to_thread(turn.work)

    return job
