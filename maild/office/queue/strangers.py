"""Whether an act would be for somebody else than who wrote: said before it is done, and done once a person insists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maild.domain.errors import Unsure
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import Verdict
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Patron
from maild.office import SAY as COMMON
from maild.office.queue import SAY
from maild.office.queue.item_view import stored_auth
from maild.texts import one_line

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork


_KINDS = tuple(Kind)
FROM_PROVIDERS = frozenset(_KINDS[: _KINDS.index(Kind.PROVIDER_OTHER) + 1])  # as they are declared


def doubts(uow: UnitOfWork, item: ReviewItem, numbers: Sequence[str], patron_id: str = "") -> list[str]:
    """Why these requests, or this patron's deposit, may not be the business of who wrote; [] where they are plainly."""
    if item.mail_id is None or item.key or not item.sender:
        return []  # the clock raised it: nobody wrote
    auth = stored_auth(uow.decisions.of_mail(item.mail_id))
    found = [] if auth is None or auth.verdict is Verdict.PASS else [SAY("unproven_writer", address=item.sender)]
    if item.kind in FROM_PROVIDERS:
        return found
    cases = uow.transactions.get_many(list(numbers))
    owners = {p.patron_id: p for p in uow.patrons.get_many([*(case.patron_id for case in cases), patron_id])}
    found += [
        _others(case.number, owners.get(case.patron_id), case.patron_id, item.sender)
        for case in cases
        if not _owns(owners.get(case.patron_id), item.sender)
    ]
    if patron_id and not _owns(owners.get(patron_id), item.sender):
        found.append(_others(COMMON("the_deposit"), owners.get(patron_id), patron_id, item.sender))
    return found


def check(store: Store, item_id: int, numbers: Sequence[str], patron_id: str = "") -> None:
    """Raises Unsure with the reasons, where there are any."""
    with store.read() as uow:
        item = uow.reviews.get(item_id)
        why = doubts(uow, item, numbers, patron_id) if item is not None else []
    if why:
        raise Unsure(one_line(why), remedy=SAY("look_whose"))


def _owns(patron: Patron | None, sender: str) -> bool:
    return patron is not None and patron.owns(sender)


def _others(what: str, patron: Patron | None, patron_id: str, sender: str) -> str:
    name = (patron.name if patron else "") or patron_id
    return SAY("address_of_none", number=what, name=name, address=sender)
