"""The service manager's protocol (sd_notify(3)): datagrams of VARIABLE=value lines to $NOTIFY_SOCKET."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping


class Notifier:
    """Tells the service manager how we are; does nothing where there is none. Never raises, never blocks."""

    def __init__(self, address: str = "", watchdog_seconds: float = 0.0) -> None:
        """`address`: a path, or '@name' in the abstract namespace; '' for no service manager."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = watchdog_seconds
        self._status = ""
        self._socket: socket.socket | None = None
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], pid: int) -> Notifier:
        """From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; a watchdog meant for another process is not ours."""
        micros = environ.get("WATCHDOG_USEC", "")
        ours = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
        seconds = int(micros) / 1e6 if ours and micros.isascii() and micros.isdigit() else 0.0
        return cls(environ.get("NOTIFY_SOCKET", ""), seconds)

    def send(self, **variables: str) -> None:
        """Send assignments in one datagram. A full or vanished socket is no reason to fail."""
        if self._socket is None:
            return
        message = "\n".join(f"{name}={value}" for name, value in variables.items())
        with contextlib.suppress(OSError):
            self._socket.sendto(message.encode(), self._address)

    def ready(self) -> None:
        """Started, or done with reloading."""
        self.send(READY="1")

    def reloading(self) -> None:
        """RELOADING=1 with the monotonic time, as Type=notify-reload wants it."""
        self.send(RELOADING="1", MONOTONIC_USEC=str(time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000))

    def stopping(self) -> None:
        self.send(STOPPING="1")

    def alive(self) -> None:
        """Feed the watchdog."""
        self.send(WATCHDOG="1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`; repetitions are not sent."""
        line = " ".join(text.split())[:500]
        if line != self._status:
            self._status = line
            self.send(STATUS=line)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
