"""Rows of a mail about several requests, settled one by one: the item holds what is left, and is done with the last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Decision
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.patron import Transaction
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, ItemId, Line, Note, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.doing import settle
from maild.office.acting.drafts import CLOSES, ROWS, UNDONE, act, drafts_of, withdraw, withdraw_all
from maild.office.acting.result import ActResult
from maild.office.queue import SAY
from maild.office.queue.acts import Acts
from maild.office.queue.assigning import Share, decide_assigned
from maild.office.queue.mail_rows import (
    LEFT,
    SETTLED,
    Marked,
    Offer,
    RowOf,
    RowState,
    RowView,
    is_open,
    lines_of,
    moved_by,
    named,
    offered,
    placed,
    rows_of_mail,
    state_of,
    why_of,
)
from maild.office.queue.undo import take_back, undoable_act
from maild.spine.process import Parts
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

NONE: Mapping[str, str] = MappingProxyType({})
Chosen = Annotated[
    tuple[Marked, ...], Given(help="Rows by their place; 2=NUMBER: about that request.", least=1, most=50, word=True)
]


class RowActs:
    """Raises NotFound, Permanent (not possible, with the reason), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._parts, self._acts = parts, acts

    # --- looking ----------------------------------------------------------------------------------------

    def rows(self, uow: UnitOfWork, item: ReviewItem, every: Sequence[RowOf]) -> tuple[RowView, ...]:
        """The rows of the item's mail with what became of each. Changes nothing."""
        if not every:
            return ()
        every = placed(uow, item, every)
        lines, moved = lines_of(uow, item), moved_by(uow, item)
        numbers = {row.n: lines[row.n][1] if row.n in lines and lines[row.n][1] else row.number for row in every}
        known = {t.number: t for t in uow.transactions.get_many(sorted(set(filter(None, numbers.values()))))}
        patrons = {p.patron_id: p for p in uow.patrons.get_many(sorted({t.patron_id for t in known.values()}))}
        found = []
        for row in every:
            about, line = known.get(numbers[row.n]), lines[row.n][0] if row.n in lines else None
            waits = is_open(item) and line is None and row.number not in moved
            offer = self._offer(uow, item, row, about) if waits else Offer()
            ruling = row.reading.classification.main
            found.append(
                RowView(
                    row=row,
                    state=state_of(row, lines, moved, nothing=offer.nothing, waits=waits),
                    said=ruling.kind.value,
                    event=ruling.event.value if ruling.event else "",
                    about=about,
                    patron=patrons.get(about.patron_id) if about else None,
                    line=line,
                    reasons=why_of(row, item),
                    offer=offer,
                    undoable=undoable_act(uow, line) if line is not None else "",
                )
            )
        return tuple(found)

    def _offer(self, uow: UnitOfWork, item: ReviewItem, row: RowOf, about: Transaction | None) -> Offer:
        if about is None:
            return Offer()
        return offered(lambda: self._decided(uow, item, row, about, self._parts.clock.now(), "")) or Offer()

    def _decided(
        self, uow: UnitOfWork, item: ReviewItem, row: RowOf, about: Transaction, now: datetime, actor: str
    ) -> Decision:
        return decide_assigned(self._parts, uow, item, row.of(about.number), [about], Share(actor=actor), now)

    # --- acting -----------------------------------------------------------------------------------------

    @deed("queue.settle_rows", "/queue/{item_id:int}/rows/settle", slow=True)
    def settle_rows(
        self,
        item_id: ItemId,
        rows: Chosen,
        *,
        actor: str,
        numbers: Annotated[
            Mapping[str, Line], Given(help="By a row's place: the request it is about.", form=True)
        ] = NONE,
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Settle rows of a mail about several requests: what each says happens to its request.

        All of the chosen or none. Raises Permanent where a row cannot be applied or names no request.
        """
        item = self._acts.open_item(item_id, seen)
        every, now = self._every(item), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            done: list[Mapping[str, str]] = []
            data = defaultdict[str, list[object]](list)
            for row, about in self._chosen(uow, item, every, rows, numbers):
                try:
                    decision = self._decided(uow, item, row, about, now, actor)
                except Permanent as error:
                    raise Permanent(SAY("row_why", n=row.n, why=error.what), remedy=error.remedy) from error
                for key, values in self._acts.carry_out(uow, item, decision, now, actor=actor).items():
                    data[key] += values
                data["drafts"] += self._dropped(uow, item, about.number, actor, now)
                done.append({"row": str(row.n), "number": about.number})
            return self._kept(uow, item, every, done, SETTLED, {**data}, now, actor=actor, note=note)

    @deed("queue.leave_rows", "/queue/{item_id:int}/rows/leave", slow=True)
    def leave_rows(
        self,
        item_id: ItemId,
        rows: Chosen,
        *,
        actor: str,
        note: Annotated[Line, Given(help="Why nothing is to be done about them; kept.")],
        seen: Seen = None,
    ) -> ActResult:
        """Leave rows of a mail about several requests as they are, for this reason.

        Raises Permanent without a reason.
        """
        if not note.strip():
            raise Permanent(SAY("dismissal_needs_reason"), remedy=COMMON("say_why"))
        item = self._acts.open_item(item_id, seen)
        every, now = self._every(item), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            taken = lines_of(uow, item)
            left = [_free(named(every, marked), taken) for marked in rows]
            drafts = [n for row in left for n in self._dropped(uow, item, row.number, actor, now)]
            done = [{"row": str(row.n), "number": row.number} for row in left]
            data: dict[str, list[object]] = {"drafts": [*drafts]}
            return self._kept(uow, item, every, done, LEFT, data, now, actor=actor, note=note)

    @deed("queue.undo_row", "/queue/{item_id:int}/rows/undo", slow=True)
    def undo_row(
        self,
        item_id: ItemId,
        row: Annotated[Marked, Given(help="A row by its place.", word=True)],
        *,
        actor: str,
        seen: Seen = None,
    ) -> ActResult:
        """Take back the act by which a row was settled or left, with all rows that it settled.

        Raises Permanent where it cannot be undone any more.
        """
        item, now = self._acts.open_item(item_id, seen), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            line, _ = lines_of(uow, item).get(row.n, (None, ""))
            if line is None:
                raise NotFound(SAY("row_unsettled", n=row.n), remedy=SAY("look_at_rows"))
            taken = take_back(uow, line, At(now=now, actor=actor, mail_id=item.mail_id))
            uow.reviews.assign_to(item.id, item.assignee, expected_version=item.version)
            uow.journal.add([act(item, now, actor, UNDONE, "", {ROWS: line.data[ROWS]})])
        return ActResult(done=SAY("row_waits_again", n=row.n, count=taken))

    # --- inside -----------------------------------------------------------------------------------------

    def _every(self, item: ReviewItem) -> tuple[RowOf, ...]:
        every = rows_of_mail(self._acts.reread(item, proven=True))  # only who is proven says what moves requests
        if not every:
            raise Permanent(SAY("no_rows", id=item.id), remedy=SAY("settle_as_whole"))
        return every

    @staticmethod
    def _chosen(
        uow: UnitOfWork,
        item: ReviewItem,
        every: Sequence[RowOf],
        chosen: Sequence[Marked],
        numbers: Mapping[str, str],
    ) -> list[tuple[RowOf, Transaction]]:
        every = placed(uow, item, every)
        taken, moved = lines_of(uow, item), moved_by(uow, item)
        found = []
        for marked in dict.fromkeys(chosen):
            row = _free(named(every, marked), taken)
            number = marked.number or numbers.get(str(row.n), "").strip() or row.number
            about = uow.transactions.get(number) if number else None
            if about is None:
                what = f"row {row.n}: no request {number}" if number else SAY("row_names_none", n=row.n)
                raise NotFound(what, remedy="maild transactions list")
            if row.number in moved and number == row.number:
                raise Permanent(SAY("row_applied", n=row.n), remedy=SAY("look_at_rows"))
            found.append((row, about))
        return found

    @staticmethod
    def _dropped(uow: UnitOfWork, item: ReviewItem, number: str, actor: str, now: datetime) -> list[int]:
        """The drafts about a request are not needed any more; their ids."""
        about = [draft for draft in drafts_of(uow, item) if number and draft.request.number == number]
        return withdraw(uow, about, SAY("assigned_by", actor=actor), now)

    def _kept(
        self,
        uow: UnitOfWork,
        item: ReviewItem,
        every: Sequence[RowOf],
        done: Sequence[Mapping[str, str]],
        what: str,
        data: dict[str, list[object]],
        now: datetime,
        *,
        actor: str,
        note: str,
    ) -> ActResult:
        """Write down which rows are done; with the last the item is."""
        kept: dict[str, object] = {**data, ROWS: [dict(row) for row in done]}
        taken = {n: line.after for n, (line, _) in lines_of(uow, item).items()}
        taken |= {int(row["row"]): what for row in done}
        left = [v for v in self.rows(uow, item, every) if v.state is RowState.WAITS and v.row.n not in taken]
        numbers = list(dict.fromkeys(row["number"] for row in done if row["number"] and what == SETTLED))
        if left:
            uow.reviews.assign_to(item.id, item.assignee, expected_version=item.version)
        else:
            every_number = [number for line, number in lines_of(uow, item).values() if number and line.after == SETTLED]
            state = ReviewState.ASSIGNED if SETTLED in taken.values() else ReviewState.DISMISSED
            dropped = withdraw_all(uow, item, SAY("assigned_by", actor=actor), now).get("drafts", [])
            kept |= {"drafts": [*data["drafts"], *dropped], CLOSES: True}  # type: ignore[misc]
            settle(uow, item, state, actor=actor, note=note, numbers=[*every_number, *numbers], now=now)
        entry = act(item, now, actor, what, note, kept)
        lines = [replace(entry, number=number, data=kept if i == 0 else {}) for i, number in enumerate(numbers or [""])]
        uow.journal.add(lines if item.mail_id is not None and not item.key else [entry])
        places = ", ".join(row["row"] for row in done)
        said = SAY("rows_settled", places=places) if what == SETTLED else SAY("rows_left", places=places)
        rest = SAY("rows_wait", count=len(left)) if left else SAY("item_done", id=item.id)
        outbox = tuple(int(str(n)) for n in data.get("outbox", ()))
        return ActResult(done=f"{said}; {rest}", transactions=tuple(numbers), outbox=outbox)


def _free(row: RowOf, taken: Mapping[int, object]) -> RowOf:
    if row.n in taken:
        raise Permanent(SAY("row_done", n=row.n), remedy=SAY("take_back_first"))
    return row
