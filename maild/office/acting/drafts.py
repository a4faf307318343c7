"""Drafts of a queue item: held notices that a librarian may let go. Those of a mail are found by it, those of an item
that the clock raised by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.outgoing.notice import PAUSED, PERHAPS_GONE, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.office import SAY as COMMON
from maild.office.acting import SAY
from maild.spine import SAY as SPINE
from maild.spine.recording.keeping import At, Undo, kept

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

ANSWERED = "answered"
UNDONE = "undone"
ROWS, CLOSES = "rows", "closes"  # of an act on rows of a mail: which, and whether the item was done with it
HANDED = "hand"  # what a line of history is that gives an item to a colleague: {before, after} are accounts
GONE = PERHAPS_GONE | {OutboxState.LEASED}


def drafts_of(uow: UnitOfWork, item: ReviewItem) -> list[OutboxEntry]:
    """The drafts that may be let go, oldest first."""
    return [entry for entry in rows_of(uow, item) if _is_draft(entry)]


def _is_draft(entry: OutboxEntry) -> bool:
    return entry.state is OutboxState.HELD and not entry.reply.startswith(PAUSED)


def rows_of(uow: UnitOfWork, item: ReviewItem) -> list[OutboxEntry]:
    """Every notice that the item's mail caused, or the item itself, whatever became of it."""
    if item.key:  # its mail, if any, is a sample
        return uow.outbox.of_subject(item.key)
    return uow.outbox.of_mail(item.mail_id) if item.mail_id is not None else []


def withdraw(uow: UnitOfWork, drafts: Collection[OutboxEntry], why: str, now: datetime) -> list[int]:
    """Cancel drafts: the item was settled otherwise. Returns their ids, for an undo."""
    for draft in drafts:
        uow.outbox.mark(draft.id, OutboxState.CANCELLED, now=now, reply=why)
    return [draft.id for draft in drafts]


def withdraw_all(uow: UnitOfWork, item: ReviewItem, why: str, now: datetime) -> dict[str, object]:
    """Cancel all drafts of an item; what its history keeps of that."""
    ids = withdraw(uow, drafts_of(uow, item), why, now)
    return {"drafts": ids} if ids else {}


def _call_back(uow: UnitOfWork, act: JournalEntry, at: At) -> None:
    """Take back what an act wrote itself; none of it has left (`gone`)."""
    for entry_id in _numbers(act, "outbox"):
        uow.outbox.mark(entry_id, OutboxState.CANCELLED, now=at.now, reply=SPINE("undone_by_staff"))


def _hold_again(uow: UnitOfWork, act: JournalEntry, at: At) -> None:
    """Make the drafts that an act let go or withdrew drafts again."""
    for entry_id in _numbers(act, "drafts"):
        uow.outbox.mark(entry_id, OutboxState.HELD, now=at.now, reply=SAY("draft_again"))


def notices_of(act: JournalEntry) -> list[int]:
    """Ids of the drafts that an act let go or withdrew, and of what it wrote itself."""
    return [*_numbers(act, "drafts"), *_numbers(act, "outbox")]


def once_more(uow: UnitOfWork, requests: Collection[NoticeRequest], now: datetime) -> tuple[int, ...]:
    """Notices that an undone act had written and the same act writes again: their rows, with what is said now, wait
    once more. Returns their ids.
    """
    ids = []
    for request in requests:
        for row in uow.outbox.of_subject(request.subject):
            same = row.request.kind is request.kind and row.request.revision == request.revision
            if same and row.state is OutboxState.CANCELLED and row.reply == SPINE("undone_by_staff"):
                uow.outbox.hold([request], now)
                uow.outbox.mark(row.id, OutboxState.WAITING, now=now, not_before=now)
                ids.append(row.id)
    return tuple(ids)


def gone(uow: UnitOfWork, act: JournalEntry) -> str:
    """Which notice of an act has left the house and cannot be taken back, or ''."""
    for entry_id in notices_of(act):
        entry = uow.outbox.get(entry_id)
        if entry and entry.state in GONE:
            when = COMMON("moment", when=f"{entry.sent:%Y-%m-%d %H:%M}") if entry.sent else COMMON("just_now")
            return SAY("left_the_house", id=entry_id, kind=entry.request.kind, at=when)
    return ""


def _numbers(act: JournalEntry, name: str) -> list[int]:
    return [int(str(i)) for i in kept(act, name)]


# Their ids are known when they are written, so what does the act keeps them.
NOTICES = Undo(against=gone, take_back=_call_back)
DRAFTS = Undo(take_back=_hold_again)


# --- the history of an item -----------------------------------------------------------------------------------


def act(
    item: ReviewItem, now: datetime, actor: str, what: str, note: str, data: Mapping[str, object] | None = None
) -> JournalEntry:
    """A line of history of an act, kept where the item's are."""
    return line(
        item,
        JournalEntry(
            what="act",
            at=now,
            actor=actor,
            before=item.state,
            after=what,
            reasons=(note,) if note else (),
            data=data or {},
        ),
    )


def line(item: ReviewItem, entry: JournalEntry) -> JournalEntry:
    """The line where the item's history is: under its mail, or under its key where it has none."""
    return replace(entry, mail_id=None if item.key else item.mail_id, number=_own_number(item))


def _own_number(item: ReviewItem) -> str:
    return item.key or ("" if item.mail_id is not None else f"item:{item.id}")


def history_of(uow: UnitOfWork, item: ReviewItem) -> list[JournalEntry]:
    """The item's lines of history, oldest first: those of its mail, or those under its key."""
    if number := _own_number(item):
        return uow.journal.of_transaction(number)
    return uow.journal.of_mail(item.mail_id) if item.mail_id is not None else []


def last_act(uow: UnitOfWork, item: ReviewItem) -> JournalEntry | None:
    """What handled the item last, with what it did; None where there is nothing to take back.

    Rows of its mail that were settled before are taken back by themselves.
    """
    every = [entry for entry in history_of(uow, item) if entry.what == "act"]
    acts = [entry for entry in every if ROWS not in entry.data or CLOSES in entry.data or entry.after == UNDONE]
    since = max((place for place, entry in enumerate(acts) if entry.after == UNDONE), default=-1)
    return next((entry for entry in reversed(acts[since + 1 :]) if entry.data), None)
