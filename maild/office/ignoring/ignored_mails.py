"""What was ignored, to be looked through by reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.records.ignored import Why, why_ignored
from maild.domain.records.journal import MailRecord, MailStatus

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


LIMIT = 50
PAGE = 500
MOST_READ = 10_000  # mails that one look goes through


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An ignored mail and the group of its reason."""

    mail: MailRecord
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Mails, the newest first. older: the id before which to go on, None at the end."""

    lines: Sequence[Line]
    older: int | None
    reasons: Sequence[Why] = tuple(Why)


def ignored(uow: UnitOfWork, why: Why | None, *, before: int | None = None, limit: int = LIMIT) -> Listing:
    """The ignored mails of a reason (None: any), at most `limit`."""
    found, older = _found(uow, why, before, limit)
    lines = [Line(mail=mail, why=why_ignored(mail)) for mail in uow.decisions.said(found)]
    return Listing(lines=lines, older=older)


def _found(uow: UnitOfWork, why: Why | None, before: int | None, limit: int) -> tuple[list[MailRecord], int | None]:
    lines: list[MailRecord] = []
    for _ in range(MOST_READ // PAGE):
        page = uow.mails.find(status=MailStatus.IGNORED, limit=PAGE, before=before)
        for mail in page:
            before = mail.id
            if why is None or why_ignored(mail) is why:
                lines.append(mail)
            if len(lines) == limit:
                return lines, before
        if len(page) < PAGE:
            return lines, None
    return lines, before


def circulars(uow: UnitOfWork, since: datetime, until: datetime, limit: int) -> Sequence[MailRecord]:
    """Those of libraries to all of their partners, stored in [since, until), the newest first, at most `limit`."""
    found: list[MailRecord] = []
    before: int | None = None
    for _ in range(MOST_READ // PAGE):
        page = uow.mails.find(status=MailStatus.IGNORED, limit=PAGE, before=before)
        for mail in page:
            before = mail.id
            if mail.stored is not None and mail.stored < since:
                return found[:limit]
            if mail.stored is not None and mail.stored < until and why_ignored(mail) is Why.CIRCULAR:
                found.append(mail)
        if len(page) < PAGE:
            break
    return found[:limit]


def row(line: Line) -> dict[str, object]:
    """A mail for programs."""
    mail = line.mail
    stored = mail.stored.isoformat() if mail.stored else None
    return {
        "mail_id": mail.id,
        "why": line.why.value,
        "from": mail.sender,
        "subject": mail.subject,
        "kind": mail.kind,
        "rule": mail.rule,
        "reason": mail.reason,
        "stored": stored,
    }
