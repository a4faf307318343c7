"""What of the outbox goes out now: claim, check against the facts, hold to the limits, merge.

One database transaction; nothing is sent here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.config import Settings
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import TO_PROVIDERS, NoticeRequest, OutboxEntry, OutboxState, to_staff
from maild.domain.outgoing.reach import SPARED, AddressState, Heard, ReachPolicy, Trouble, domain_of, trouble_of
from maild.domain.requests.patron import Patron, Transaction
from maild.notify.sending import SAY
from maild.notify.sending.ending import give_up, note, phone_of, redirect
from maild.notify.sending.recheck import Recheck
from maild.notify.sending.recheck_registration import overtaken
from maild.notify.writing.merge import ACROSS, mergeable, order, partners
from maild.notify.writing.timing import Timing

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


BATCH = 50
URGENT = 20  # priority up to which a kind may use the reserve
RESERVE = 0.2  # the share of the day's budget that is kept for urgent kinds
LOOK_AGAIN = timedelta(minutes=15)  # a held row is looked at again after so long: limits may have been changed
FUSE_WAIT = timedelta(minutes=10)
SOFT_WAIT = timedelta(days=2)  # an address that recovers within this time is waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One mail to be: its rows (the leading one first), and what its text speaks of.

    transaction: of the leading row; others: by number, where further rows are about other ones
    """

    parts: tuple[OutboxEntry, ...]
    patron: Patron | None
    transaction: Transaction | None
    thread: tuple[str, ...]
    others: Mapping[str, Transaction] = field(default_factory=lambda: MappingProxyType({}))
    trouble: Trouble | None = None

    @property
    def main(self) -> OutboxEntry:
        return self.parts[0]


@dataclass(slots=True, kw_only=True)
class Plan:
    """What came of claiming: parcels to send, and counts of rows that do not go now."""

    parcels: list[Parcel] = field(default_factory=list)
    claimed: int = 0
    cancelled: int = 0
    failed: int = 0
    held: int = 0
    redirected: int = 0
    in_doubt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claiming:
    """How rows are claimed."""

    settings: Settings
    owner: str
    lease_seconds: float
    recheck: Recheck
    reach: ReachPolicy = field(default_factory=ReachPolicy)
    timing: Timing


def local_midnight(now: datetime, timezone: str) -> datetime:
    """The last midnight of the office, aware."""
    return now.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)


def make(uow: UnitOfWork, now: datetime, how: Claiming, lease_now: datetime | None = None) -> Plan:
    """Claim a batch and plan its mails. Rows that must wait, end or fail are marked here.

    lease_now: by the clock that leases go by; now where it is not given
    """
    plan = Plan()
    left = budget_left(uow, now, how.settings)
    soon = min(left, *(room for _, room in rates_left(uow, now, how.settings)), BATCH)
    if soon <= 0:
        return plan
    entries = uow.outbox.claim(soon, now, how.lease_seconds, how.owner, lease_now=lease_now)
    plan.claimed = len(entries)
    if entries:
        planner = _Planner(uow, now, how, plan, left, (lease_now or now) + timedelta(seconds=how.lease_seconds))
        planner.load(entries)
        planner.run(sorted(entries, key=order))
    return plan


def budget_left(uow: UnitOfWork, now: datetime, settings: Settings) -> int:
    """How many more notices may leave today (the office's day)."""
    budget = settings.smtp.daily_budget
    if not budget:
        return BATCH * 1000
    return budget - uow.outbox.sent_since(local_midnight(now, settings.office.timezone), until=now)


def rates_left(uow: UnitOfWork, now: datetime, settings: Settings) -> list[tuple[str, int]]:
    """(option, how many more notices it lets leave now) of the limits of the last hour and the last minute."""
    smtp = settings.smtp
    spans = (("hourly_budget", smtp.hourly_budget, 60), ("minute_budget", smtp.minute_budget, 1))
    return [
        (name, limit - uow.outbox.sent_since(now - timedelta(minutes=minutes), until=now))
        for name, limit, minutes in spans
        if limit
    ]


