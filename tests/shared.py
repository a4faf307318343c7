"""What one process of a run makes and the others copy: a folder that they share, and a turn."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

_SHARED: list[Path] = []


def share_below(folder: Path) -> None:
    """All processes of a run say the same folder (tests/conftest.py)."""
    _SHARED[:] = [folder]


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, filled by whoever asks first; the others wait for it. What fails is tried anew by the next.

    A process outside a test run has it for itself.
    """
    root = _SHARED[0] if _SHARED else Path(mkdtemp(prefix="maild-tests-"))
    root.mkdir(parents=True, exist_ok=True)
    folder, done = root / name, root / f"{name}.done"
    with (root / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
