"""Counting what came, what went and what waits: the numbers of the staff digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.census import BouncedAddress, Heap, MailCount, QueueCount, Standing
from maild.domain.records.journal import MailStatus, ReviewState
from maild.store.schema.tables import address, journal, mail, outbox, patron_address, review

m, o, r, a, k, j = mail.c, outbox.c, review.c, patron_address.c, address.c, journal.c

OWN = Kind.OWN.value  # copies of what we sent ourselves did not come in
# Ids ascend as mails come: the newest one before the span bounds the count, and is found from the end.
_BEFORE = sa.select(m.id).where(m.stored < sa.bindparam("start")).order_by(m.id.desc()).limit(1).scalar_subquery()
_QUEUED = sa.exists().where(r.mail_id == m.id)
_MAILS = (
    sa.select(m.status, _QUEUED.label("queued"), sa.func.count().label("number"))
    .where(m.kind != OWN)
    .where(m.id > sa.func.coalesce(_BEFORE, 0), m.stored >= sa.bindparam("start"), m.stored < sa.bindparam("end"))
    .group_by(m.status, _QUEUED)
)
_NOTICES = (
    sa.select(sa.func.count()).select_from(outbox).where(o.sent >= sa.bindparam("start"), o.sent < sa.bindparam("end"))
)
_QUEUE = (
    sa.select(r.cause, sa.func.count().label("number"), sa.func.min(r.created).label("oldest"))
    .where(r.state == ReviewState.OPEN)
    .group_by(r.cause)
)
_WAITING = sa.select(sa.func.count()).select_from(outbox).where(o.state == sa.bindparam("wanted"))
STANDS = tuple(
    each for each in OutboxState if each not in (OutboxState.SENT, OutboxState.MERGED, OutboxState.CANCELLED)
)
_PENDING = sa.select(sa.func.count().label("number"), sa.func.min(m.stored).label("oldest")).where(
    m.status == MailStatus.PENDING
)
_SHUNTED = sa.select(sa.func.count()).select_from(mail).where(m.status == MailStatus.SHUNTED)
# What may not leave before a time waits since then.
_STANDING = (
    sa.select(o.state, sa.func.count().label("number"), sa.func.min(o.not_before).label("oldest"))
    .where(o.state.in_(STANDS))
    .group_by(o.state)
)
_UNDONE = (
    sa.select(sa.func.count())
    .select_from(journal)
    .where(j.what == "act", j.after == "undone", j.at >= sa.bindparam("since"))
)
_BOUNCED = (
    sa.select(k.address, a.patron_id, k.bounced_until, k.reason)
    .select_from(address.outerjoin(patron_address, a.address == k.address))
    .where(k.bounced_until > sa.bindparam("now"))
    .order_by(k.bounced_until.desc(), k.address)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_BY_ITSELF = frozenset({MailStatus.SETTLED})


class SqlCensus:
    """What came, what went and what waits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mails(self, start: datetime, end: datetime) -> MailCount:
        """Mails stored in [start, end) that are no history, by what became of them."""
        rows = [
            row
            for row in self._connection.execute(_MAILS, {"start": start, "end": end})
            if row.status is not MailStatus.BASELINE
        ]
        return MailCount(
            all=sum(row.number for row in rows),
            by_itself=sum(row.number for row in rows if not row.queued and row.status in _BY_ITSELF),
            queued=sum(row.number for row in rows if row.queued),
            ignored=sum(row.number for row in rows if not row.queued and row.status is MailStatus.IGNORED),
        )

    def notices(self, start: datetime, end: datetime) -> int:
        """Mails of ours that left in [start, end)."""
        return int(self._connection.execute(_NOTICES, {"start": start, "end": end}).scalar_one())

    def outbox(self, state: str) -> int:
        """How many notices are in the state."""
        return int(self._connection.execute(_WAITING, {"wanted": state}).scalar_one())

    def queue(self) -> Sequence[QueueCount]:
        """What is open, by cause: the largest heap first."""
        found = [
            QueueCount(cause=row.cause, count=row.number, oldest=row.oldest) for row in self._connection.execute(_QUEUE)
        ]
        return sorted(found, key=lambda heap: (-heap.count, heap.cause))

    def standing(self) -> Standing:
        """What waits now, counted in full."""
        pending = self._connection.execute(_PENDING).one()
        heaps = {row.state: Heap(count=row.number, oldest=row.oldest) for row in self._connection.execute(_STANDING)}
        return Standing(
            pending=Heap(count=pending.number, oldest=pending.oldest),
            shunted=self._connection.execute(_SHUNTED).scalar_one(),
            outbox={state: heaps.get(state, Heap()) for state in STANDS},
        )

    def undone(self, since: datetime) -> int:
        """How often staff took back how an item was handled, since then."""
        return int(self._connection.execute(_UNDONE, {"since": since}).scalar_one())

    def bounced(self, now: datetime, limit: int = 50) -> Sequence[BouncedAddress]:
        """Addresses that are avoided at present, the longest ban first."""
        rows = self._connection.execute(_BOUNCED, {"now": now, "most": limit})
        return [
            BouncedAddress(
                address=row.address, patron_id=row.patron_id or "", until=row.bounced_until, reason=row.reason
            )
            for row in rows
        ]
