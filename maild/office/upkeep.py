"""What the clock brings once an hour: reminders, loans that fall due, requests gone silent, closing; claims and money
that find one another, claims that wait too long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from maild.config import Settings
from maild.office.books.claims_overdue import OverdueClaims
from maild.office.books.reconcile import Reconciler
from maild.office.ignoring.ignored_sample import IgnoredSample
from maild.office.payments.payment_policy import PaymentPolicy
from maild.office.reach.reach_watch import ReachWatch
from maild.office.registration.registrations_late import LateReviews
from maild.office.registration.review_policy import ReviewPolicy
from maild.office.requests.closing import Closing
from maild.office.requests.loans import Loans
from maild.office.requests.reminders import Reminders
from maild.office.requests.silence import Silence
from maild.office.watch.calendars import load_calendar
from maild.ports import Clock
from maild.spine.policy import Policy

if TYPE_CHECKING:
    from maild.store.uow import Store


class Part(Protocol):
    """One thing that time brings."""

    def run_once(self) -> int:
        """Do it; returns how many notices or queue items may be new. Raises Temporary as the store does."""


class Upkeep:
    """Each part is harmless to repeat, and one that fails keeps no other from its work."""

    def __init__(self, reconciler: Reconciler, *parts: Part) -> None:
        self._reconciler, self._parts = reconciler, parts

    def run_once(self) -> int:
        """Do all of it; returns how many notices or queue items may be new. Raises what one of them raises, once all
        have run.
        """
        return _each([lambda: len(self._reconciler.run_once().confirmed), *(part.run_once for part in self._parts)])


def _each(works: Sequence[Callable[[], int]]) -> int:
    """The sum of what each says. A fault in one must not silence the digest, which would tell of it."""
    if not works:
        return 0
    try:
        new = works[0]()
    finally:
        more = _each(works[1:])
    return new + more


def make_upkeep(
    store: Store, clock: Clock, reconciler: Reconciler, policy: Policy, settings: Settings, *more: Part, digest: Part
) -> Upkeep:
    """All of it, and what else there is; the digest last. Raises RuleError where a calendar file is broken."""
    calendar = load_calendar(settings.rules.folder)
    requests, staff = settings.requests, settings.staff
    return Upkeep(
        reconciler,
        Reminders(store, clock, days=settings.notices.due_reminder_days, zone=policy.requests.times.zone),
        Loans(store, clock, policy.requests, staff, notices=requests.overdue_notices),
        Silence(store, clock, policy.requests, staff, watch=requests.silence_watch),
        LateReviews(store, clock, times=policy.of(ReviewPolicy).times, staff=staff),
        Closing(store, clock, policy.requests, days=requests.close_after_days),
        ReachWatch(store, clock, policy.reach, staff),
        OverdueClaims(
            store,
            clock,
            days=policy.of(PaymentPolicy).unconfirmed_after_working_days,
            before=lambda day, days: calendar.add_working_days(day, -days).day,
        ),
        IgnoredSample(store, clock, percent=staff.ignored_percent, zone=policy.requests.times.zone),
        *more,
        digest,  # last: it tells what the others have found
    )
