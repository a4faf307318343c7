"""Confined workers kept from one test to the next: most tests want one, and to start it takes seconds of processor time.

What is kept is what a daemon would keep as well: a worker that answered its last call, and is asked for by the very same
work. Those of an office's own rules are not kept: their files may change.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from maild.confine import pool
from maild.confine.reading import ENTRY as READING
from maild.confine.receipts import ENTRY as RECEIPTS
from maild.confine.viewing import ENTRY as VIEWING

KEPT = 4  # of all kinds together
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
            self.fit, self.name = False, _name(work)
            super().__init__(work)

    def exchange(self, header: Any, frames: Sequence[bytes], seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        self.fit = False
        answer, out = super().exchange(header, frames, seconds)
        self.fit = any(each in answer for each in ENDINGS)
        return answer, out

    def stop(self) -> None:
        if not (self.name and self.fit and self.alive and self.calls < CALLS):
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
    if work.entry not in (READING, RECEIPTS, VIEWING) or work.options.get("rules_folder"):
        return ""
    return json.dumps([work.entry, dict(work.options), asdict(work.limits)], default=str)


def clear() -> None:
    """Stop what is kept."""
    while _shelf:
        super(ShelvedWorker, _shelf.pop()).stop()
