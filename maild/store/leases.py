"""Who holds a lease, and whether they still live: work of a killed process need not wait for its lease to end."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from pathlib import Path

from maild.ports import Store


def owner() -> str:
    """This process, by host, process id and start time: no other process ever has the same name."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def free_dead(store: Store, now: datetime) -> int:
    """End the leases of processes of this host that have died; returns how many mails and notices are free again.

    Leases of other hosts are left to run out: nobody here can tell whether their holder lives.
    """
    freed = 0
    with store.begin() as uow:
        for name in uow.mails.owners():
            freed += uow.mails.free(name) if _dead(name) else 0
        for name in uow.outbox.owners():
            freed += uow.outbox.free(name, now) if _dead(name) else 0
    return freed


def _dead(name: str) -> bool:
    host, _, rest = name.partition(":")
    pid, _, started = rest.partition(":")
    if host != socket.gethostname() or not pid.isdecimal() or not started:
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process began, in clock ticks since the boot (proc(5), stat field 22), with the boot; '' if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # The command's name, in brackets, may hold anything.
    return f"{_boot()}-{stat.rpartition(')')[2].split()[19]}"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:  # ProcSubset=pid hides it; the start time alone is nearly as good
        return ""
