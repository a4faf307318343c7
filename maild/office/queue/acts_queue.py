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
from maild.office import SAY as COMMON
from maild.office.acting import SAY as ACTING
from maild.office.acting.act import Given, ItemId, Line, Note, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.drafts import HANDED, act, line, rows_of
from maild.office.acting.result import ActResult
from maild.office.acting.seen import check_item
from maild.office.payments.announce_payment import Addressee, Problem, proof_unreadable
from maild.office.payments.assessing.evidence import problems
from maild.office.queue import SAY
from maild.office.queue.acts import Acts
from maild.office.queue.acts_desk import away_on, mention
from maild.spine.process import Parts
from maild.spine.reading.files import all_attachments

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

_MARKED = re.compile(r"([0-9]{1,18})(?::([0-9]{1,9})?)?")
MOST_WORDS = 4000  # characters of a note
CLEARED = "probably advertising: "
MOST_CLEARED = 100_000  # cleared items among which those of a screen are looked for
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
            raise Permanent(SAY("names_no_item", text=repr(text[:40])), remedy=SAY("item_or_version"))
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
            return ActResult(done=SAY("belongs_already", id=item_id, name=_whose(to)))
        with self._parts.store.begin() as uow:
            if to and (why := fault_of(uow, to)):
                raise Permanent(why, remedy="maild user list")
            if to != actor and to in away_on(uow, date.fromisoformat(self._day(now))):
                raise Permanent(SAY("is_away", name=to), remedy=SAY("give_to_other"))
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
        return ActResult(done=SAY("belongs_now", id=item_id, name=_whose(to)))

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
            raise Permanent(SAY("note_empty"), remedy=SAY("write_note"))
        if len(words) > MOST_WORDS:
            raise Permanent(SAY("note_too_long", count=f"{len(words):,}"), remedy=SAY("most", most=f"{MOST_WORDS:,}"))
        with self._parts.store.begin() as uow:
            item = uow.reviews.get(item_id)
            if item is None:
                raise NotFound(COMMON("no_item", id=item_id), remedy="maild queue list")
            uow.journal.add([line(item, JournalEntry(what="note", at=now, actor=actor, reasons=(words,)))])
            told = mention(uow, item_id, words, actor=actor, now=now)
        done = SAY("noted", id=item_id)
        return ActResult(done=f"{done}; {SAY('told', addresses=', '.join(told))}" if told else done)

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

        The item waits on, now for the answer. It is asked once a day. Raises Permanent
        where it was asked today.
        """
        item = self._acts.open_item(item_id, seen)
        reading, now = self._acts.reread(item), self._parts.clock.now()
        if reading is None or not reading.mail.author.address:
            raise Permanent(SAY("no_mail_to_answer", id=item_id), remedy="phone")
        with self._parts.store.begin() as uow:
            check_item(uow, uow.reviews.get(item_id) or item, item.version)
            receipts = [seen_.receipt for seen_ in uow.receipts.of_mail(item.mail_id)] if item.mail_id else []
            if not receipts and reading.classification.main.kind is not Kind.PAYMENT_PROOF:
                raise Permanent(SAY("no_proof", id=item_id), remedy="maild queue answer --text FILE")
            writer = reading.mail.author.address
            self._refuse_twice(uow, item, writer, now)
            request = self._photo(uow, item, reading, receipts, what, actor, now)
            ids = uow.outbox.add([request], now)
            if not ids:
                raise Permanent(SAY("written_this_moment", id=item_id), remedy=COMMON("look_again"))
            uow.outbox.mark(
                ids[0],
                OutboxState.WAITING,
                now=now,
                reply=SAY("let_go_by", actor=actor),
                not_before=now + self._parts.grace,
            )
            uow.journal.add([replace(act(item, now, actor, ACTING("photo_asked_for"), what.strip()), outbox_id=ids[0])])
        return ActResult(done=SAY("photo_asked", id=item_id, address=request.recipient), outbox=tuple(ids))

    def _refuse_twice(self, uow: UnitOfWork, item: ReviewItem, writer: str, now: datetime) -> None:
        today = self._day(now)
        for row in rows_of(uow, item):
            mine = row.request.kind is NoticeKind.PROOF_UNREADABLE and row.request.recipient == writer
            if mine and row.state is not OutboxState.CANCELLED and self._day(row.created) == today:
                raise Permanent(
                    SAY("photo_asked_today", address=writer, time=f"{row.created:%H:%M}", id=row.id),
                    remedy=SAY("wait_or_phone"),
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
        note = SAY("probably_advertising", count=len(items), moment=f"{moment:%Y-%m-%d %H:%M:%S}")
        return bulk(items, lambda i, seen: self._clear(i, seen, note, actor))

    def _clear(self, item_id: int, seen: int | None, note: str, actor: str) -> ActResult:
        with self._parts.store.read() as uow:
            item = uow.reviews.get(item_id)
        if item is not None and item.cause is not Cause.ADVERTISING:
            raise Permanent(SAY("no_advertising", id=item_id), remedy=SAY("look_and_dismiss"))
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
        return SAY("no_account", name=name)
    if account.disabled:
        return SAY("account_closed", name=name)
    return "" if account.role.may(Role.LIBRARIAN) else SAY("may_only_look", name=name, role=account.role)


def _whose(name: str) -> str:
    return name or "everybody"


def _one(marked: Marked, do: Callable[[int, int | None], ActResult]) -> Each:
    try:
        result = do(marked.item_id, marked.seen)
    except MaildError as error:
        return Each(item_id=marked.item_id, refused=error.what, remedy=error.remedy)
    return Each(item_id=marked.item_id, done=result.done, outbox=result.outbox)
