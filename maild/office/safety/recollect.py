"""After a restore, or a start on a state older than the mail server's: what happened meanwhile is taken in again.

What was sent meanwhile must not be sent again, and nobody here knows what was. So notices that wait, and what mails of
the lost time would send, are held for a person; states move as usual: they only say again what providers have said, go
forward only, and can be undone, while what has left the house cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.domain.records.restoration import Restoration
from maild.office.safety import SAY
from maild.ports import Clock, Mailbox
from maild.spine.intake import Intake

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

_SHOWN = 50  # numbers of notices that an item names


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollected:
    """What a look at the filing folders brought: mails taken in, whether the state was older than the server's."""

    mails: int = 0
    older: bool = False
    held: int = 0


class Recollector:
    """Compares what the server shows with what is known, once at each start and for each account."""

    def __init__(self, store: Store, intake: Intake, clock: Clock) -> None:
        self._store, self._intake, self._clock = store, intake, clock

    def look(self, inbound: Sequence[Mailbox], filing: Sequence[Mailbox]) -> Recollected:
        """Take in what the filing folders hold and nobody here knows, before anything else is read or sent.

        Mails there that are not known, and that have left a folder which we read, were moved by a maild that knew
        more: this state is older. Raises Temporary or Permanent as the mailboxes do.
        """
        mails = sum(self._intake.look_through(folder).stored for folder in filing)
        if not mails or not sum(self._left(folder) for folder in inbound):
            return Recollected(mails=mails)
        now = self._clock.now()
        with self._store.begin() as uow:
            latest = uow.restorations.latest()
            if latest is not None and not latest.timed:
                return Recollected(mails=mails)  # a restore, which has held what waited; time has brought nothing yet
            said = SAY("older", mails=mails)
            since = uow.restorations.newest() or now
            held = bring_back(uow, Restoration(at=now, backup="", since=since, until=now, reason=said), now)
        return Recollected(mails=mails, older=True, held=held["held"])

    def _left(self, folder: Mailbox) -> int:
        """How many mails above our mark the folder has had, and has no more."""
        status = folder.open()
        with self._store.read() as uow:
            state = uow.mailboxes.state(folder.name)
            if state is None or state.uidvalidity != status.uidvalidity:
                return 0
            known = uow.mails.uids(state.mailbox, state.uidvalidity, after=state.last_uid)
        there = {*known, *folder.uids(state.last_uid)}
        return max(0, status.uidnext - 1 - state.last_uid - len(there))


def bring_back(uow: UnitOfWork, lately: Restoration, now: datetime) -> dict[str, int]:
    """Write down that a state was brought back, and hold what waited in it: counts `held` and `pending`."""
    made = uow.restorations.add(lately)
    held = uow.restorations.hold_waiting(lately.why)
    pending = uow.restorations.recover_pending()
    for account in uow.accounts.all():
        uow.sessions.end_all(account.name)  # one that was ended since would live again
    reasons = (lately.reason, SAY("waited", held=len(held), numbers=_numbers(held)), SAY("in_doubt"))
    subject = SAY("state", when=f"{lately.since:%Y-%m-%d %H:%M}")
    item = ReviewItem(
        id=0,
        mail_id=None,
        cause=Cause.RESTORED,
        subject=subject,
        reasons=reasons,
        key=f"restored:{made}:{lately.at.isoformat()}",
    )
    uow.reviews.add(item, now)
    uow.journal.add(
        [
            JournalEntry(
                what="restore",
                at=now,
                after=lately.backup or "older",
                reasons=reasons[:2],
                data={"held": held, "pending": pending},
            )
        ]
    )
    return {"held": len(held), "pending": pending}


def _numbers(held: Sequence[int]) -> str:
    return ", ".join(map(str, held[:_SHOWN])) or "–"


class Upkeep(Protocol):
    """What time brings (maild.office.upkeep)."""

    def run_once(self) -> int:
        """Do it; returns how many notices or items may be new."""


class FirstAfterRestore:
    """What time brings; the first time after a restore its notices are held: most went out in the lost time."""

    def __init__(self, store: Store, make: Callable[[Store], Upkeep]) -> None:
        self._store, self._make = store, make
        self._usual = make(store)

    def run_once(self) -> int:
        """Do it; returns how many notices or items may be new. Raises as its parts do; then it is done again, held."""
        with self._store.read() as uow:
            latest = uow.restorations.latest()
        if latest is None or latest.timed:
            return self._usual.run_once()
        new = self._make(self._store.holding(latest.why)).run_once()
        with self._store.begin() as uow:
            uow.restorations.timed(latest.id)
        return new
