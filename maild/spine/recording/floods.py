"""Mails that share an item of the queue (maild.domain.incoming.folding): sorted out before the items are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.folding import CROWD, FREE, NOBODY, OpenItem, about, joins
from maild.domain.records.journal import ReviewItem

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


def sort_out(
    uow: UnitOfWork, items: Sequence[ReviewItem], decisions: Mapping[int, Decision]
) -> tuple[list[ReviewItem], dict[int, int]]:
    """(items of their own, mail → the mail whose open item it joins) of the items that a batch wants to open."""
    senders = sorted({item.sender for item in items if item.sender and item.mail_id is not None})
    known: dict[str, list[OpenItem]] = {
        sender: [_open(item) for item in found if item.mail_id is not None and not item.key]
        for sender, found in uow.reviews.open_of_senders(senders, FREE).items()
    }
    nobodys = uow.reviews.open_for(NOBODY, CROWD) if any(item.cause in NOBODY for item in items) else 0
    own: list[ReviewItem] = []
    joined: dict[int, int] = {}
    for item in items:
        of_sender = known.setdefault(item.sender, [])
        decision = decisions.get(item.mail_id) if item.mail_id is not None else None
        target = None
        if decision is not None and item.sender:
            target = joins(decision, _open(item).about, of_sender, crowded=nobodys >= CROWD)
        if target is None or item.mail_id is None or target == item.mail_id:
            own.append(item)
            nobodys += item.cause in NOBODY
            if item.mail_id is not None and all(one.mail_id != item.mail_id for one in of_sender):
                of_sender.insert(0, _open(item))
        else:
            joined[item.mail_id] = target
    return own, joined


def _open(item: ReviewItem) -> OpenItem:
    numbers = [str(row.get("transaction", "")) for row in item.candidates]
    return OpenItem(mail_id=item.mail_id or 0, cause=item.cause, about=about(item.transactions, numbers))
