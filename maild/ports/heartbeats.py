"""What the core sees of the processes that run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maild.domain.operation.heartbeat import Heartbeat, Running


class Heartbeats(Protocol):
    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep it as the last word of that role on that host."""

    def all(self, role: Running | None = None) -> Sequence[Heartbeat]:
        """The last word of each process, the latest first."""
