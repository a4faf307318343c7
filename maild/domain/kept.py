"""What was made a moment ago, kept as long as there is room: least recently used goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_LANES = 16


class Kept(Generic[T]):
    """By key, at most `most` bytes of them together. Thread-safe; what two ask for at once is made once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._total = 0
        self._lock = threading.Lock()
        self._lanes = tuple(threading.Lock() for _ in range(_LANES))

    def get(self, key: str, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value of `key`, made where it is not there; what `make` raises is raised and nothing is kept."""
        with self._lanes[hash(key) % _LANES]:
            with self._lock:
                if key in self._held:
                    self._held.move_to_end(key)
                    return self._held[key][0]
            value = make()
            self._keep(key, value, size(value))
            return value

    def _keep(self, key: str, value: T, size: int) -> None:
        if size > self._most:
            return
        with self._lock:
            self._held[key] = value, size
            self._total += size
            while self._total > self._most:
                _, (_, freed) = self._held.popitem(last=False)
                self._total -= freed
