"""Senders whose mail staff want to see no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredSender:
    """An address (lower case), who ignores it since when, and why."""

    address: str
    actor: str
    at: datetime
    reason: str

    @property
    def words(self) -> str:
        """The reason that a mail of it is settled with."""
        return f"ignored by staff ({self.actor}, {self.at:%Y-%m-%d}): {self.reason}"
