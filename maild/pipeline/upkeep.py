"""What the clock brings once an hour: reminders, claims and money that find one another, claims that wait too long."""

from __future__ import annotations

from maild.pipeline.claims_overdue import OverdueClaims
from maild.pipeline.reconcile import Reconciler
from maild.pipeline.reminders import Reminders


class Upkeep:
    """Each part is harmless to repeat."""

    def __init__(self, reminders: Reminders, reconciler: Reconciler, overdue: OverdueClaims) -> None:
        self._reminders, self._reconciler, self._overdue = reminders, reconciler, overdue

    def run_once(self) -> int:
        """Do all of it; returns how many notices or queue items may be new. Raises Temporary as the store does."""
        return self._reminders.run_once() + len(self._reconciler.run_once().confirmed) + self._overdue.run_once()
