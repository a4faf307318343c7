"""A line of history for each mail that was answered because both readers found its kinds: the watch counts on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Decision
from maild.domain.records.journal import JournalEntry, MailRecord
from maild.office.answers.telling import HEARD

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


AGREED = "second"  # what a line of history is that says so; `after`: the kinds


class Agreed:
    """Follows decided mails: a line of history for each that was answered because both readers found its kinds."""

    def saw(self, mail: MailRecord, decision: Decision, now: datetime) -> list[JournalEntry]:
        """The line, or none."""
        return agreed(decision, mail.id, now)

    def write(self, uow: UnitOfWork, now: datetime) -> None:
        """Nothing is left to be written."""


def agreed(decision: Decision, mail_id: int, at: datetime) -> list[JournalEntry]:
    """The line of history of a mail that was answered because both readers found its kinds."""
    said = [notice.data.get("kinds") for notice in decision.notices if HEARD in notice.data]
    kinds = dict.fromkeys(str(kind) for some in said if isinstance(some, list | tuple) for kind in some)
    return [JournalEntry(what=AGREED, at=at, mail_id=mail_id, after=" ".join(kinds))] if kinds else []
