"""What the limits count: notices that left, or were written, since a moment."""

from __future__ import annotations

import sqlalchemy as sa

from maild.domain.outgoing.notice import UNDER_WAY, OutboxState
from maild.store._sql import any_of
from maild.store.prepared import Prepared
from maild.store.schema.tables import outbox

o = outbox.c
_TO_COME = (OutboxState.WAITING, *sorted(UNDER_WAY), OutboxState.IN_DOUBT)
# "Until": what a clock that was ahead wrote must not count against the limits of today, tomorrow and the year.
SENT_SINCE = (
    sa.select(sa.func.count())
    .select_from(outbox)
    .where(o.sent >= sa.bindparam("since"), o.sent <= sa.bindparam("until"))
)
SENT_TO_SINCE = SENT_SINCE.where(o.recipient == sa.bindparam("to"))
SENT_TO = Prepared(
    sa.select(o.recipient, sa.func.count())
    .where(o.recipient.in_(any_of("recipients")), o.sent >= sa.bindparam("since"), o.sent <= sa.bindparam("until"))
    .group_by(o.recipient)
)
# Rows to an address since then, whatever became of them; drafts and what was taken back do not count.
WRITTEN_SINCE = Prepared(
    sa.select(sa.func.count())
    .select_from(outbox)
    .where(o.recipient == sa.bindparam("to"), o.created >= sa.bindparam("since"), o.kind.in_(any_of("kinds")))
    .where(o.state.not_in((OutboxState.HELD, OutboxState.CANCELLED)))
)
WRITTEN_TO_STRANGERS = Prepared(
    sa.select(sa.func.count())
    .select_from(outbox)
    .where(o.kind.in_(any_of("kinds")), o.patron_id == sa.literal(""))
    .where(sa.or_(o.sent >= sa.bindparam("since"), o.state.in_(_TO_COME)))
)
KINDS_SINCE = sa.select(o.kind, sa.func.count()).where(o.sent >= sa.bindparam("since")).group_by(o.kind)
