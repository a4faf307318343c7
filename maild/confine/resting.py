"""A pool of confined workers of which few or none are left after a while without a call."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from maild.confine.pool import Work, WorkerPool


class RestingPool(WorkerPool):
    """As WorkerPool; idle_seconds: after so long without a call `keep` processes are left, each holds some hundred MB.

    Thread-safe.
    """

    def __init__(
        self,
        work: Work,
        *,
        idle_seconds: float,
        keep: int = 0,
        workers: int = 1,
        seconds: float | None = None,
        max_calls: int = 20_000,
        patience: float | None = None,
        grows_after: float = 0.0,
    ) -> None:
        super().__init__(
            work, workers=workers, seconds=seconds, max_calls=max_calls, patience=patience, grows_after=grows_after
        )
        self._idle_seconds, self._keep = idle_seconds, keep
        self._guard = threading.Lock()
        self._timer: threading.Timer | None = None
        self._busy = 0
        self._used = 0.0  # when the last call ended

    def call(
        self, kind: str, args: Any, frames: Sequence[bytes] = (), *, seconds: float | None = None
    ) -> tuple[Any, list[bytes]]:
        """As WorkerPool says."""
        with self._at_work():
            return super().call(kind, args, frames, seconds=seconds)

    def warm(self) -> None:
        """As WorkerPool says."""
        with self._at_work():
            super().warm()

    def close(self) -> None:
        """As WorkerPool says."""
        with self._guard:
            if self._timer:
                self._timer.cancel()
        super().close()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._guard:
            self._busy += 1
        try:
            yield
        finally:
            self._rest_later()

    def _rest_later(self) -> None:
        with self._guard:
            self._busy -= 1
            self._used = time.monotonic()
            if self._timer is None:
                self._rest_in(self._idle_seconds)

    def _rest_in(self, seconds: float) -> None:
        """One clock for all calls: a thread for each would cost more than some of them."""
        self._timer = threading.Timer(seconds, self._rest)
        self._timer.daemon = True
        self._timer.start()

    def _rest(self) -> None:
        with self._guard:
            self._timer = None
            left = self._used + self._idle_seconds - time.monotonic()
            if self._closed:
                return
            if self._busy:
                self._rest_in(self._idle_seconds)
            elif left > 0:
                self._rest_in(left)
            else:
                self.rest(self._keep)
