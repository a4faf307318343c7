"""Registrations as rows with stable keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.desk.rows import COMMAND, Row

if TYPE_CHECKING:
    from maild.domain.incoming.registering import ReviewTimes
    from maild.domain.outgoing.notice import OutboxEntry
    from maild.domain.records.journal import JournalEntry
    from maild.domain.requests.patron import Registration


def registration(item: Registration, times: ReviewTimes, now: datetime) -> Row:
    """A registration. late: how long its review is overdue, null where it is not; unsure: years not known."""
    from maild.domain.incoming.registering import problems
    from maild.domain.requests.lifecycle import RegistrationState

    pending = item.state is RegistrationState.PENDING
    limit = times.limit(item.submitted or now) if pending else None
    return {
        **COMMAND.registration(
            item,
            limit.at if limit else None,
            late=_late(limit.at, now) if limit else None,
            unsure=list(limit.unknown) if limit else [],
        ),
        "problems": [str(p) for p in problems(item.name, item.login, item.patron_kind)] if pending else [],
    }


def _late(due: datetime, now: datetime) -> str | None:
    """'1 d 3 h'."""
    if now <= due:
        return None
    hours = int((now - due).total_seconds() // 3600)
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h"


def timeline(journal: Sequence[JournalEntry], outbox: Sequence[OutboxEntry]) -> list[JournalEntry]:
    """What happened to it, oldest first: changes with who and why, and what became of the notices."""
    from maild.domain.records.journal import JournalEntry

    notices = [
        JournalEntry(
            what="notice",
            at=entry.sent or entry.created,
            outbox_id=entry.id,
            mail_id=entry.request.mail_id,
            after=entry.state.value,
            reasons=(f"{entry.request.kind} to {entry.request.recipient}",),
        )
        for entry in outbox
    ]
    return sorted([*journal, *notices], key=lambda entry: entry.at)
