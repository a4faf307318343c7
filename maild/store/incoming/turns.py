"""Whose turn it is among the mails that wait: start-time fair queueing by sender (Goyal, Vin, Cheng: SFQ, 1996)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.store._sql import any_of, chunks
from maild.store.schema.tables import mail

STEP = 20  # for each mail of a sender who has others waiting, so many of other people's may come before it
_NEWEST = sa.select(sa.func.max(mail.c.id))
_LAST_TURNS = (
    sa.select(mail.c.sender, sa.func.max(mail.c.turn).label("turn"))
    .where(mail.c.free_at.is_not(None), mail.c.sender.in_(any_of("senders")))
    .group_by(mail.c.sender)
)


def turns(connection: Connection, senders: Sequence[str]) -> list[int]:
    """The turn of each new mail, by its sender: its place in the order of arrival, STEP after the sender's last one."""
    head = connection.scalar(_NEWEST) or 0
    last: dict[str, int] = {}
    for some in chunks(senders):
        last |= {row.sender: row.turn for row in connection.execute(_LAST_TURNS, {"senders": some})}
    found = []
    for place, sender in enumerate(senders, 1):
        last[sender] = max(head + place, last.get(sender, 0) + STEP)
        found.append(last[sender])
    return found
