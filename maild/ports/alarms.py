"""What the core sees of the roads on which alarms leave the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from maild.domain.operation.alarm import RoadAnswer


class AlarmRoads(Protocol):
    @property
    def names(self) -> tuple[str, ...]:
        """The roads that are set."""

    def send(self, text: str, data: Mapping[str, object], now: datetime) -> tuple[RoadAnswer, ...]:
        """Say it on all roads; ends in bounded time, and never raises for what a receiver or the network does."""

    def beat(self) -> str:
        """Ask for the heartbeat's address, once; why it was not answered, '' where it was or there is none."""
