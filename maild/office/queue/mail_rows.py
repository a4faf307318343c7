"""The rows of a provider's mail about several requests, one by one: what each says, what became of it, what settling it
would do. Changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Action, Decision, Transition
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Field
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.patron import Patron, Transaction
from maild.match.words import fold
from maild.office.acting.drafts import ROWS, UNDONE, history_of
from maild.office.queue import SAY
from maild.spine import SAY as SPINE
from maild.spine.looking.row_readings import row_number, row_readings
from maild.spine.poison import Trouble, guard
from maild.store.texts import SAY as STORE

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

SETTLED, LEFT = "row_settled", "row_left"  # what lines of history of rows are
_MOVES = frozenset({"state", "payment"})
_MARKED = re.compile(r"([1-9][0-9]{0,2})(?::([0-9a-f]{8}))?(?:=(\S{1,100}))?")


class RowState(StrEnum):
    """What became of a row. MOVED by the program; SETTLED, LEFT by staff; OVER: nothing is to be done."""

    MOVED = "moved"
    SETTLED = "settled"
    LEFT = "left"
    OVER = "over"
    WAITS = "waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A row that somebody chose. n: its place, from 1; stamp: of what it said, '' whatever; number: another's."""

    n: int
    stamp: str = ""
    number: str = ""

    @classmethod
    def read(cls, text: str) -> Marked:
        """'2:1f00aa31=ILL7' is the second row as it was read, about ILL7. Raises Permanent."""
        named = _MARKED.fullmatch(text)
        if named is None:
            raise Permanent(SAY("names_no_row", text=repr(text[:40])), remedy=SAY("row_or_number"))
        return cls(n=int(named[1]), stamp=named[2] or "", number=named[3] or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOf:
    """A row as the rules read it today. reading: as of a mail that says no more. number: of the request, or ""."""

    n: int
    number: str
    text: str
    reading: Reading

    @property
    def stamp(self) -> str:
        """Tells what it says from what another reading of the mail would have in its place."""
        return sha256(f"{self.number}\n{self.text}".encode()).hexdigest()[:8]

    def of(self, number: str) -> Reading:
        """The row as if it named that request: who settles it says which one is meant."""
        if number == self.number:
            return self.reading
        mail, main = self.reading.mail, self.reading.classification.main
        text = mail.text.replace(self.number, number) if self.number else mail.text
        kept = {name: field for name, field in main.fields.items() if name != "transaction"}
        named = Field(value=number, confidence=1.0, source="staff")
        ruling = replace(main, fields={**kept, "transaction": named})
        return replace(
            self.reading,
            mail=replace(mail, text=text, reply_text=text),
            classification=replace(self.reading.classification, rulings=(ruling,)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What settling a row, or assigning a mail, would do now. why: why it would be refused, '' where it would not."""

    moves: tuple[Transition, ...] = ()
    notices: int = 0
    nothing: bool = False
    why: str = ""


def offered(decide: Callable[[], Decision]) -> Offer | None:
    """What that decision of a person would do; None where it fails: the page is shown all the same."""

    def told() -> Offer:
        try:
            made = decide()
        except Permanent as error:
            return Offer(why=error.what)
        return Offer(moves=made.of(Transition), notices=len(made.notices), nothing=made.action is Action.IGNORE)

    found = guard(told)
    return None if isinstance(found, Trouble) else found


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row for its page.

    said      kind of what it says, with the event that it reports ('' for none)
    about     the request that it names or that staff settled it with, as it stands; None: there is none
    line      staff's own line of history, where they settled or left it
    reasons   why the program did what it did with it
    undoable  '' where what staff did may be taken back, else why not
    """

    row: RowOf
    state: RowState
    said: str
    event: str
    about: Transaction | None
    patron: Patron | None
    line: JournalEntry | None
    reasons: tuple[str, ...]
    offer: Offer
    undoable: str = ""


def rows_of_mail(reading: Reading | None) -> tuple[RowOf, ...]:
    """The rows of a mail; () where it is not about several requests with outcomes of their own."""
    if reading is None:
        return ()
    return tuple(
        RowOf(n=n, number=row_number(each), text=row.text.strip(), reading=each)
        for n, (each, row) in enumerate(zip(row_readings(reading), reading.classification.rows, strict=True), 1)
    )


def lines_of(uow: UnitOfWork, item: ReviewItem) -> Mapping[int, tuple[JournalEntry, str]]:
    """By place: the line of history by which staff settled or left a row, and of which request; not what was undone."""
    found: dict[int, tuple[JournalEntry, str]] = {}
    for entry in history_of(uow, item):
        named = _rows(entry)
        for n, number in named.items():
            if entry.after == UNDONE:
                found.pop(n, None)
            else:
                found[n] = (entry, number)
    return MappingProxyType(found)


def _rows(entry: JournalEntry) -> Mapping[int, str]:
    kept = entry.data.get(ROWS, ()) if entry.what == "act" else ()
    rows = kept if isinstance(kept, list | tuple) else ()
    return {int(str(row["row"])): str(row["number"]) for row in rows if isinstance(row, Mapping)}


def moved_by(uow: UnitOfWork, item: ReviewItem) -> frozenset[str]:
    """Numbers of the requests that the item's mail moved by itself."""
    lines = uow.journal.of_mail(item.mail_id) if item.mail_id is not None else []
    own = (line for line in lines if line.actor == "maild" and SPINE("undone_by_staff") not in line.reasons)
    return frozenset(line.number for line in own if line.what in _MOVES)


def placed(uow: UnitOfWork, item: ReviewItem, every: Sequence[RowOf]) -> tuple[RowOf, ...]:
    """The rows; one that names its request by its title alone with the number that the mail moved under that title."""
    if all(row.number for row in every):
        return tuple(every)
    titles = {each.number: fold(each.title) for each in uow.transactions.get_many(sorted(moved_by(uow, item)))}

    def number(row: RowOf) -> str:
        return row.number or next((n for n, title in titles.items() if title and title in fold(row.text)), "")

    return tuple(replace(row, number=number(row)) for row in every)


def state_of(
    row: RowOf, lines: Mapping[int, tuple[JournalEntry, str]], moved: frozenset[str], *, nothing: bool, waits: bool
) -> RowState:
    """nothing: settling it would do nothing; waits: the item does."""
    if row.n in lines:
        return RowState.LEFT if lines[row.n][0].after == LEFT else RowState.SETTLED
    if row.number in moved:
        return RowState.MOVED
    return RowState.OVER if nothing or not waits else RowState.WAITS


def why_of(row: RowOf, item: ReviewItem) -> tuple[str, ...]:
    """What the program said of the row when it decided the mail."""
    own = SPINE("by_itself", number=row.number, why="")
    return tuple(reason.removeprefix(own) for reason in item.reasons if row.number and reason.startswith(own))


def is_open(item: ReviewItem) -> bool:
    """Whether the item waits."""
    return item.state is ReviewState.OPEN


def named(rows: Sequence[RowOf], marked: Marked) -> RowOf:
    """The row that was chosen. Raises Permanent where there is none, or the mail is read otherwise by now."""
    found = next((row for row in rows if row.n == marked.n), None)
    if found is None:
        raise Permanent(SAY("no_such_row", n=marked.n), remedy=SAY("look_at_rows"))
    if marked.stamp and marked.stamp != found.stamp:
        raise Permanent(SAY("row_changed", n=marked.n), remedy=STORE("look_at_it_again"))
    return found
