"""What a librarian does with a queue item beside settling it: hand it over, note something, ask for a better photo.

Nothing here takes anything from a colleague: `seen` is the version that the author had looked at, None: whatever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from maild.domain.accounting.receipt import Receipt
from maild.domain.desk.access import Role
from maild.domain.errors import MaildError, NotFound, Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.patron import Patron
from maild.notify.writing.timing import BY_HAND
from maild.office.acting.act import Given, ItemId, Line, Note, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.drafts import HANDED, act, line, rows_of
from maild.office.acting.result import ActResult
from maild.office.acting.seen import check_item
from maild.office.payments.announce_payment import Addressee, Problem, proof_unreadable
from maild.office.payments.judging.evidence import problems
from maild.office.queue.acts import Acts
from maild.office.queue.acts_desk import away_on, mention
from maild.spine.process import Parts
from maild.spine.reading.files import all_attachments

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

_MARKED = re.compile(r"([0-9]{1,18})(?::([0-9]{1,9})?)?")
MOST_WORDS = 4000  # characters of a note
MOST_CLEARED = 100_000  # cleared items among which those of a screen are looked for
CLEARED = "probably advertising: "
PHOTO_ASKED = "better photo asked for"
# A better photo of the same proof helps against these.
PHOTO = (
    Problem.CROPPED,
    Problem.UNREADABLE,
    Problem.NO_AMOUNT,
    Problem.LINK_ONLY,
    Problem.ENCRYPTED,
    Problem.TOO_LARGE,
    Problem.NOT_A_RECEIPT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An item that a librarian marked for an act on several, with the version that was looked at."""

    item_id: int
    seen: int | None = None

    @classmethod
    def read(cls, text: str) -> Marked:
        """'12:3' is item 12 as it was at version 3. Raises Permanent."""
        named = _MARKED.fullmatch(text)
        if named is None:
            raise Permanent(f"{text[:40]!r} names no item", remedy="ID, or ID:VERSION")
        return cls(item_id=int(named[1]), seen=int(named[2]) if named[2] else None)


