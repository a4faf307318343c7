"""Who of a pool is free, and when there shall be one more."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import Generic, TypeVar

Kept = TypeVar("Kept")

BUSY = 5.0  # times that patience: so long all have to be busy without a break


class Places(Generic[Kept]):
    """`most` places, each taken by who works, empty, or with one that waits for work. Thread-safe; first come, first
    served.

    grows_after  seconds that a caller waits for one of those that are there before it gets an empty place, or a fifth
    of the time for which all of them are busy without a break: where what comes after is slower than they are, more of
    them only hold memory (decision 0163). 0: an empty place is given away at once.
    """

    def __init__(self, most: int, grows_after: float = 0.0) -> None:
        self.most = most
        self._grows_after = grows_after
        self._lock = threading.Lock()
        self._empty = most
        self._free: list[Kept] = []  # the one that was used last comes first
        self._waiting: deque[Future[Kept | None]] = deque()
        self._busy_since = 0.0

    def take(self, patience: float | None = None, *, at_once: bool = False) -> Kept | None:
        """One that is free; None: an empty place. Raises TimeoutError after `patience` seconds.

        at_once: an empty place will do as well as any
        """
        began = time.monotonic()
        with self._lock:
            if self._free:
                return self._pop()
            if self._empty and (at_once or self._may_grow(0.0)):
                self._grow()
                return None
            turn: Future[Kept | None] = Future()
            self._waiting.append(turn)
        while True:
            waited = time.monotonic() - began
            left = [limit - waited for limit in (patience, self._grows_after) if limit is not None and limit > waited]
            try:
                return turn.result(min(left, default=None))
            except TimeoutError:
                pass
            with self._lock:
                if turn.done():
                    return turn.result()
                waited = time.monotonic() - began
                if self._empty and self._may_grow(waited):
                    self._waiting.remove(turn)
                    self._grow()
                    return None
                if patience is not None and waited >= patience:
                    self._waiting.remove(turn)
                    raise TimeoutError

    def give(self, kept: Kept | None) -> None:
        """Back what was taken; None where it is no more."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set_result(kept)
            elif kept is None:
                self._empty += 1
            else:
                self._free.append(kept)

    def idle(self, keep: int) -> list[Kept]:
        """Those that are free, but for `keep` of them: their places are empty now."""
        with self._lock:
            count = max(0, len(self._free) - keep)
            let_go, self._free = self._free[:count], self._free[count:]
            self._empty += count
            return let_go

    def _pop(self) -> Kept:
        kept = self._free.pop()
        if not self._free:
            self._busy_since = time.monotonic()
        return kept

    def _grow(self) -> None:
        self._empty -= 1
        self._busy_since = time.monotonic()

    def _may_grow(self, waited: float) -> bool:
        if self._empty == self.most or waited >= self._grows_after:
            return True
        return time.monotonic() - self._busy_since >= BUSY * self._grows_after
