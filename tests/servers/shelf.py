"""Confined workers kept from one test to the next: most tests want one, and to start it takes seconds of processor time.

What is kept is what a daemon would keep as well: a worker that answered its last call, and is asked for by the very same
work. Of an office's own rules that is one whose folder holds the very same files as when the worker read them. A daemon stops the
readers of a back-test; here the next test that tries the very same two rule sets gets them.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from maild.confine import pool
from maild.confine.comparing import ENTRY as COMPARING
from maild.confine.reading import ENTRY as READING
from maild.confine.receipts import ENTRY as RECEIPTS
from maild.confine.viewing import ENTRY as VIEWING

KEPT = 8  # of all kinds together
CALLS = 500  # after so many, another
ENDINGS = ("result", "malformed", "ready")  # answers after which a worker goes on


class ShelvedWorker(pool.Worker):
    """A worker that is put on the shelf where others are stopped."""

    def __new__(cls, work: pool.Work) -> ShelvedWorker:
        with _lock:
            for place, worker in enumerate(_shelf):
                if worker.name == _name(work):
                    return _shelf.pop(place)
        return super().__new__(cls)

    def __init__(self, work: pool.Work) -> None:
        if not hasattr(self, "name"):
            self.fit, self.name, self.work = False, _name(work), work
            super().__init__(work)

    def confined(self) -> pool.Worker:
        unused = not self.confinement
        super().confined()
        self.fit = self.fit or unused
        return self

    def exchange(self, header: Any, frames: Sequence[bytes], seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        self.fit = False
        answer, out = super().exchange(header, frames, seconds)
        self.fit = any(each in answer for each in ENDINGS)
        return answer, out

    def stop(self) -> None:
        if not (self.name and self.fit and self.alive and self.calls < CALLS and self.name == _name(self.work)):
            super().stop()
            return
        with _lock:
            _shelf.append(self)
            oldest = _shelf.pop(0) if len(_shelf) > KEPT else None
        if oldest:
            super(ShelvedWorker, oldest).stop()


_shelf: list[ShelvedWorker] = []
_lock = threading.Lock()


def _name(work: pool.Work) -> str:
    """What a worker is asked for by; '' where each is to be a new one."""
    if work.entry not in (READING, RECEIPTS, VIEWING, COMPARING):
        return ""
    said = json.dumps([work.entry, dict(work.options), asdict(work.limits)], default=str)
    for folder in _folders(work):
        said = said.replace(json.dumps(folder), f'"rules {_digest(Path(folder))}"')
    return said


def _folders(work: pool.Work) -> list[str]:
    """The offices' own rules: of a reader one folder at most, of one that compares two."""
    settings = [work.options, work.options.get("before") or {}, work.options.get("after") or {}]
    return [str(one["rules_folder"]) for one in settings if one.get("rules_folder")]


def _digest(folder: Path) -> str:
    """Of the names and bytes of all files below a folder."""
    seen = hashlib.sha256(str(folder.is_dir()).encode())
    for path in sorted(folder.rglob("*")):
        seen.update(f"{path.relative_to(folder)}\0".encode())
        if path.is_file():
            seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def clear() -> None:
    """Stop what is kept."""
    while _shelf:
        super(ShelvedWorker, _shelf.pop()).stop()
