"""The order in which the effects of a decision are written down, and acts of staff by it; read from its end, how acts
are taken back.

The spine walks the table (`maild.spine.recording.record`) and knows none of the keepers.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.decision import (
    Answered,
    Decision,
    Draft,
    NewTransaction,
    RegistrationChange,
    Transition,
    Wish,
    Withdrawn,
)
from maild.domain.incoming.letter import Letter
from maild.domain.incoming.peer import SupplierNews
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.outgoing.reach import AddressBounce, News
from maild.domain.requests.patron import Document
from maild.office.acting.drafts import DRAFTS, NOTICES
from maild.office.invoices.invoice_history import INVOICES
from maild.office.payments.charge_again import charge_again
from maild.office.payments.record_money import keep_invoices, keep_money, open_moved
from maild.office.payments.undo_money import CHARGED, POSTED
from maild.office.reach.record_contact import keep_contact
from maild.office.reach.record_reach import hear, keep_letters
from maild.office.registration.registering import keep_registrations
from maild.spine.recording import keepers, notices, record
from maild.spine.recording.keeping import Keeper

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

KEEPERS = (
    # a request exists before anything happens to it
    Keeper(takes=(NewTransaction,), write=keepers.creations, undo=keepers.CREATIONS),
    # the books hold a request as it stood before it moves, and again once it stands there again
    Keeper(takes=(Transition, LedgerEntry), write=open_moved, undo=CHARGED),
    Keeper(takes=(Transition,), write=keepers.transitions, undo=keepers.MOVES),
    Keeper(
        takes=(RegistrationChange,),
        write=keep_registrations,
        stays="another decision of staff takes the place of one that was wrong (maild registrations)",
    ),
    # fees as the moves have left them, payments
    Keeper(takes=(Transition, LedgerEntry, Receipt), write=keep_money, undo=POSTED),
    # what a reopened request owes, once its fee is charged
    Keeper(takes=(Transition,), write=charge_again, stays="it goes with the fee that is charged no more"),
    Keeper(takes=(Invoice,), write=keep_invoices, undo=INVOICES),
    # what moved nothing: known only after what moved
    Keeper(takes=(SupplierNews,), write=keepers.news, stays="a provider has said it, whatever became of it"),
    Keeper(takes=(Document,), write=keepers.documents, undo=keepers.SUPPLIES),
    Keeper(
        takes=(Withdrawn, Answered, Wish),
        write=keep_contact,
        stays="no act on an item of the queue causes it: a librarian's own mail does, or the patron's",
    ),
    Keeper(takes=(News, AddressBounce), write=hear, stays="it was heard"),
    Keeper(takes=(Letter,), write=keep_letters, stays="it was written"),
    # what is told comes last, and is taken back first: what has left the house cannot be called back, and nothing else
    # is taken back then
    Keeper(takes=(Draft,), together=notices.drafts, undo=DRAFTS),
    Keeper(takes=(NoticeRequest,), together=notices.notices, undo=NOTICES),
)
UNDOS = tuple(keeper.undo for keeper in reversed(KEEPERS) if keeper.undo is not None)


def apply(
    uow: UnitOfWork, decision: Decision, now: datetime, *, actor: str, mail_id: int | None = None
) -> tuple[int, ...]:
    """Everything that an act of staff changes, with its history; returns the ids of the notices created.

    Raises StaleVersion if a transaction moved meanwhile.
    """
    return record.apply(uow, decision, now, KEEPERS, actor=actor, mail_id=mail_id)


def noted(uow: UnitOfWork, decision: Decision) -> dict[str, list[object]]:
    """What the undoing of an act has to know, before it is written down: by the names that its line of history has."""
    return {undo.name: undo.note(uow, decision) for undo in UNDOS if undo.name}
