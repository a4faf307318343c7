"""What the clock brings once an hour: reminders, claims and money that find one another, claims that wait too long."""

from __future__ import annotations

from typing import Protocol

from maild.pipeline.calendars import load_calendar
from maild.pipeline.claims_overdue import OverdueClaims
from maild.pipeline.reconcile import Reconciler
from maild.pipeline.reminders import Reminders
from maild.ports import Clock, Store


class Part(Protocol):
    def run_once(self) -> int:
        """Do what is due; returns how many notices or queue items may be new. Harmless to repeat."""


class Upkeep:
    """Each part is harmless to repeat."""

    def __init__(self, reminders: Reminders, reconciler: Reconciler, overdue: OverdueClaims, *more: Part) -> None:
        self._reminders, self._reconciler, self._overdue, self._more = reminders, reconciler, overdue, more

    def run_once(self) -> int:
        """Do all of it; returns how many notices or queue items may be new. Raises Temporary as the store does."""
        done = self._reminders.run_once() + len(self._reconciler.run_once().confirmed) + self._overdue.run_once()
        return done + sum(part.run_once() for part in self._more)


def make_upkeep(
    store: Store, clock: Clock, reconciler: Reconciler, *more: Part, rules_folder: str, loan_days: int, claim_days: int
) -> Upkeep:
    """All of it, and what else there is. claim_days: working days. Raises RuleError where a calendar file is broken."""
    calendar = load_calendar(rules_folder)
    claims = OverdueClaims(
        store, clock, days=claim_days, before=lambda day, days: calendar.add_working_days(day, -days).day
    )
    return Upkeep(Reminders(store, clock, days=loan_days), reconciler, claims, *more)
