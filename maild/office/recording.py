"""The order in which the effects of a decision are written down, and acts of staff by it.

The spine walks the table (`maild.spine.record`) and knows none of the keepers.
"""

from __future__ import annotations

from datetime import datetime

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.decision import (
    Answered,
    Decision,
    NewTransaction,
    RegistrationChange,
    Transition,
    Wish,
    Withdrawn,
)
from maild.domain.incoming.letter import Letter
from maild.domain.outgoing.reach import AddressBounce, News
from maild.domain.requests.patron import Document
from maild.office.payments.recharge import settle_again
from maild.office.payments.record_money import keep_invoices, keep_money, open_moved
from maild.office.reach.record_reach import hear, keep_letters
from maild.office.reach.record_voice import keep_voice
from maild.office.registration.registering import keep_registrations
from maild.ports import UnitOfWork
from maild.spine import keepers, record
from maild.spine.keeping import Keeper

KEEPERS = (
    Keeper(takes=(NewTransaction,), write=keepers.creations),  # a request exists before anything happens to it
    Keeper(takes=(Transition, LedgerEntry), write=open_moved),  # the books hold a request as it stood before it moves
    Keeper(takes=(Transition,), write=keepers.transitions),
    Keeper(takes=(RegistrationChange,), write=keep_registrations),
    Keeper(takes=(Transition, LedgerEntry, Receipt), write=keep_money),  # fees as the moves have left them, payments
    Keeper(takes=(Transition,), write=settle_again),  # what a reopened request owes, once its fee is charged
    Keeper(takes=(Invoice,), write=keep_invoices),
    Keeper(write=keepers.news),  # what moved nothing: known only after what moved
    Keeper(takes=(Document,), write=keepers.documents),
    Keeper(takes=(Withdrawn, Answered, Wish), write=keep_voice),
    Keeper(takes=(News, AddressBounce), write=hear),
    Keeper(takes=(Letter,), write=keep_letters),
)


def apply(
    uow: UnitOfWork, decision: Decision, now: datetime, *, actor: str, mail_id: int | None = None
) -> tuple[int, ...]:
    """Everything that an act of staff changes, with its history; returns the ids of the notices created.

    Raises StaleVersion if a transaction moved meanwhile.
    """
    return record.apply(uow, decision, now, KEEPERS, actor=actor, mail_id=mail_id)
