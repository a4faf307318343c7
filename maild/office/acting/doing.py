"""One act on an item that waits: held against what its author had seen, one transaction, with its line of history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from maild.domain.errors import NotFound, Permanent
from maild.domain.records.journal import MailStatus, ReviewItem, ReviewState
from maild.office import SAY as COMMON
from maild.office.acting import SAY
from maild.office.acting.drafts import act
from maild.office.acting.seen import check_item
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork


class Doing(NamedTuple):
    """What an act has in hand. data: what its undoing has to know, kept with its line of history."""

    uow: UnitOfWork
    item: ReviewItem
    now: datetime
    data: dict[str, object]


@contextmanager
def on_item(
    store: Store, clock: Clock, item_id: int, seen: int | None, what: str, *, actor: str, note: str = ""
) -> Iterator[Doing]:
    """Do something with an item; `what` it was stands in its history once all of it is done.

    Raises NotFound, Permanent where it does not wait, StaleVersion where it is another than was `seen`.
    """
    now = clock.now()
    with store.begin() as uow:
        doing = Doing(uow, waiting(uow, item_id, seen), now, {})
        yield doing
        uow.journal.add([act(doing.item, now, actor, what, note, doing.data)])


def waiting(uow: UnitOfWork, item_id: int, seen: int | None = None) -> ReviewItem:
    """The item, which waits. Raises as `on_item`."""
    item = uow.reviews.get(item_id)
    if item is None:
        raise NotFound(COMMON("no_item", id=item_id), remedy="maild queue list")
    check_item(uow, item, seen)
    if item.state is not ReviewState.OPEN:
        raise Permanent(
            SAY("handled_by", id=item_id, state=item.state, actor=item.handled_by), remedy=SAY("undo_first")
        )
    return item


def settle(
    uow: UnitOfWork,
    item: ReviewItem,
    state: ReviewState,
    *,
    actor: str,
    note: str,
    numbers: Sequence[str],
    now: datetime,
) -> None:
    """Write down that the item is handled, and what that makes of its mail. Raises StaleVersion."""
    uow.reviews.handle(
        item.id, state, expected_version=item.version, actor=actor, note=note, transactions=numbers, now=now
    )
    status = MailStatus.SETTLED if state is ReviewState.ASSIGNED else MailStatus.IGNORED
    if item.mail_id is not None and not item.key:  # what the clock found has the mail as a sample only
        _mail_status(uow, item, status, SAY("settled_by", state=state, actor=actor, note=note), now)


def _mail_status(uow: UnitOfWork, item: ReviewItem, status: MailStatus, reason: str, now: datetime) -> None:
    assert item.mail_id is not None
    mail = uow.mails.get(item.mail_id)
    uow.mails.settle(mail.id, status, kind=mail.kind, rule=mail.rule, reason=reason, now=now)
    if item.folded:
        uow.reviews.settle_folded(item.id, status, reason, now)


def reopen(uow: UnitOfWork, item: ReviewItem, now: datetime, *, actor: str) -> None:
    """What handled the item was taken back: it waits again, with its mail. Raises StaleVersion."""
    uow.reviews.handle(
        item.id,
        ReviewState.OPEN,
        expected_version=item.version,
        actor=actor,
        note=SAY("undone", note=item.note),
        transactions=(),
        now=now,
    )
    if item.mail_id is not None and not item.key:
        _mail_status(uow, item, MailStatus.REVIEW, SAY("handled_then_undone"), now)
