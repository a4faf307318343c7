"""Mails that share an item of the queue: which item, and how many it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.journal import MailStatus, ReviewState
from maild.store._sql import any_of, chunks, insert_if_new
from maild.store.schema.tables import mail, review, review_mail
from maild.store.texts import SAY
from maild.texts import codes_of, with_codes

r, f = review.c, review_mail.c

_LINE = " more mails of this sender wait with this one"  # the end of what is said of it, by which it is found again
_OPEN_BY_MAIL = sa.select(r.id, r.mail_id, r.folded, r.reasons, r.codes).where(
    r.mail_id.in_(any_of("mails")), r.state == ReviewState.OPEN, r.key.is_(None)
)


def fold(connection: Connection, joined: Mapping[int, int]) -> dict[int, int]:
    """Let each mail share the open item of the other; returns those that could not, whose item is gone meanwhile."""
    items: dict[int, sa.Row[tuple[int, int, int, tuple[str, ...], object]]] = {}
    for some in chunks(joined.values()):
        items |= {row.mail_id: row for row in connection.execute(_OPEN_BY_MAIL, {"mails": some})}
    rows = [{"mail_id": own, "review_id": items[other].id} for own, other in joined.items() if other in items]
    if rows:
        connection.execute(insert_if_new(connection.dialect.name, review_mail, "mail_id"), rows)
    for item in items.values():
        held = count(connection, item.id)
        codes = item.codes if isinstance(item.codes, Mapping) else {"reasons": item.codes}
        others = (one for one in with_codes(item.reasons, codes.get("reasons")) if not one.endswith(_LINE))
        said = (SAY("more_wait", count=held), *others)
        values = {"folded": held, "reasons": said, "codes": {**codes, "reasons": codes_of(said)}}
        connection.execute(sa.update(review).where(r.id == item.id).values(values))
    return {own: other for own, other in joined.items() if other not in items}


def count(connection: Connection, item_id: int) -> int:
    """How many mails share the item beside its own."""
    return connection.scalar(sa.select(sa.func.count()).where(f.review_id == item_id)) or 0


def settle(connection: Connection, item_id: int, status: MailStatus, reason: str, now: datetime) -> int:
    """Give the mails that share the item the status of its own mail; returns how many."""
    theirs = sa.select(f.mail_id).where(f.review_id == item_id)
    changed = sa.update(mail).where(mail.c.id.in_(theirs)).values(status=status, reason=reason[:2000], settled=now)
    return connection.execute(changed).rowcount
