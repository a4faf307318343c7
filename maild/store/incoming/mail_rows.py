"""Rows of mails: their columns as a record, and what is written of one that came."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from maild.domain.incoming.mail import MailKey
from maild.domain.records.journal import VANISHED, MailRecord, MailStatus, NewMail
from maild.store._sql import insert, insert_if_new
from maild.store.schema.tables import MESSAGE_ID_LIMIT, mail, mail_location
from maild.store.schema.types import EPOCH, key_text

RECORD = tuple(
    mail.c[name]
    for name in (
        "id",
        "sha256",
        "size",
        "message_id",
        "sender",
        "subject",
        "received",
        "stored",
        "status",
        "reason",
        "kind",
        "rule",
        "attempts",
        "error",
        "settled",
        "recovered",
    )
)


IDENTITY = (mail.c.id, mail.c.sha256, mail.c.message_id, mail.c.status)


def mail_record(row: Any) -> MailRecord:
    """The mail of a row."""
    return MailRecord(**row._asdict())


@cache
def insert_mail(dialect: str) -> Any:
    """Insert mails; answers with those that were new."""
    return insert_if_new(dialect, mail, "sha256", "message_id").returning(*IDENTITY)


@cache
def insert_location(dialect: str) -> Any:
    """Insert places; one that was skipped may get its mail later, one VANISHED another reason; others stay."""
    statement = insert(dialect, mail_location)
    return statement.on_conflict_do_update(
        index_elements=["mailbox", "uidvalidity", "uid"],
        set_={name: statement.excluded[name] for name in ("mail_id", "skip_reason", "size", "filed")},
        where=mail_location.c.mail_id.is_(None)
        & (statement.excluded.mail_id.is_not(None) | (mail_location.c.skip_reason == VANISHED)),
    )


def identity_of(item: NewMail) -> tuple[str, str]:
    """What makes a mail the same mail; the Message-ID as the database keeps it."""
    return item.sha256, key_text(item.message_id, MESSAGE_ID_LIMIT)


def new_row(item: NewMail, now: datetime) -> dict[str, Any]:
    """The row of a mail that came."""
    pending = item.status is MailStatus.PENDING
    return {
        "sha256": item.sha256,
        "message_id": item.message_id,
        "size": item.size,
        "sender": item.sender,
        "subject": item.subject,
        "received": item.internal_date,
        "stored": now,
        "status": item.status,
        "reason": item.reason,
        "kind": "",
        "rule": "",
        "attempts": 0,
        "error": "",
        "settled": None if pending else now,
        "free_at": EPOCH if pending else None,
        "lease_owner": "",
        "recovered": item.recovered,
    }


def location_of(key: MailKey, known: tuple[int, MailStatus] | None, size: int, *, reason: str = "") -> dict[str, Any]:
    """A row of mail_location. History (baseline) and skipped mail are never filed: nothing is left to do."""
    return {
        "mailbox": key.mailbox,
        "uidvalidity": key.uidvalidity,
        "uid": key.uid,
        "mail_id": known[0] if known else None,
        "skip_reason": reason,
        "size": size,
        "filed": known is None or known[1] is MailStatus.BASELINE,
    }
