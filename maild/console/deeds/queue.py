"""What staff do with what waits."""

from __future__ import annotations

from maild.console.acts import Act, Input, Line, Outcome, Seen
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.access import Role


class Dismiss(Input):
    item_id: int
    note: Line
    seen: Seen


class OfItem(Input):
    item_id: int
    seen: Seen


def _dismiss(desk: Desk, who: Who, asked: Dismiss) -> Outcome:
    result = desk.services.acts.dismiss(asked.item_id, actor=who.name, note=asked.note)
    return Outcome.of(result, undo=asked.item_id)


def _undo(desk: Desk, who: Who, asked: OfItem) -> Outcome:
    return Outcome.of(desk.services.acts.undo(asked.item_id, actor=who.name), go=f"/queue/{asked.item_id}")


ACTS = (
    Act(name="queue.dismiss", path="/queue/{item_id:int}/dismiss", role=Role.LIBRARIAN, input=Dismiss, run=_dismiss,
        summary="Settle an item: nothing is to be done, for this reason."),
    Act(name="queue.undo", path="/queue/{item_id:int}/undo", role=Role.LIBRARIAN, input=OfItem, run=_undo,
        summary="Take back what handling an item did, unless a notice has left the house."),
)  # fmt: skip
