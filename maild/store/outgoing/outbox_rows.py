"""Notices as rows of the outbox, and rows as its entries."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from maild.domain.outgoing.notice import PRIORITY, UNDER_WAY, NoticeRequest, OutboxEntry, OutboxState
from maild.store._sql import insert_if_new
from maild.store.schema.tables import outbox

_REQUEST = ("kind", "subject", "recipient", "patron_id", "number", "revision", "locale", "data", "reply_to", "mail_id")
_ENTRY = (
    "id",
    "state",
    "priority",
    "attempts",
    "created",
    "not_before",
    "sent",
    "message_id",
    "reply",
    "opened",
    "copy",
)


@cache
def insert_new(dialect: str) -> Any:
    """Insert rows; answers with those that were new."""
    returned = (outbox.c.id, outbox.c.subject, outbox.c.kind, outbox.c.revision, outbox.c.recipient)
    return insert_if_new(dialect, outbox, "subject", "kind", "revision").returning(*returned)


def outbox_row(request: NoticeRequest, now: datetime, state: OutboxState) -> dict[str, Any]:
    """The row of a notice that is asked for."""
    values = {name: getattr(request, name) for name in _REQUEST}
    return {
        **values,
        "documents": request.documents,
        "state": state,
        "priority": PRIORITY[request.kind],
        "attempts": 0,
        "created": now,
        "not_before": now,
        "free_at": now if state is OutboxState.WAITING else None,
        "lease_owner": "",
        "sent": None,
        "message_id": "",
        "reply": "",
        "opened": None,
        "copy": "",
    }


def outbox_entry(row: Any) -> OutboxEntry:
    """The entry of a row."""
    request = NoticeRequest(
        **{name: getattr(row, name) for name in _REQUEST},
        documents=tuple((sha256, filename) for sha256, filename in row.documents),
    )
    lease = row.free_at if row.state in UNDER_WAY else None
    return OutboxEntry(request=request, lease_until=lease, **{name: getattr(row, name) for name in _ENTRY})
