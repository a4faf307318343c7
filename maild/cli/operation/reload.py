"""maild reload: let the running daemon read its settings and rules anew, and tell how it went."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.domain.errors import NotFound, Permanent, Temporary

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.domain.operation.heartbeat import Heartbeat

LOOK_SECONDS = 0.2
SLACK = timedelta(seconds=0.2)  # between the signal and the start of this process, where another one sent it


def reload(
    sent: Annotated[
        bool, typer.Option("--sent", help="SIGHUP was sent already (systemd, Type=notify-reload).")
    ] = False,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long to wait for the outcome.")] = 60.0,
) -> None:
    """Read settings, rules and templates anew, all or nothing. Exit 1, saying why, where the daemon refuses them."""
    with services() as made:
        asked = made.clock.now() - (_age() + SLACK if sent else timedelta(0))
        known = _daemon(made)
        if not sent:
            os.kill(known.pid, signal.SIGHUP)
        outcome = _outcome(made, known.pid, asked, seconds)
    if not outcome.get("ok"):
        raise Permanent(
            f"not reloaded, all goes on as before: {outcome.get('what')}", remedy=str(outcome.get("remedy") or "")
        )
    show.done("reloaded: new settings, rules and templates are in force", reloaded=True)


def _daemon(made: Services) -> Heartbeat:
    """The daemon of this host."""
    from maild.domain.operation.heartbeat import Pulse, Running

    now = made.clock.now()
    with made.store.read() as uow:
        beats = uow.heartbeats.all(Running.DAEMON)
    for beat in beats:
        if beat.host == socket.gethostname() and beat.pulse(now) is Pulse.ALIVE:
            return beat
    raise NotFound("no daemon runs on this host", remedy="systemctl start maild")


def _outcome(made: Services, pid: int, asked: datetime, seconds: float) -> Mapping[str, object]:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        said = _daemon(made)
        told = said.data.get("reload") if said.pid == pid else None
        if isinstance(told, Mapping) and told.get("asked") and datetime.fromisoformat(str(told["asked"])) >= asked:
            return told
        time.sleep(LOOK_SECONDS)
    raise Temporary(f"the daemon has not told in {seconds:g} s how it went", remedy="journalctl -u maild")


def _age() -> timedelta:
    """How long this process has run, by the kernel's clock (proc_pid_stat(5), field 22)."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK"))