Items = Annotated[tuple[Marked, ...], Given(help="Items as ID or ID:VERSION.", least=1, most=500, word=True)]
Whose = Annotated[Line, Given(help="The colleague's account; '' gives them back to everybody.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """What became of one of them (result.One)."""

    item_id: int
    done: str = ""
    refused: str = ""
    remedy: str = ""
    outbox: tuple[int, ...] = ()
    noun: ClassVar[str] = "item"

    @property
    def number(self) -> int:
        return self.item_id


class QueueActs:
    """Raises NotFound, Permanent (not possible, with the reason), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._parts, self._acts = parts, acts

    # --- whose it is ------------------------------------------------------------------------------------

    @deed("queue.hand", "/queue/{item_id:int}/hand", command=None)
    def hand(self, item_id: ItemId, to: Whose, *, actor: str, note: Note = "", seen: Seen = None) -> ActResult:
        """Give an item to a colleague, or back to everybody.

        Raises Permanent where there is no such account.
        """
        to = to.strip().lower()
        item, now = self._acts.open_item(item_id, seen), self._parts.clock.now()
        if item.assignee == to:
            return ActResult(done=f"item {item_id} belongs to {_whose(to)} already")
        with self._parts.store.begin() as uow:
            if to and (why := fault_of(uow, to)):
                raise Permanent(why, remedy="maild user list")
            if to != actor and to in away_on(uow, date.fromisoformat(self._day(now))):
                raise Permanent(f"{to} is away", remedy="give it to somebody who is there")
            uow.reviews.assign_to(item_id, to, expected_version=item.version)
            uow.journal.add(
                [
                    line(
                        item,
                        JournalEntry(
                            what=HANDED,
                            at=now,
                            actor=actor,
                            before=item.assignee,
                            after=to,
                            reasons=(note,) if note else (),
                        ),
                    )
                ]
            )
        return ActResult(done=f"item {item_id} belongs to {_whose(to)} now")

    def take(self, item_id: int, *, actor: str, note: str = "", seen: int | None = None) -> ActResult:
        """Make the item one's own."""
        return self.hand(item_id, actor, actor=actor, note=note, seen=seen)

    @deed("queue.note", "/queue/{item_id:int}/note")
    def note(
        self,
        item_id: ItemId,
        text: Annotated[str, Given(help="What colleagues should know.", least=1, most=2000, word=True)],
        *,
        actor: str,
    ) -> ActResult:
        """Write a note into an item's history.

        Nothing else changes, handled or not.
        Raises Permanent for an empty or endless one, NotFound.
        """
        words, now = text.strip(), self._parts.clock.now()
        if not words:
            raise Permanent("an empty note says nothing", remedy="write what colleagues should know")
        if len(words) > MOST_WORDS:
            raise Permanent(f"{len(words):,} characters are more than a note holds", remedy=f"{MOST_WORDS:,} at most")
        with self._parts.store.begin() as uow:
            item = uow.reviews.get(item_id)
            if item is None:
                raise NotFound(f"no queue item {item_id}", remedy="maild queue list")
            uow.journal.add([line(item, JournalEntry(what="note", at=now, actor=actor, reasons=(words,)))])
            told = mention(uow, item_id, words, actor=actor, now=now)
        return ActResult(done=f"noted beside item {item_id}" + (f"; told: {', '.join(told)}" if told else ""))

    # --- a proof that cannot be read --------------------------------------------------------------------

    @deed("queue.photo", "/queue/{item_id:int}/photo")
    def better_photo(
        self,
        item_id: ItemId,
        *,
        actor: str,
        what: Annotated[Line, Given(help="Your own words for what is wrong with it.")] = "",
        seen: Seen = None,
    ) -> ActResult:
        """Ask the sender for a better photo of the payment proof.

        The item waits on, now for the answer. Once a day: raises Permanent where it was asked today.
        """
        item = self._acts.open_item(item_id, seen)
        reading, now = self._acts.reread(item), self._parts.clock.now()
        if reading is None or not reading.mail.author.address:
            raise Permanent(f"item {item_id} has no mail that could be answered", remedy="phone")
        with self._parts.store.begin() as uow:
            check_item(uow, uow.reviews.get(item_id) or item, item.version)
            receipts = [seen_.receipt for seen_ in uow.receipts.of_mail(item.mail_id)] if item.mail_id else []
            if not receipts and reading.classification.main.kind is not Kind.PAYMENT_PROOF:
                raise Permanent(f"item {item_id} brings no payment proof", remedy="maild queue answer --text FILE")
            writer = reading.mail.author.address
            self._refuse_twice(uow, item, writer, now)
            request = self._photo(uow, item, reading, receipts, what, actor, now)
            ids = uow.outbox.add([request], now)
            if not ids:
                raise Permanent(f"item {item_id}: that was written at this very moment", remedy="look again")
            uow.outbox.mark(
                ids[0], OutboxState.WAITING, now=now, reply=f"let go by {actor}", not_before=now + self._parts.grace
            )
            uow.journal.add([replace(act(item, now, actor, PHOTO_ASKED, what.strip()), outbox_id=ids[0])])
        return ActResult(done=f"item {item_id}: {request.recipient} is asked for a better photo", outbox=tuple(ids))

    def _refuse_twice(self, uow: UnitOfWork, item: ReviewItem, writer: str, now: datetime) -> None:
        today = self._day(now)
        for row in rows_of(uow, item):
            mine = row.request.kind is NoticeKind.PROOF_UNREADABLE and row.request.recipient == writer
            if mine and row.state is not OutboxState.CANCELLED and self._day(row.created) == today:
                raise Permanent(
                    f"{writer} was asked today, at {row.created:%H:%M} UTC (notice {row.id})",
                    remedy="wait for the answer, or phone",
                )

    def _day(self, moment: datetime) -> str:
        return moment.astimezone(self._parts.policy.requests.times.zone).date().isoformat()

    def _photo(
        self,
        uow: UnitOfWork,
        item: ReviewItem,
        reading: Reading,
        receipts: Sequence[Receipt],
        what: str,
        actor: str,
        now: datetime,
    ) -> NoticeRequest:
        writers = uow.patrons.by_email([reading.mail.author.address])
        patron: Patron | None = writers[0] if len(writers) == 1 else None
        to = Addressee(
            patron_id=patron.patron_id if patron else "",
            recipient=reading.mail.author.address,
            occasion=f"photo:{item.id}:{self._day(now)}:{len(rows_of(uow, item))}",
            reply_to=reading.mail.message_id,
        )
        wrong = [p for p in problems(receipts) if p in PHOTO] or [Problem.UNREADABLE]
        names = [a.filename for a in all_attachments(reading.mail) if a.filename]
        (request,) = proof_unreadable(to, wrong, names)
        said = {"note": what.strip()} if what.strip() else {}
        return replace(request, data={**request.data, **said, BY_HAND: actor}, mail_id=item.mail_id)

    # --- several at once --------------------------------------------------------------------------------

    def dismiss_all(self, items: Sequence[Marked], *, actor: str, note: str) -> list[Each]:
        """Nothing is to be done about any of them."""
        return bulk(items, lambda i, seen: self._acts.dismiss(i, actor=actor, note=note, seen=seen))

    @deed("queue.clear", "/queue/several/clear", command=None, undo=True)
    def clear(self, items: Items, *, actor: str) -> list[Each]:
        """Clear several items that are probably advertising; undoing one of them takes all back."""
        moment = self._parts.clock.now()
        note = f"probably advertising: {len(items)} of one screen, {moment:%Y-%m-%d %H:%M:%S} UTC"
        return bulk(items, lambda i, seen: self._clear(i, seen, note, actor))

    def _clear(self, item_id: int, seen: int | None, note: str, actor: str) -> ActResult:
        with self._parts.store.read() as uow:
            item = uow.reviews.get(item_id)
        if item is not None and item.cause is not Cause.ADVERTISING:
            raise Permanent(f"item {item_id} is no advertising", remedy="look at it, and dismiss it by itself")
        return self._acts.dismiss(item_id, actor=actor, note=note, seen=seen)

    @deed("queue.undo", "/queue/{item_id:int}/undo", command=None, go="/queue/{item_id}")
    def undo(self, item_id: ItemId, *, actor: str, seen: Seen = None) -> ActResult | list[Each]:
        """Take back what handling an item did, unless a notice has left the house.

        What was cleared with it is open again, too.
        """
        return self.undo_cleared(item_id, actor=actor) or self._acts.undo(item_id, actor=actor, seen=seen)

    def undo_cleared(self, item_id: int, *, actor: str) -> list[Each]:
        """Take back the screen that the item was cleared with; [] where it was not cleared so."""
        with self._parts.store.read() as uow:
            item = uow.reviews.get(item_id)
            if item is None or item.state is not ReviewState.DISMISSED or not item.note.startswith(CLEARED):
                return []
            found = uow.reviews.find(state=ReviewState.DISMISSED, cause=Cause.ADVERTISING, limit=MOST_CLEARED)
        same = [Marked(item_id=i.id) for i in found if (i.note, i.handled_by) == (item.note, item.handled_by)]
        return self.undo_all(same, actor=actor)

    def hand_all(self, items: Sequence[Marked], to: str, *, actor: str, note: str = "") -> list[Each]:
        """Give them to a colleague."""
        return bulk(items, lambda i, seen: self.hand(i, to, actor=actor, note=note, seen=seen))

    def undo_all(self, items: Sequence[Marked], *, actor: str) -> list[Each]:
        """Take back what handled them, where that is still possible."""
        return bulk(items, lambda i, seen: self._acts.undo(i, actor=actor, seen=seen))


def bulk(items: Sequence[Marked], do: Callable[[int, int | None], ActResult]) -> list[Each]:
    """The same for each, one after the other and each by itself: what is refused keeps none of the others back.

    do: called with (item, version that was seen), such as lambda i, seen: acts.dismiss(i, seen=seen, …)
    """
    return [_one(marked, do) for marked in dict.fromkeys(items)]


def fault_of(uow: UnitOfWork, name: str) -> str:
    """Why an account cannot be given items, or ''."""
    account = uow.accounts.get(name)
    if account is None:
        return f"there is no account {name}"
    if account.disabled:
        return f"the account {name} is closed"
    return "" if account.role.may(Role.LIBRARIAN) else f"{name} may look only ({account.role})"


def _whose(name: str) -> str:
    return name or "everybody"


def _one(marked: Marked, do: Callable[[int, int | None], ActResult]) -> Each:
    try:
        result = do(marked.item_id, marked.seen)
    except MaildError as error:
        return Each(item_id=marked.item_id, refused=error.what, remedy=error.remedy)
    return Each(item_id=marked.item_id, done=result.done, outbox=result.outbox)
