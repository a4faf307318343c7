"""The morning mail to staff: what waits, what is late, and whether everything adds up. Each working day, once.

The outbox row of a day is unique, so several hosts write one digest; one that was down at the hour makes up for it
until noon, and not later: yesterday's picture is no news in the afternoon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.config import Settings
from maild.domain.calendar import Calendar
from maild.domain.hours import at, read_time
from maild.domain.incoming.decision import Cause
from maild.domain.operation.heartbeat import Pulse, Running
from maild.domain.operation.trouble import TroubleRules, of_data
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import Registration
from maild.notify.sending.plan import RESERVE, budget_left
from maild.office.ignoring.ignored_mails import circulars
from maild.office.notices.announce_staff import to_staff
from maild.office.safety.balance import BalanceSheet
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

NOON = time(12)
AFTERWARDS = timedelta(hours=3, minutes=30)  # where the digest is wanted later than noon
OLDEST, MOST = 3, 20  # rows of a heap, rows of a list
MOST_DAYS = 15  # back to which a report is looked for
MOST_CIRCULARS = 50  # as many as templates show
_DAY = timedelta(days=1)
# Shown by themselves, too: what somebody has to be rung or written to about.
_LISTED = {"silent": Cause.SILENT, "claims": Cause.CLAIM_UNCONFIRMED, "failed": Cause.SEND_FAILED}

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the digest says, as JSON-able facts; `day` is the office's."""

    day: date
    data: Mapping[str, object]


