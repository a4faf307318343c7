"""Ports of this machine for servers that have to be told one.

A port that was free a moment ago may be taken when the server begins: the kernel hands those above 32767 to every
connection, and another process of the tests looks at the same time. So ports are chosen below those, and a lock on a byte
of one file says to the others which are in use.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
import threading
from pathlib import Path
from random import SystemRandom

FIRST = 10_000
TRIES = 200
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")  # ip(7)
# The file of locks, open until the process ends, with which they end, too (fcntl(2): a lock is its process's).
_CLAIMS = os.open(Path(tempfile.gettempdir()) / f"maild-ports-{os.getuid()}", os.O_RDWR | os.O_CREAT, 0o600)
_given: set[int] = set()  # by this process: its own locks do not keep it from them
_one_by_one = threading.Lock()


def free_port() -> int:
    """A TCP port on loopback that nobody listens on, and that is given to nobody else before this process ends.

    Raises OSError where none of some hundred is free.
    """
    choice = range(FIRST, _end())
    with _one_by_one:
        for port in SystemRandom().sample(choice, min(TRIES, len(choice))):
            if port not in _given and _is_free(port):
                _given.add(port)
                return port
    raise OSError(f"no port is free between {FIRST} and {_end()}")


def _is_free(port: int) -> bool:
    """Whether this process may have it; its lock is held then."""
    try:
        fcntl.lockf(_CLAIMS, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            fcntl.lockf(_CLAIMS, fcntl.LOCK_UN, 1, port)
            return False
    return True


def _end() -> int:
    """Where the kernel's own ports begin; where it takes all from ours on, there is no better than trying."""
    lowest = int(_EPHEMERAL.read_text("ascii").split()[0]) if _EPHEMERAL.exists() else 32_768
    return lowest if lowest >= FIRST + 2 * TRIES else 65_536
