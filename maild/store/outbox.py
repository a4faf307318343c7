"""The outbox: notices to be sent, each exactly once as far as anyone can promise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import NotFound
from maild.domain.notice import PRIORITY, NoticeRequest, OutboxEntry, OutboxState
from maild.store._sql import chunks, insert
from maild.store.tables import outbox

_REQUEST = ("kind", "subject", "recipient", "patron_id", "number", "revision", "locale", "data", "reply_to")
_ENTRY = ("id", "state", "priority", "attempts", "created", "not_before", "sent", "message_id", "reply")
_GONE_OUT = (OutboxState.SENT, OutboxState.MERGED)
o = outbox.c


class SqlOutbox:
    """ports.Outbox. `domain` is the right-hand side of the Message-IDs it gives out."""

    def __init__(self, connection: Connection, domain: str) -> None:
        self._connection = connection
        self._domain = domain

    def add(
        self, requests: Sequence[NoticeRequest], now: datetime, *, state: OutboxState = OutboxState.WAITING
    ) -> list[int]:
        """Ids of the rows created, in the order given; a row that exists (subject, kind, revision) is left alone."""
        if not requests:
            return []
        statement = (
            insert(self._connection, outbox)
            .on_conflict_do_nothing(index_elements=["subject", "kind", "revision"])
            .returning(o.id, o.subject, o.kind, o.revision, o.recipient)
        )
        rows = self._connection.execute(statement, [_row(request, now, state) for request in requests]).all()
        named = [{"row": row.id, "message": self._message_id(row)} for row in rows]
        if named:
            update = sa.update(outbox).where(o.id == sa.bindparam("row"))
            self._connection.execute(update.values(message_id=sa.bindparam("message")), named)
        return sorted(row.id for row in rows)

    def _message_id(self, row: Any) -> str:
        """The Message-ID of a row: the same whenever it is sent, so a repeat can be recognised."""
        said = "\0".join((row.subject, row.kind, row.revision, row.recipient))
        return f"<maild.{row.id}.{hashlib.sha256(said.encode()).hexdigest()[:12]}@{self._domain}>"

    def claim(self, limit: int, now: datetime, lease_seconds: float, owner: str) -> list[OutboxEntry]:
        """Lease up to `limit` rows that are free, most urgent first; no two callers get the same one."""
        picked = (
            sa.select(o.id)
            .where(o.free_at <= now)
            .order_by(o.priority, o.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("picked")
        )
        statement = (
            sa.update(outbox)
            .where(o.id.in_(sa.select(picked.c.id)))
            .values(state=OutboxState.LEASED, free_at=now + timedelta(seconds=lease_seconds), lease_owner=owner)
            .returning(outbox)
        )
        claimed = [_entry(row) for row in self._connection.execute(statement)]
        return sorted(claimed, key=lambda entry: (entry.priority, entry.id))

    def mark(
        self, entry_id: int, state: OutboxState, *, now: datetime, reply: str = "", message_id: str = "",
        not_before: datetime | None = None, attempts: int | None = None,
    ) -> None:  # fmt: skip
        """Write down what became of a row; WAITING puts it back, to be claimed from `not_before` on."""
        values: dict[str, Any] = {"state": state, "lease_owner": "", "free_at": None}
        if state is OutboxState.WAITING:
            values["free_at"] = not_before or now
        if state is OutboxState.SENT:
            values["sent"] = now
        given = {"reply": reply, "message_id": message_id, "not_before": not_before}
        values |= {name: value for name, value in given.items() if value}
        if attempts is not None:
            values["attempts"] = attempts
        if self._connection.execute(sa.update(outbox).where(o.id == entry_id).values(**values)).rowcount != 1:
            raise NotFound(f"there is no outbox row {entry_id}")

    def owners(self) -> list[str]:
        """Who holds leases at present (run out or not)."""
        held = sa.select(o.lease_owner).where(o.free_at.is_not(None), o.lease_owner != "").distinct()
        return list(self._connection.scalars(held))

    def free(self, owner: str, now: datetime) -> int:
        """End the leases of an owner that is known to be dead; returns how many."""
        statement = sa.update(outbox).where(o.lease_owner == owner, o.state == OutboxState.LEASED)
        freed = statement.values(state=OutboxState.WAITING, free_at=now, lease_owner="")
        return self._connection.execute(freed).rowcount

    def get(self, entry_id: int) -> OutboxEntry | None:
        """The row of that id."""
        row = self._connection.execute(sa.select(outbox).where(o.id == entry_id)).first()
        return _entry(row) if row else None

    def find(self, *, state: OutboxState | None = None, number: str = "", limit: int = 100) -> list[OutboxEntry]:
        """Newest first."""
        statement = sa.select(outbox).order_by(o.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(o.state == state)
        if number:
            statement = statement.where(o.number == number)
        return [_entry(row) for row in self._connection.execute(statement)]

    def of_message(self, message_id: str) -> OutboxEntry | None:
        """The row that was sent with that Message-ID (rows merged into it carry it as well)."""
        if not message_id:
            return None
        rows = self._connection.execute(sa.select(outbox).where(o.message_id == message_id).order_by(o.id))
        entries = [_entry(row) for row in rows]
        return next(
            (entry for entry in entries if entry.state is not OutboxState.MERGED), entries[0] if entries else None
        )

    def waiting_with(self, entry: OutboxEntry) -> list[OutboxEntry]:
        """Other waiting rows for the same transaction and recipient, oldest first."""
        if not entry.request.number:
            return []
        statement = sa.select(outbox).where(
            o.number == entry.request.number, o.recipient == entry.request.recipient,
            o.state == OutboxState.WAITING, o.id != entry.id,
        )  # fmt: skip
        return [_entry(row) for row in self._connection.execute(statement.order_by(o.id))]

    def sent_since(self, since: datetime, *, recipient: str = "") -> int:
        """How many mails went out since then, to that recipient or to all."""
        statement = sa.select(sa.func.count()).select_from(outbox).where(o.sent >= since)
        if recipient:
            statement = statement.where(o.recipient == recipient)
        return self._connection.execute(statement).scalar_one()

    def sent_to(self, recipients: Sequence[str], since: datetime) -> dict[str, int]:
        """How many mails went out since then, by recipient; who got none is not named."""
        statement = sa.select(o.recipient, sa.func.count()).group_by(o.recipient)
        counts: dict[str, int] = {}
        for some in chunks(recipients):
            rows = self._connection.execute(statement.where(o.recipient.in_(some), o.sent >= since))
            counts.update((recipient, count) for recipient, count in rows)
        return counts

    def about(self, numbers: Sequence[str]) -> list[OutboxEntry]:
        """All rows about these transactions, oldest first."""
        entries: list[OutboxEntry] = []
        for some in chunks(numbers):
            entries += [_entry(row) for row in self._connection.execute(sa.select(outbox).where(o.number.in_(some)))]
        return sorted(entries, key=lambda entry: entry.id)

    def thread(self, number: str) -> list[str]:
        """Message-IDs already sent about the transaction, oldest first (for References)."""
        if not number:
            return []
        statement = sa.select(o.message_id).where(o.number == number, o.state.in_(_GONE_OUT)).order_by(o.id)
        return list(dict.fromkeys(self._connection.scalars(statement)))


def _row(request: NoticeRequest, now: datetime, state: OutboxState) -> dict[str, Any]:
    values = {name: getattr(request, name) for name in _REQUEST}
    return {
        **values, "documents": request.documents, "state": state, "priority": PRIORITY[request.kind], "attempts": 0,
        "created": now, "not_before": now, "free_at": now if state is OutboxState.WAITING else None,
        "lease_owner": "", "sent": None, "message_id": "", "reply": "",
    }  # fmt: skip


def _entry(row: Any) -> OutboxEntry:
    request = NoticeRequest(
        **{name: getattr(row, name) for name in _REQUEST},
        documents=tuple((sha256, filename) for sha256, filename in row.documents),
    )
    lease = row.free_at if row.state is OutboxState.LEASED else None
    return OutboxEntry(request=request, lease_until=lease, **{name: getattr(row, name) for name in _ENTRY})
