"""Events for the library's own system, kept until it has taken them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import NotFound
from maild.domain.operation.waits import EVENT_CAP
from maild.domain.outgoing.event import Event, EventKind, EventState
from maild.store._sql import free_when, insert_if_new, is_free
from maild.store.schema.tables_service import event
from maild.store.texts import SAY

e = event.c
_EVENT = ("id", "key", "at", "number", "body", "attempts", "free_at", "sent", "reply")

_CHANGE = sa.update(event).where(e.id == sa.bindparam("at_id"))
_earlier = event.alias("earlier")
# An event whose transaction has an earlier one that is not sent yet has to wait for it.
_FIRST = ~sa.exists().where(
    _earlier.c.number == e.number, e.number != "", _earlier.c.id < e.id, _earlier.c.free_at.is_not(None)
)
_FREE = (
    sa.select(e.id)
    .where(is_free(e.free_at, e.state == EventState.LEASED), _FIRST)
    .order_by(e.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=event)
    .cte("picked")
)
_CLAIM = sa.update(event).where(e.id.in_(sa.select(_FREE.c.id))).values(state=EventState.LEASED).returning(event)
_WAITING = sa.select(sa.func.count()).select_from(event).where(e.free_at.is_not(None))


class SqlEvents:
    """Events for the library's own system."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, events: Sequence[Event]) -> None:
        """Keep events, to be sent; one whose key is known is left alone."""
        if events:
            statement = insert_if_new(self._connection.dialect.name, event, "key")
            self._connection.execute(statement, [_row(one) for one in events])

    def claim(
        self, limit: int, now: datetime, lease_seconds: float, owner: str, *, lease_now: datetime | None = None
    ) -> list[Event]:
        """Lease up to `limit` events, oldest first; of one transaction only the first that is not sent."""
        started = lease_now or now
        lease = started + timedelta(seconds=lease_seconds)
        asked = {"most": limit, "free_at": lease, "lease_owner": owner, **free_when(now, EVENT_CAP, started)}
        return sorted((_event(row) for row in self._connection.execute(_CLAIM, asked)), key=lambda one: one.id)

    def mark(
        self,
        event_id: int,
        state: EventState,
        *,
        now: datetime,
        reply: str = "",
        not_before: datetime | None = None,
        attempts: int | None = None,
    ) -> None:
        """Write down what became of an event; WAITING puts it back, to be claimed from `not_before` on.

        Raises NotFound.
        """
        values: dict[str, Any] = {"state": state, "lease_owner": "", "free_at": None, "reply": reply}
        if state is EventState.WAITING:
            values["free_at"] = not_before or now
        if state is EventState.SENT:
            values["sent"] = now
        if attempts is not None:
            values["attempts"] = attempts
        if self._connection.execute(_CHANGE, values | {"at_id": event_id}).rowcount != 1:
            raise NotFound(SAY("no_event", id=event_id), remedy="maild events list")

    def get(self, event_id: int) -> Event | None:
        """The event of that id."""
        row = self._connection.execute(sa.select(event).where(e.id == event_id)).first()
        return _event(row) if row else None

    def find(self, *, state: EventState | None = None, number: str = "", limit: int = 100) -> list[Event]:
        """Newest first."""
        statement = sa.select(event).order_by(e.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(e.state == state)
        if number:
            statement = statement.where(e.number == number)
        return [_event(row) for row in self._connection.execute(statement)]

    def waiting(self) -> int:
        """How many are still to be sent."""
        return self._connection.execute(_WAITING).scalar_one()

    def owners(self) -> list[str]:
        """Who holds leases at present (run out or not)."""
        held = sa.select(e.lease_owner).where(e.free_at.is_not(None), e.lease_owner != "").distinct()
        return list(self._connection.scalars(held))

    def free(self, owner: str, now: datetime) -> int:
        """End the leases of an owner that is known to be dead; returns how many."""
        statement = sa.update(event).where(e.lease_owner == owner, e.free_at.is_not(None))
        return self._connection.execute(
            statement.values(state=EventState.WAITING, free_at=now, lease_owner="")
        ).rowcount

    def forget(self, before: datetime) -> int:
        """Drop what was sent before then; returns how many."""
        return self._connection.execute(sa.delete(event).where(e.state == EventState.SENT, e.sent < before)).rowcount


def _row(one: Event) -> dict[str, Any]:
    return {
        "key": one.key,
        "at": one.at,
        "kind": one.kind,
        "number": one.number,
        "body": one.body,
        "state": EventState.WAITING,
        "attempts": 0,
        "free_at": one.at,
        "lease_owner": "",
        "sent": None,
        "reply": "",
    }


def _event(row: Any) -> Event:
    said = {name: getattr(row, name) for name in _EVENT}
    return Event(**said, kind=EventKind(row.kind), state=EventState(row.state))
