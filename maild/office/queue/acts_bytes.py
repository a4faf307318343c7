"""Bytes that staff give up: they are lost for good, nobody is called for them any more, and who said so is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from maild.domain.errors import Permanent
from maild.domain.records.held_bytes import BYTES, GIVEN_UP
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.office.acting.act import Given, ItemId, Line, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.doing import settle
from maild.office.acting.drafts import withdraw_all
from maild.office.acting.result import ActResult
from maild.office.queue import SAY
from maild.office.queue.acts import Acts
from maild.spine.process import Parts


class LostActs:
    """names_of: the blobs that an item stands for, still missing; raises Permanent where there are none."""

    def __init__(self, parts: Parts, acts: Acts, names_of: Callable[[ReviewItem], list[str]]) -> None:
        self._parts, self._acts, self._names_of = parts, acts, names_of

    @deed("queue.give_up", "/queue/{item_id:int}/give-up", undo=True)
    def give_up(
        self,
        item_id: ItemId,
        *,
        actor: str,
        note: Annotated[Line, Given(help="Where they were looked for; kept in the history.")],
        seen: Seen = None,
    ) -> ActResult:
        """Settle an item of lost bytes: they are lost for good, and nobody is called for them any more.

        `undo` has them looked for again. Raises Permanent without a reason.
        """
        if not note.strip():
            raise Permanent(SAY("giving_up_needs_reason"), remedy=SAY("say_where_looked"))
        names = self._names_of(self._acts.open_item(item_id, seen))
        with self._acts.on(item_id, seen, GIVEN_UP, actor=actor, note=note) as (uow, item, now, data):
            data.update(withdraw_all(uow, item, SAY("bytes_given_up_by", actor=actor), now), given_up=names)
            settle(uow, item, ReviewState.DISMISSED, actor=actor, note=note, numbers=(), now=now)
            told = {"given_up": names}
            uow.journal.add([JournalEntry(what=BYTES, at=now, actor=actor, after=GIVEN_UP, reasons=(note,), data=told)])
        return ActResult(done=SAY("bytes_given_up", id=item_id, count=len(names)), data={"item": item_id})
