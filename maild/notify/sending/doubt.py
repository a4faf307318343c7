"""Notices of which nobody knows whether they left: declared, settled by evidence, or decided by a person.

A notice is marked as begun before a byte of it may leave, and marked again right after the server's answer. Where the
second mark is missing, or the answer, the mail may have arrived: it goes nowhere by itself, nothing overtakes it, and
nobody is told that it was withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import Heard, News
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.notify.sending import SAY
from maild.notify.sending.ending import note, subject_of
from maild.notify.sending.settled import close_item

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


_KEY = "doubt:"

OnSent = Mapping[NoticeKind, Callable[["UnitOfWork", OutboxEntry], None]]  # what follows from sending, by kind


def declare(uow: UnitOfWork, parts: Sequence[OutboxEntry], now: datetime, reason: str) -> None:
    """The rows of ONE mail are in doubt: marked, kept in the history, put before staff as one item."""
    for part in parts:
        uow.outbox.mark(part.id, OutboxState.IN_DOUBT, now=now, reply=reason, attempts=part.attempts + 1)
        note(uow, part, OutboxState.IN_DOUBT, now, reason, before=OutboxState.SENDING)
    main = _main(uow, parts)
    numbers = tuple(dict.fromkeys(part.request.number for part in parts if part.request.number))
    uow.reviews.add(
        ReviewItem(
            id=0,
            mail_id=None,
            cause=Cause.IN_DOUBT,
            key=_keys(uow, main)[-1],
            kind=str(main.request.kind),
            sender=main.request.recipient,
            subject=subject_of(main),
            transactions=numbers,
            reasons=(
                SAY("may_have_arrived", id=main.id, kind=main.request.kind, address=main.request.recipient, why=reason),
            ),
        ),
        now,
    )


def find(uow: UnitOfWork, now: datetime, lease_now: datetime) -> int:
    """Declare what was begun by a process that died or fell silent; returns how many mails."""
    mails: dict[str, list[OutboxEntry]] = {}
    for entry in uow.outbox.doubt(lease_now):
        mails.setdefault(entry.message_id, []).append(entry)
    for parts in mails.values():
        declare(uow, parts, now, SAY("died"))
    return len(mails)


def doubtful(uow: UnitOfWork, message_ids: Iterable[str]) -> list[list[OutboxEntry]]:
    """The mails in doubt that bear one of these Message-IDs, each with all its rows."""
    found = (uow.outbox.parts_of(message_id) for message_id in dict.fromkeys(message_ids) if message_id)
    return [parts for parts in ([p for p in rows if p.state is OutboxState.IN_DOUBT] for rows in found) if parts]


def settle(
    uow: UnitOfWork,
    parts: Sequence[OutboxEntry],
    now: datetime,
    reason: str,
    on_sent: OnSent,
    *,
    actor: str = "maild",
) -> None:
    """The mail did leave: its rows count as sent, and what follows from sending follows."""
    main = _main(uow, parts)
    for part in parts:
        state = OutboxState.SENT if part.id == main.id else OutboxState.MERGED
        uow.outbox.mark(part.id, state, now=now, reply=reason)
        note(uow, part, state, now, reason, before=OutboxState.IN_DOUBT, actor=actor)
    uow.heard.add([News(address=main.request.recipient, what=Heard.DELIVERED_TO_SERVER, outbox_id=main.id)], now)
    for part in parts:
        if follow := on_sent.get(part.request.kind):
            follow(uow, part)
    close(uow, main, now, reason, actor=actor)


def again(uow: UnitOfWork, parts: Sequence[OutboxEntry], now: datetime, *, actor: str) -> None:
    """A person has it sent once more. Each row has its own Message-ID again, and the leading one that of the mail in
    doubt: where that has arrived, the recipient's mail system knows the second for the same.
    """
    main = _main(uow, parts)
    reason = SAY("by", actor=actor)
    for part in parts:
        uow.outbox.mark(
            part.id,
            OutboxState.WAITING,
            now=now,
            not_before=now,
            reply=reason,
            attempts=0,
            message_id=uow.outbox.own_id(part),
        )
        note(uow, part, OutboxState.WAITING, now, SAY("sent_again"), before=OutboxState.IN_DOUBT, actor=actor)
    close(uow, main, now, SAY("sent_again"), actor=actor)


def close(uow: UnitOfWork, main: OutboxEntry, now: datetime, reason: str, *, actor: str = "maild") -> None:
    """Close the open item about a notice, if there is one."""
    item = uow.reviews.of_key(["", *_keys(uow, main)][-2])
    if item is None or item.state is not ReviewState.OPEN:
        return
    close_item(uow, item, reason, now, actor=actor)


def _main(uow: UnitOfWork, parts: Sequence[OutboxEntry]) -> OutboxEntry:
    """The leading row of a mail: the Message-ID is its own."""
    return next((part for part in parts if uow.outbox.own_id(part) == part.message_id), parts[0])


def _keys(uow: UnitOfWork, main: OutboxEntry) -> list[str]:
    """The keys of the items there have been about a notice, and the next: it may come to be in doubt again after a
    person had it sent once more.
    """
    keys = [f"{_KEY}{main.id}"]
    while uow.reviews.of_key(keys[-1]) is not None:
        keys.append(f"{_KEY}{main.id}:{len(keys)}")
    return keys
