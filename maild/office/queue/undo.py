"""Taking an act on an item back: by the table that wrote it down (maild.office.recording), from its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.domain.errors import Permanent
from maild.domain.records.held_bytes import BYTES, SOUGHT
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.office.acting.drafts import last_act, notices_of
from maild.office.queue import SAY
from maild.office.recording import UNDOS
from maild.spine.recording.keeping import At, Undo, kept

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

REPLAYED = "replayed"  # note of an item whose mail was processed again
IGNORED, GIVEN_UP = "ignored", "given_up"  # of an act's line of history: its sender; blobs


def undoable(uow: UnitOfWork, item: ReviewItem) -> str:
    """'' where what handled the item may be taken back now, else why not, in a sentence. Changes nothing."""
    if item.state is ReviewState.OPEN:
        return SAY("nothing_done", id=item.id)
    if item.note == REPLAYED:
        return SAY("mail_processed_again", id=item.id)
    return undoable_act(uow, last_act(uow, item))


def undoable_act(uow: UnitOfWork, last: JournalEntry | None) -> str:
    """'' where that act may be taken back now, else why not, in a sentence. Changes nothing."""
    return next((why for undo in EVERY if (why := undo.against(uow, last))), "") if last else ""


def take_back(uow: UnitOfWork, last: JournalEntry | None, at: At) -> int:
    """Take back what an act did: notices, states, entries of the books, what it made anew; returns how many notices.

    Raises Permanent where a notice has left or a request has moved on since.
    """
    if last is None:
        return 0
    if why := undoable_act(uow, last):
        raise Permanent(why, remedy=SAY("correct_by_hand"))
    for undo in EVERY:
        undo.take_back(uow, last, at)
    return len(notices_of(last))


def _heed(uow: UnitOfWork, line: JournalEntry, at: At) -> None:
    """A sender that the act had ignored."""
    for address in kept(line, IGNORED):
        uow.ignored.remove(str(address))


def _seek(uow: UnitOfWork, line: JournalEntry, at: At) -> None:
    """Bytes that the act had given up are looked for again."""
    if names := kept(line, GIVEN_UP):
        uow.journal.add([JournalEntry(what=BYTES, at=at.now, actor=at.actor, after=SOUGHT, data={GIVEN_UP: names})])


# What no decision causes, but an act of its own, last.
EVERY = (*UNDOS, Undo(take_back=_heed), Undo(take_back=_seek))
