"""What waits is looked for once for all loops: what another process has written, and what only time brings.

The loops look wholly, and lock, where the short look finds something, where they are rung, and now and then: for what
it does not know of, such as a lease whose clock is another.
"""

from __future__ import annotations

import threading

from maild.daemon.loops import Bell
from maild.daemon.services import Services

WHOLE_SECONDS = 30.0  # how often the loops look for themselves


class DueWatch:
    """Rings the loops for which something waits, from a thread of its own."""

    name = "due"

    def __init__(self, services: Services, work: Bell, post: Bell, stopping: threading.Event) -> None:
        self._services, self._work, self._post, self._stopping = services, work, post, stopping

    @property
    def whole_seconds(self) -> float:
        """For how long a loop that found nothing waits to be rung."""
        return max(WHOLE_SECONDS, self._services.settings.daemon.idle_seconds)

    def turn(self) -> None:
        """Wait a little, then look. Raises Temporary or Permanent as the store does."""
        if self._stopping.wait(self._services.settings.daemon.idle_seconds):
            return
        due = self._services.store.due(self._services.clock.now())
        if due.mails:
            self._work.ring()
        if due.notices:
            self._post.ring()
