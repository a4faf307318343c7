"""Whose turn it is among the mails that wait: start-time fair queueing by sender (Goyal, Vin, Cheng: SFQ, 1996); and
what senders have taken of the disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.store._sql import any_of, chunks
from maild.store.prepared import Prepared
from maild.store.schema.tables import mail

STEP = 20  # for each mail of a sender who has others waiting, so many of other people's may come before it
_NEWEST = sa.select(sa.func.max(mail.c.id))
_LAST_TURNS = Prepared(
    sa.select(mail.c.sender, sa.func.max(mail.c.turn).label("turn"))
    .where(mail.c.free_at.is_not(None), mail.c.sender.in_(any_of("senders")))
    .group_by(mail.c.sender)
)


def turns(connection: Connection, senders: Sequence[str]) -> list[int]:
    """The turn of each new mail, by its sender: its place in the order of arrival, STEP after the sender's last one."""
    head = connection.scalar(_NEWEST) or 0
    last: dict[str, int] = {}
    for some in chunks(senders):
        last |= {row.sender: row.turn for row in _LAST_TURNS.rows(connection, {"senders": some})}
    found = []
    for place, sender in enumerate(senders, 1):
        last[sender] = max(head + place, last.get(sender, 0) + STEP)
        found.append(last[sender])
    return found


def taken(connection: Connection, since: datetime, short: int) -> list[tuple[str, bool, int]]:
    """(sender, whether longer than `short`, bytes together) of the mails that were stored since then."""
    long = (mail.c.size > short).label("long")
    sums = sa.select(mail.c.sender, long, sa.func.sum(mail.c.size)).where(mail.c.stored >= since)
    rows = connection.execute(sums.group_by(mail.c.sender, long))
    return [(sender, bool(is_long), int(nbytes)) for sender, is_long, nbytes in rows]
