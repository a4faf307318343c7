"""What rules find in providers' mails, counted as decisions are written down: the drift alarm lives on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.shape import shape_of
from maild.domain.learning.drift import ShapeSeen, Tally
from maild.domain.records.journal import JournalEntry, MailRecord

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


# Fields that say what a mail is, not whom or what it is about: a subject may say them, too, and keeps them.
WORDS = frozenset({"service", "status", "message", "answer", "literature", "currency", "reason_code", "reason"})
Place = tuple[str, str, str, str, str]


class Counting:
    """Collects a batch, so that it is written in a statement a table."""

    def __init__(self) -> None:
        self._mails: Counter[Place] = Counter()
        self._latest: dict[Place, int] = {}
        self._shapes: dict[tuple[str, str], ShapeSeen] = {}

    def saw(self, mail: MailRecord, decision: Decision, now: datetime) -> Iterable[JournalEntry]:
        """Count a mail, if it is a provider's and proven to be; that is no line of history."""
        if decision.writer.provider:
            self._count(mail, decision, now)
        return ()

    def _count(self, mail: MailRecord, decision: Decision, now: datetime) -> None:
        day = now.astimezone(UTC).date().isoformat()
        for name in ("", *decision.about.fields):
            place = (day, decision.writer.provider, decision.about.rule, decision.about.kind.value, name)
            self._mails[place] += 1
            self._latest[place] = mail.id
        values = (value for name, value in decision.about.fields.items() if name not in WORDS)
        shape = shape_of(mail.subject, values)
        key = (decision.writer.provider, shape)
        known = self._shapes.get(key)
        self._shapes[key] = (
            replace(known, mails=known.mails + 1, rule=decision.about.rule)
            if known
            else ShapeSeen(
                provider=decision.writer.provider,
                shape=shape,
                rule=decision.about.rule,
                first_seen=now,
                last_seen=now,
                mail_id=mail.id,
            )
        )

    def write(self, uow: UnitOfWork, now: datetime) -> None:
        """Add it to what was counted before."""
        tallies = [
            Tally(
                day=place[0],
                provider=place[1],
                rule=place[2],
                kind=place[3],
                field=place[4],
                mails=count,
                mail_id=self._latest[place],
            )
            for place, count in self._mails.items()
        ]
        uow.traffic.count(tallies, list(self._shapes.values()))
        for counted in (self._mails, self._latest, self._shapes):
            counted.clear()