class StaffDigest:
    """Writes the digest of a morning into the outbox. `run_once` is harmless to repeat."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        calendar: Calendar,
        *,
        rules: TroubleRules,
        sheet: Callable[[], BalanceSheet],
        say: Callable[[str], str] = str,
    ) -> None:
        """rules: what troubles are called; sheet: draws up the balance against the mail servers, in bounded time;
        say: an English sentence in the language of the staff.
        """
        self._store, self._clock, self._settings, self._calendar = store, clock, settings, calendar
        self._rules, self._sheet, self._say = rules, sheet, say
        self._zone = ZoneInfo(settings.office.timezone)

    def run_once(self) -> int:
        """Write today's, if it is time and nobody has; returns how many mails that makes."""
        staff, here = self._settings.staff, self._here()
        if not staff.digest_at or not staff.addresses or not self._is_time(here):
            return 0
        subject = f"digest:{here.date().isoformat()}"
        with self._store.read() as uow:
            if uow.outbox.of_subject(subject):
                return 0
        return len(self._write(self.make(), subject, ""))

    def send_now(self) -> list[int]:
        """Write one at once, whatever the hour and the day; returns the outbox ids."""
        here = self._here()
        return self._write(self.make(), f"digest:{here.date().isoformat()}", f"asked {here:%H:%M:%S}")

    def _write(self, digest: Digest, subject: str, revision: str) -> list[int]:
        requests = self.requests(digest, subject, revision)
        with self._store.begin() as uow:
            return uow.outbox.add(requests, self._clock.now())

    def requests(self, digest: Digest, subject: str, revision: str = "") -> tuple[NoticeRequest, ...]:
        """One mail to each of the office's people."""
        return to_staff(
            NoticeKind.STAFF_DIGEST, self._settings.staff, subject=subject, revision=revision, data=digest.data
        )

    def request_for(self, digest: Digest, recipient: str) -> NoticeRequest:
        """The mail as one of the office's people would get it."""
        return NoticeRequest(
            kind=NoticeKind.STAFF_DIGEST,
            subject="digest",
            recipient=recipient,
            locale=self._settings.staff.language,
            data=digest.data,
        )

    def _here(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _is_time(self, here: datetime) -> bool:
        start = at(here, read_time(self._settings.staff.digest_at))
        end = max(at(here, NOON), start + AFTERWARDS)
        return self._calendar.works(here.date()) and start <= here < end

    def make(self) -> Digest:
        """The facts of now."""
        now, here = self._clock.now(), self._here()
        today = at(here, time(0))
        since = today - _DAY
        while not self._calendar.works(since.date()) and today - since < timedelta(days=15):
            since -= _DAY
        sheet = self._sheet()
        with self._store.read() as uow:
            data: Row = {
                "day": here.date().isoformat(),
                "since": since.date().isoformat(),
                **_counts(uow, since, today),
                "queue": _queue(uow, now),
                "registrations": self._registrations(uow, now),
                "bounced": _bounced(uow, now),
                **{name: _items(uow, cause, now, MOST) for name, cause in _LISTED.items()},
                "circulars": _circulars(uow, _told_until(uow, today), today),
                "held": uow.census.outbox(OutboxState.HELD),
                "budget": _budget(uow, now, self._settings),
                "years": list(self._calendar.missing(here.date())),
                "folders": _folders(sheet),
                "even": sheet.even,
                "compared": all(folder.server is not None for folder in sheet.folders if not folder.filing),
                **self._troubles(uow, since, now),
                "books": uow.ledger.faults()[:5],
                "evidence": str(uow.evidence.head()),
            }
        return Digest(day=here.date(), data=data)

    def _troubles(self, uow: UnitOfWork, since: datetime, now: datetime) -> Row:
        """What of maild itself does not work now, then what did not at times since the last digest."""
        beats = [beat for beat in uow.heartbeats.all(Running.DAEMON) if beat.pulse(now) is Pulse.ALIVE]
        found = [one for beat in beats for one in of_data(beat.data) if one.closed is None or one.closed >= since]
        rows = [
            {
                "zh": self._rules.name(one, "zh"),
                "en": self._rules.name(one, "en"),
                "what": self._say(one.what),
                "since": _local(one.since, self._zone),
                "until": _local(one.closed, self._zone) if one.closed else "",
            }
            for one in sorted(found, key=lambda one: (not one.open, one.since))[:MOST]
        ]
        return {"troubles": rows, "unwell": any(one.open for one in found)}

    def _registrations(self, uow: UnitOfWork, now: datetime) -> list[Row]:
        """Those whose review must be done today or is late, the most urgent first."""
        pending = uow.registrations.find(state=RegistrationState.PENDING, limit=500)
        dated = [(self._due(known, now), known) for known in pending]
        tomorrow = at(self._here() + _DAY, time(0))
        urgent = sorted((due, known.id, known) for due, known in dated if due < tomorrow)
        return [
            {
                "id": known.id,
                "name": known.name or known.email,
                "phone": known.phone,
                "due": _local(due, self._zone),
                "late": due < now,
            }
            for due, _, known in urgent[:MOST]
        ]

    def _due(self, known: Registration, now: datetime) -> datetime:
        """When the review must be done: as recorded, else the end of one working day after it came."""
        if known.due is not None:
            return known.due
        came = (known.submitted or now).astimezone(self._zone)
        day = self._calendar.add_working_days(came.date(), 1).day
        return datetime.combine(day + _DAY, time(0), self._zone)


def _counts(uow: UnitOfWork, since: datetime, until: datetime) -> Row:
    mails = uow.census.mails(since, until)
    return {
        "mails": mails.all,
        "by_itself": mails.by_itself,
        "queued": mails.queued,
        "ignored": mails.ignored,
        "notices": uow.census.notices(since, until),
    }


def _told_until(uow: UnitOfWork, today: datetime) -> datetime:
    """Up to when the last report told of circulars: a morning without one leaves none untold."""
    days = (today - timedelta(days=n) for n in range(1, MOST_DAYS))
    written = (day for day in days if uow.outbox.of_subject(f"digest:{day.date().isoformat()}"))
    return next(written, today - timedelta(days=MOST_DAYS))


def _circulars(uow: UnitOfWork, since: datetime, until: datetime) -> list[Row]:
    """What libraries wrote to all of their partners, and nobody was asked to read: nothing is hidden from staff."""
    found = circulars(uow, since, until, MOST_CIRCULARS)
    return [{"id": mail.id, "subject": mail.subject, "sender": mail.sender} for mail in found]


def _queue(uow: UnitOfWork, now: datetime) -> list[Row]:
    return [
        {
            "cause": heap.cause.value,
            "count": heap.count,
            "days": _days(heap.oldest, now),
            "items": _items(uow, heap.cause, now, OLDEST),
        }
        for heap in uow.census.queue()
    ]


def _items(uow: UnitOfWork, cause: Cause, now: datetime, limit: int) -> list[Row]:
    """Open items of a cause, the oldest first."""
    return [
        {
            "id": item.id,
            "subject": item.subject,
            "numbers": list(item.transactions[:3]),
            "sender": item.sender,
            "why": item.reasons[0] if item.reasons else "",
            "days": _days(item.created, now),
        }
        for item in uow.reviews.find(cause=cause, limit=limit)
    ]


def _bounced(uow: UnitOfWork, now: datetime) -> list[Row]:
    """Whom to phone: patrons none of whose addresses can be written to come first."""
    found = uow.census.bounced(now, MOST * 2)
    patrons = {p.patron_id: p for p in uow.patrons.get_many(sorted({known.patron_id for known in found}))}
    rows: list[tuple[bool, Row]] = []
    for known in found:
        patron = patrons.get(known.patron_id)
        free = [e for e in patron.emails if e.bounced_until is None or e.bounced_until <= now] if patron else []
        rows.append(
            (
                bool(free),
                {
                    "address": known.address,
                    "name": patron.name if patron else "",
                    "phone": patron.phone if patron else "",
                    "other": free[0].address if free else "",
                    "until": known.until.date().isoformat(),
                    "why": known.reason,
                },
            )
        )
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])][:MOST]


def _budget(uow: UnitOfWork, now: datetime, settings: Settings) -> Row:
    """What may still be sent today; `low` where only the reserve for urgent kinds is left."""
    total = settings.smtp.daily_budget
    left = budget_left(uow, now, settings)
    return {"total": total, "left": max(0, left), "low": bool(total) and left <= int(total * RESERVE)}


def _folders(sheet: BalanceSheet) -> list[Row]:
    return [
        {
            "mailbox": folder.mailbox,
            "server": folder.server,
            "missing": len(folder.missing),
            "waiting": folder.waiting,
            "trouble": folder.trouble,
            "bytes_missing": folder.bytes_missing or 0,
            "stored": folder.stored,
            "skipped": sum(folder.skipped.values()),
            "by_status": {str(status): count for status, count in folder.by_status.items() if count},
            "unaccounted": folder.unaccounted,
            "even": folder.even,
        }
        for folder in sheet.folders
    ]


def _days(since: datetime | None, now: datetime) -> int:
    return max(0, (now - since).days) if since else 0


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")
