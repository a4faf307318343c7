"""Who holds a lease, and whether they still live: work of a killed process need not wait for its lease to end."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maild.store.uow import Store


def owner() -> str:
    """This process, by place, process id and start time: no other process ever has the same name."""
    return f"{_place()}:{os.getpid()}:{_started(os.getpid())}"


def free_dead(store: Store, now: datetime) -> int:
    """End the leases of processes of this host that have died; returns how much is free again.

    Leases from other hosts and containers are left to run out: nobody here can tell whether their holder lives.
    """
    freed = 0
    with store.begin() as uow:
        for name in uow.mails.owners():
            freed += uow.mails.free(name) if _dead(name) else 0
        for name in uow.outbox.owners():
            freed += uow.outbox.free(name, now) if _dead(name) else 0
        for name in uow.events.owners():
            freed += uow.events.free(name, now) if _dead(name) else 0
    return freed


def _dead(name: str) -> bool:
    """Certainly dead: of this place, and its process id is free or in other hands."""
    place, pid, started = [*name.rsplit(":", 2), "", ""][:3]
    if place != _place() or not pid.isdecimal() or not started:
        return False
    found = _started(int(pid))
    if found:
        return found != started
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # another user's, hidden from us: it lives
    return False


def _place() -> str:
    """Host and PID namespace: within one place, and only there, a process id means one process."""
    try:
        namespace = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        namespace = 0
    return f"{socket.gethostname()}/{namespace}"


def _started(pid: int) -> str:
    """When a process began, in clock ticks since the boot (proc(5), field 22 of stat); '' if it cannot be seen."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # The command's name, in brackets, may hold anything. A zombie ('Z') is as dead as can be.
    fields = stat.rpartition(")")[2].split()
    return f"{fields[19]}{'-zombie' if fields[0] == 'Z' else ''}"
