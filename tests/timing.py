"""How long something takes, on a machine where other things run beside it."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from pathlib import Path


def quickest(act: Callable[[], object], limit: float, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the quickest of up to three times; the first that is within `limit` is taken.

    What is really too slow is so each time; what another process held up, or what the tests before it left in memory for
    Python to look through, is not.
    """
    spent: list[float] = []
    gc.freeze()  # and never unfrozen: with it would come back what tests/conftest.py has frozen
    while not spent or (spent[-1] > limit and len(spent) < 3):
        began = clock()
        act()
        spent.append(clock() - began)
    return min(spent)


def patience(seconds: float) -> float:
    """How long to wait for what takes so long at most where there is a core for each who wants one: in proportion longer where
    more want one (load of the last minute, getloadavg(3)), up to three times. For ends of waiting, not for what is measured.
    """
    return seconds * min(max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0))), 3.0)


def with_children() -> float:
    """Processor seconds of this process and of the processes it started, alive or waited for (proc(5), stat)."""
    parents, spent = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        pid = int(stat.parent.name)
        parents[pid], spent[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(spent[pid] for pid in family if pid in spent) / os.sysconf("SC_CLK_TCK")
