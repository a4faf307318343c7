"""How it stands: what the processes left in the database, what waits and since when, and what of it is trouble."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.domain.desk.listing import MailFilter
from maild.domain.errors import ConfigError, MaildError
from maild.domain.operation.heartbeat import Heartbeat, Pulse, Running
from maild.domain.operation.trouble import Trouble, TroubleCause, TroubleRules, of_data
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailboxState, MailStatus
from maild.notify.sending.plan import RESERVE, budget_left

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.store.uow import UnitOfWork

WAITED = timedelta(minutes=15)  # a mail that waits longer for its decision is told
ROOM = 2 * 1024**3  # bytes that ought to be free where mails are kept
MISSED = timedelta(seconds=35)  # two beats missed: it hangs, or can write nothing down
KEPT = timedelta(days=7)  # what ended longer ago is not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One of our processes, by its last word."""

    last: Heartbeat
    pulse: Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A watched folder. heard: when its mail server last answered; None: nobody watches it now."""

    state: MailboxState
    heard: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may leave a day (0: no limit), and what has left today."""

    total: int
    sent: int

    @property
    def low(self) -> bool:
        return bool(self.total) and self.total - self.sent <= int(self.total * RESERVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All of it. trouble: keys of health.toml, the gravest first; years: whose working days are not known; rules:
    what is wrong with the rules folder; troubles: what the daemons that live tell, the open ones first.

    pending, shunted: mails; oldest: when the first that waits was stored; balance: {even, at} or nothing
    """

    now: datetime
    daemon: Pulse
    processes: Sequence[Process]
    folders: Sequence[Folder]
    pending: int
    oldest: datetime | None
    shunted: int
    outbox: Mapping[OutboxState, int]
    budget: Budget
    balance: Mapping[str, object]
    confinement: Mapping[str, str]
    said: str
    database: int
    kind: str
    free: int
    years: Sequence[int]
    armed: bool
    rules: Sequence[MaildError] = ()
    troubles: Sequence[Trouble] = ()

    @property
    def trouble(self) -> Sequence[str]:
        found = {
            f"daemon_{self.daemon.value}": self.daemon is not Pulse.ALIVE,
            "loops": bool(self.said) or any(one.open for one in self.troubles),
            "rules": bool(self.rules),
            "uneven": self.balance.get("even") is False,
            "disk": self.free < ROOM,
            "waiting": self.oldest is not None and self.now - self.oldest > WAITED,
            "shunted": self.shunted > 0,
            "failed": self.outbox.get(OutboxState.FAILED, 0) > 0,
            "in_doubt": self.outbox.get(OutboxState.IN_DOUBT, 0) > 0,
            "budget": self.budget.low,
            "calendar": bool(self.years),
            "disarmed": not self.armed,
            "confinement": any(self.confinement.values()),
        }
        return [key for key, there in found.items() if there]

    @property
    def ok(self) -> bool:
        """Whether mails are read and answered now."""
        return self.daemon is Pulse.ALIVE and self.balance.get("even") is not False


def daemon_pulse(uow: UnitOfWork, now: datetime) -> Pulse:
    """Whether a daemon lives: on any host."""
    pulses = {one.pulse(now) for one in uow.heartbeats.all(Running.DAEMON)}
    return next((pulse for pulse in Pulse if pulse in pulses), Pulse.NEVER)


def readiness(uow: UnitOfWork, now: datetime, rules: TroubleRules) -> tuple[Sequence[TroubleCause], Sequence[Trouble]]:
    """Why mails are not read and answered now (nothing: they are), and all that is open."""
    alive = [
        one for one in uow.heartbeats.all(Running.DAEMON) if one.pulse(now) is Pulse.ALIVE and now - one.seen <= MISSED
    ]
    standing = [one for one in _troubles(alive) if one.open]
    return (rules.unready(standing) if alive else (TroubleCause.DAEMON_SILENT,)), standing


def _troubles(beats: Sequence[Heartbeat]) -> Sequence[Trouble]:
    found = [one for beat in beats for one in of_data(beat.data)]
    return sorted(found, key=lambda one: (not one.open, -one.since.timestamp()))


def examine(services: Services, uow: UnitOfWork, rules: Sequence[MaildError] = ()) -> Health:
    """Look at the database alone: cheap enough for every page. rules: what is known to be wrong with them."""
    settings, now = services.settings, services.clock.now()
    beats = [one for one in uow.heartbeats.all() if now - one.seen < KEPT]
    daemons = [one for one in beats if one.role is Running.DAEMON]
    alive = [one for one in daemons if one.pulse(now) is Pulse.ALIVE]
    speaking = alive or daemons[:1]
    waiting = uow.listings.mails.page(MailFilter(statuses=(MailStatus.PENDING,)), limit=1, backwards=True).items
    left = budget_left(uow, now, settings) if settings.smtp.daily_budget else 0
    today = now.astimezone(ZoneInfo(settings.office.timezone)).date()
    total = settings.smtp.daily_budget
    return Health(
        now=now,
        daemon=daemon_pulse(uow, now),
        processes=[Process(last=one, pulse=one.pulse(now)) for one in beats],
        folders=[
            Folder(state=state, heard=_heard(speaking, state.mailbox))
            for state in uow.mailboxes.all()
            if not state.filing
        ],
        pending=uow.listings.mails.count(MailFilter(statuses=(MailStatus.PENDING,))),
        oldest=waiting[0].stored if waiting else None,
        shunted=uow.listings.mails.count(MailFilter(statuses=(MailStatus.SHUNTED,))),
        outbox=uow.listings.outbox.counts(),
        budget=Budget(total=total, sent=total - left),
        balance=_latest_balance(daemons),
        confinement=_texts(speaking, "confinement"),
        said="; ".join(str(one.data.get("trouble") or "") for one in alive if one.data.get("trouble")),
        database=uow.statistics.size(),
        kind=settings.store.url.partition(":")[0].partition("+")[0],
        free=_free(services),
        years=_years(services, today),
        armed=settings.smtp.armed,
        rules=rules,
        troubles=_troubles(alive),
    )


def _heard(beats: Sequence[Heartbeat], mailbox: str) -> datetime | None:
    moments = [
        datetime.fromisoformat(said) for said in (_texts([one], "folders").get(mailbox) for one in beats) if said
    ]
    return max(moments, default=None)


def _texts(beats: Sequence[Heartbeat], key: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in beats:
        said = one.data.get(key)
        found |= {str(name): str(value) for name, value in said.items()} if isinstance(said, Mapping) else {}
    return found


def _latest_balance(beats: Sequence[Heartbeat]) -> Mapping[str, object]:
    known = [said for one in beats if isinstance(said := one.data.get("balance"), Mapping) and said.get("at")]
    return max(known, key=lambda said: str(said["at"]), default={})


def _years(services: Services, today: date) -> Sequence[int]:
    """Whose working days are not known; a calendar that cannot be read is told among the rules."""
    try:
        return services.reviews.times.calendar.missing(today)
    except ConfigError:
        return ()


def _free(services: Services) -> int:
    """Bytes free where mails are kept: of the folder, or of the nearest one above it that exists."""
    folder = services.settings.store.blobs.absolute()
    return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
