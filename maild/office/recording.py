"""The order in which the effects of a decision are written down, and acts of staff by it.

The spine walks the table (`maild.spine.record`) and knows none of the keepers.
"""

from __future__ import annotations

from datetime import datetime

from maild.domain.incoming.decision import Decision
from maild.office.payments.recharge import settle_again
from maild.office.payments.record_money import keep_invoices, keep_money, open_moved
from maild.office.reach.record_reach import hear
from maild.office.reach.record_voice import keep_voice
from maild.office.registration.registering import keep_registrations
from maild.ports import UnitOfWork
from maild.spine import keepers, record
from maild.spine.keeping import Keeper

KEEPERS: tuple[Keeper, ...] = (
    keepers.creations,  # a request exists before anything happens to it
    open_moved,  # the books hold a request as it stood before the decision moves it
    keepers.transitions,
    keep_registrations,
    keep_money,  # fees as the moves have left them, then payments
    settle_again,  # what a reopened request owes, once its fee is charged
    keep_invoices,
    keepers.news,  # what moved nothing: known only after what moved
    keepers.documents,
    keep_voice,
    hear,
)


def apply(
    uow: UnitOfWork, decision: Decision, now: datetime, *, actor: str, mail_id: int | None = None
) -> tuple[int, ...]:
    """Everything that an act of staff changes, with its history; returns the ids of the notices created.

    Raises StaleVersion if a transaction moved meanwhile.
    """
    return record.apply(uow, decision, now, KEEPERS, actor=actor, mail_id=mail_id)