class _Planner:
    """The checks, in order, over one claimed batch."""

    def __init__(
        self, uow: UnitOfWork, now: datetime, how: Claiming, plan: Plan, left: int, lease_end: datetime
    ) -> None:
        self._uow, self._now, self._how, self._plan, self._left = uow, now, how, plan, left
        self._lease_end = lease_end
        self._transactions: dict[str, Transaction] = {}
        self._patrons: Mapping[str, Patron] = {}
        self._hourly: Counter[str] = Counter()
        self._cases: dict[str, list[OutboxEntry]] = {}
        self._states: Mapping[str, AddressState] = {}
        self._slow: Mapping[str, datetime] = {}
        self._others: dict[str, list[OutboxEntry]] = {}  # waiting, by recipient, where several cases may join
        self._marked: set[int] = set()  # rows from outside the batch that have joined a parcel

    def load(self, entries: Sequence[OutboxEntry]) -> None:
        """Read the facts of all rows at once."""
        requests = [entry.request for entry in entries]
        numbers = sorted({request.number for request in requests if request.number})
        patrons = sorted({request.patron_id for request in requests if request.patron_id})
        self._transactions = {t.number: t for t in self._uow.transactions.get_many(numbers)}
        self._patrons = {p.patron_id: p for p in self._uow.patrons.get_many(patrons)}
        recipients = sorted({request.recipient for request in requests})
        own = {known.address for patron in self._patrons.values() for known in patron.emails}
        self._states = self._uow.addresses.get_many(sorted({*own, *recipients}))
        domains = sorted({domain_of(recipient) for recipient in recipients})
        hour = self._now - timedelta(hours=1)
        self._slow = self._uow.heard.slow(domains, hour, self._how.reach.slow_addresses, until=self._now)
        self._hourly.update(self._uow.outbox.sent_to(recipients, hour, self._now))
        for row in self._uow.outbox.about(numbers):
            self._cases.setdefault(row.request.number, []).append(row)
        joined = {e.request.recipient for e in entries if e.request.kind in ACROSS or self._gathered(e)}
        for row in self._uow.outbox.waiting_to(sorted(joined)):
            self._others.setdefault(row.request.recipient, []).append(row)
        further = {row.request.number for rows in self._others.values() for row in rows} - {*numbers, ""}
        self._transactions |= {t.number: t for t in self._uow.transactions.get_many(sorted(further))}

    def run(self, entries: list[OutboxEntry]) -> None:
        """Put each row into a parcel, or mark why it does not go now."""
        going = [entry for entry in entries if self._true_and_reachable(entry) and self._in_time(entry)]
        while going:
            main = going.pop(0)
            company = [*going, *self._waiting_with(main)]
            others = partners(main, company, {row.id for row in (main, *company) if self._gathered(row)})
            if not self._within_limits(main, alone=not others):
                continue
            ours = {entry.id for entry in going}
            others = [other for other in others if other.id in ours or self._reserve(other)]
            taken = {other.id for other in others}
            going = [entry for entry in going if entry.id not in taken]
            self._plan.parcels.append(self._parcel((main, *others)))

    def _parcel(self, parts: tuple[OutboxEntry, ...]) -> Parcel:
        request = parts[0].request
        self._hourly[request.recipient] += 1
        return Parcel(
            parts=parts,
            patron=self._patrons.get(request.patron_id),
            transaction=self._transactions.get(request.number),
            thread=self._thread("" if request.kind in TO_PROVIDERS else request.number),
            trouble=self._trouble(request),
            others={n: self._transactions[n] for part in parts if (n := part.request.number) in self._transactions},
        )

    def _trouble(self, request: NoticeRequest) -> Trouble | None:
        """What happened to mail to any address of the patron: this mail is the next that can reach him."""
        patron = self._patrons.get(request.patron_id)
        own = [known.address for known in patron.emails] if patron else []
        addresses = dict.fromkeys([request.recipient.lower(), *own])
        return trouble_of([self._states[address] for address in addresses], self._now, self._how.reach)

    def _thread(self, number: str) -> tuple[str, ...]:
        """Message-IDs sent about the case, oldest first; a merged row carries that of its mail."""
        gone = (
            row
            for row in self._cases.get(number, ())
            if row.state in (OutboxState.SENT, OutboxState.MERGED) and row.request.kind not in TO_PROVIDERS
        )
        return tuple(dict.fromkeys(row.message_id for row in gone))

    def _waiting_with(self, main: OutboxEntry) -> list[OutboxEntry]:
        """Rows outside our batch that would join; checked like our own. Those of the batch are leased."""
        gathered = self._gathered(main)
        if not (gathered or mergeable(main)):
            return []
        rows = {row.id: row for row in self._cases.get(main.request.number, ()) if row.state is OutboxState.WAITING}
        if gathered or main.request.kind in ACROSS:
            rows |= {row.id: row for row in self._others.get(main.request.recipient, ())}
        return [row for row in rows.values() if row.id not in self._marked and self._free(row)]

    def _free(self, row: OutboxEntry) -> bool:
        """Due, or waiting for nothing but company; not put off for a retry or kept by another relay."""
        company = min(row.created, self._now) + timedelta(seconds=self._how.settings.smtp.merge_seconds)
        return row.not_before <= max(self._now, company) and self._ready(row) and not self._contradiction(row)

    def _gathered(self, entry: OutboxEntry) -> bool:
        return self._how.timing.gathered(entry, self._patrons.get(entry.request.patron_id))

    def _ready(self, entry: OutboxEntry) -> bool:
        patron = self._patrons.get(entry.request.patron_id)
        return not self._how.timing.go_from(entry, patron, self._now)[1]

    def _in_time(self, entry: OutboxEntry) -> bool:
        """Whether it may go at this hour; else it is put off until it may, and says why."""
        patron = self._patrons.get(entry.request.patron_id)
        start, why = self._how.timing.go_from(entry, patron, self._now)
        if why:
            self._hold(
                entry, start, "" if entry.attempts else SAY("waits_because", when=f"{start:%Y-%m-%d %H:%M}", why=why)
            )
        return not why

    def _reserve(self, row: OutboxEntry) -> bool:
        """A row that joins from outside is not ours by claim: keep it from others as long as a lease, if it still
        waits; another relay may have claimed it, or sent it, since it was read.
        """
        self._marked.add(row.id)
        return self._uow.outbox.reserve(row.id, self._lease_end, self._how.owner, seen=row.not_before)

    def _contradiction(self, entry: OutboxEntry) -> str | None:
        request = entry.request
        transaction, patron = self._transactions.get(request.number), self._patrons.get(request.patron_id)
        return self._how.recheck(entry, transaction, patron) or overtaken(entry, self._uow)

    def _true_and_reachable(self, entry: OutboxEntry) -> bool:
        if reason := self._contradiction(entry):
            self._cancel(entry, reason)
            return False
        state = self._states[entry.request.recipient.lower()]
        if state.complained is not None and entry.request.kind in SPARED:
            self._cancel(entry, SAY("marked_as_spam", address=state.address))
            return False
        # The office's own mailbox that failed once is tried again: an alert that waits a day is none.
        if self._avoided(state) and (state.permanent or not to_staff(entry.request.kind)):
            self._avoid(entry, state)
            return False
        domain = domain_of(state.address)
        last = self._slow.get(domain)
        until = last + timedelta(minutes=self._how.reach.slow_minutes) if last else self._now
        if until > self._now:
            self._hold(entry, until, "" if entry.reply else SAY("domain_puts_off", domain=domain))
            return False
        return True

    def _avoided(self, state: AddressState) -> bool:
        """Avoided, and not by a clock that was ahead: no ban is longer than the longest."""
        longest = self._now + timedelta(days=self._how.reach.hard_days + 1, hours=self._how.reach.soft_hours)
        return state.avoided(self._now) and state.bounced_until is not None and state.bounced_until <= longest

    def _cancel(self, entry: OutboxEntry, reason: str) -> None:
        self._uow.outbox.mark(entry.id, OutboxState.CANCELLED, now=self._now, reply=reason)
        note(self._uow, entry, OutboxState.CANCELLED, self._now, reason)
        self._plan.cancelled += 1

    def _avoid(self, entry: OutboxEntry, state: AddressState) -> None:
        """An address that may recover soon is waited for; else the patron's next one gets it, or staff have to ring."""
        if state.bounced_until is not None and state.bounced_until - self._now <= SOFT_WAIT:
            self._hold(
                entry,
                state.bounced_until,
                "" if entry.attempts else SAY("address_waits", address=state.address, why=state.reason),
            )
            return
        patron, reason = (
            self._patrons.get(entry.request.patron_id),
            SAY("address_refuses", address=state.address, why=state.reason),
        )
        if redirect(self._uow, entry, patron, self._now, Heard.HARD_BOUNCE, reason):
            self._plan.redirected += 1
        else:
            give_up(self._uow, entry, self._now, reason, cause=Cause.BOUNCE, phone=phone_of(patron))
        self._plan.failed += 1

    def _within_limits(self, entry: OutboxEntry, *, alone: bool) -> bool:
        smtp, now = self._how.settings.smtp, self._now
        planned = len(self._plan.parcels)
        reserve = int(smtp.daily_budget * RESERVE)
        if smtp.daily_budget and entry.priority > URGENT and self._left - planned <= reserve:
            tomorrow = local_midnight(now, self._how.settings.office.timezone) + timedelta(days=1)
            why = SAY("budget_for_urgent", count=smtp.daily_budget)
            self._hold(entry, min(tomorrow, now + LOOK_AGAIN), "" if entry.attempts else why)
            return False
        joined_by = min(entry.created, now) + timedelta(seconds=smtp.merge_seconds)
        if alone and entry.attempts == 0 and mergeable(entry) and joined_by > now:
            self._hold(entry, joined_by, SAY("waits_for_others"))
            return False
        recipient = entry.request.recipient
        if self._hourly[recipient] >= smtp.per_recipient_hourly:
            why = SAY("hourly", count=smtp.per_recipient_hourly)
            self._hold(entry, now + FUSE_WAIT, "" if entry.reply else why)
            return False
        return True

    def _hold(self, entry: OutboxEntry, until: datetime, why: str = "") -> None:
        """Put it off. why: '' where what it says of itself still holds."""
        self._uow.outbox.mark(entry.id, OutboxState.WAITING, now=self._now, not_before=until, reply=why)
        self._plan.held += 1
