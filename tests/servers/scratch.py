"""Where files of tests lie: in memory where there is room, else on the disk.

Each database of PostgreSQL is a thousand files, each commit of SQLite waits for the disk: a third of a test's time. What a
killed process has written is there either way; only a machine that loses its power would tell them apart.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

MEMORY, DISK = Path("/dev/shm"), Path("/tmp")
ROOM = 6 << 30  # bytes, of the folder in memory
FREE = 8 << 30  # bytes, of the machine's memory


def scratch(memory: Path = MEMORY, meminfo: Path = Path("/proc/meminfo")) -> Path:
    """The folder for files of tests: its path is short, since a socket's has 107 bytes at most."""
    try:
        free = int(re.findall(r"^MemAvailable:\s+(\d+) kB", meminfo.read_text("utf-8"), re.MULTILINE)[0]) << 10
        fits = free >= FREE and shutil.disk_usage(memory).free >= ROOM and os.access(memory, os.W_OK)
    except (OSError, IndexError):
        fits = False
    return memory if fits else DISK
