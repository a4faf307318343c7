"""What staff do: assign, dismiss, undo, confirm. Each is audited, with who, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from maild.authenticate import questions_of
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Decision, Transition
from maild.domain.incoming.reading import Reading
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.lifecycle import Event, PaymentEvent, pay
from maild.domain.requests.patron import Patron, Transaction
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, ItemId, Line, Note, Number, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.doing import Doing, on_item, reopen, settle, waiting
from maild.office.acting.drafts import ROWS, UNDONE, act, last_act, once_more, withdraw_all
from maild.office.acting.result import ActResult
from maild.office.acting.seen import check_item, check_transaction
from maild.office.books.acts_money import confirm_fee, waiver
from maild.office.notices import announce
from maild.office.queue import SAY
from maild.office.queue.assigning import Share, by_hand, decide_assigned
from maild.office.queue.undo import REPLAYED, take_back, undoable
from maild.office.recording import apply, noted
from maild.office.requests.acts_requests import mark_rush, tell
from maild.spine import SAY as SPINE
from maild.spine.looking.speaking import speaking
from maild.spine.process import Parts
from maild.spine.reading.files import all_attachments
from maild.spine.recording.keeping import At, kept
from maild.spine.recording.notices import caused

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


class Acts:
    """Staff acts on the same laws as the daemon. Raises NotFound, Permanent (not allowed, with the reason),
    StaleVersion where a colleague was faster; `seen` is the version that the author had looked at, None: whatever.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    # --- the review queue -------------------------------------------------------------------------------

    def assign(
        self,
        item_id: int,
        numbers: Sequence[str],
        *,
        actor: str,
        note: str = "",
        amounts: Sequence[Money] = (),
        deposit: bool = False,
        patron_id: str = "",
        seen: int | None = None,
    ) -> ActResult:
        """Settle a queued mail: it is about these transactions, whatever the score said.

        A payment proof pays them: `amounts` says how much each, `deposit` that the rest is prepayment of the patron
        (`patron_id`, where it is not plain). Raises Permanent or NotFound where no such request is named.
        """
        if not numbers and not deposit:
            raise Permanent(SAY("number_needed"), remedy=SAY("name_one"))
        item = self.open_item(item_id, seen)
        reading = self.reread(item)
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            transactions = uow.transactions.get_many(list(numbers))
            unknown = sorted(set(numbers) - {t.number for t in transactions})
            if unknown:
                raise NotFound(SPINE("no_request", numbers=", ".join(unknown)), remedy="maild transactions list")
            share = Share(amounts=tuple(amounts), deposit=deposit, patron_id=patron_id, actor=actor)
            decision = decide_assigned(self._parts, uow, item, reading, transactions, share, now)
            return self.write(uow, item, decision, actor=actor, note=note, now=now)

    @deed("queue.dismiss", "/queue/{item_id:int}/dismiss", undo=True)
    def dismiss(
        self,
        item_id: ItemId,
        *,
        actor: str,
        note: Annotated[Line, Given(help="Why nothing is to be done; kept.")],
        seen: Seen = None,
    ) -> ActResult:
        """Settle an item: nothing is to be done, for this reason.

        Raises Permanent without a reason.
        """
        if not note.strip():
            raise Permanent(SAY("dismissal_needs_reason"), remedy=COMMON("say_why"))
        with self.on(item_id, seen, "dismissed", actor=actor, note=note) as (uow, item, now, data):
            data.update(withdraw_all(uow, item, COMMON("dismissed_by", actor=actor), now))
            settle(uow, item, ReviewState.DISMISSED, actor=actor, note=note, numbers=(), now=now)
        return ActResult(done=SAY("dismissed", id=item_id))

    def undo(self, item_id: int, *, actor: str, seen: int | None = None) -> ActResult:
        """Take back what handling the item did, unless a notice of it has left the house.

        Raises NotFound where it is not handled, Permanent where it cannot be undone any more.
        """
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            item = uow.reviews.get(item_id)
            if item is not None:
                check_item(uow, item, seen)
            if item is None or item.state is ReviewState.OPEN:
                raise NotFound(SAY("not_handled", id=item_id), remedy="maild queue list --all")
            if why := undoable(uow, item):
                raise Permanent(why, remedy=SAY("correct_by_hand"))
            last = last_act(uow, item)
            taken = take_back(uow, last, At(now=now, actor=actor, mail_id=item.mail_id))
            reopen(uow, item, now, actor=actor)
            rows = {ROWS: last.data[ROWS]} if last is not None and ROWS in last.data else None
            uow.journal.add([act(item, now, actor, UNDONE, "", rows)])
        outbox = tuple(int(str(i)) for i in kept(last, "outbox")) if last else ()
        return ActResult(done=SAY("open_again", id=item_id, count=taken), outbox=outbox)

    def mail_of(self, item: ReviewItem) -> tuple[str, tuple[str, ...]]:
        """The item's mail for a reader: its text, and each attachment's name, type and size. Changes nothing."""
        reading = self.reread(item)
        if reading is None:
            return "", ()
        files = (
            SAY("file_listed", name=a.filename, type=a.sniffed or a.media_type, size=f"{a.size:,}")
            for a in all_attachments(reading.mail)
        )
        return reading.mail.text, tuple(files)

    @deed("queue.replay", "/queue/{item_id:int}/replay")
    def replay(self, item_id: ItemId, *, actor: str, seen: Seen = None) -> ActResult:
        """Process the item's mail again under today's rules.

        As if it had just come: after a mended rule, import or bug.

        Raises Permanent where no mail is stored.
        """
        with self.on(item_id, seen, "replayed", actor=actor) as (uow, item, now, _):
            if item.mail_id is None:
                raise Permanent(SAY("no_stored_mail", id=item_id), remedy=SAY("look_in_mailbox"))
            uow.reviews.handle(
                item_id,
                ReviewState.DISMISSED,
                expected_version=item.version,
                actor=actor,
                note=REPLAYED,
                transactions=(),
                now=now,
            )
            withdraw_all(uow, item, SAY("processed_again_by", actor=actor), now)
            uow.mails.replay(item.mail_id)
        return ActResult(done=SAY("processed_again", id=item.mail_id))

    # --- transactions ------------------------------------------------------------

    @deed("transactions.move", "/transactions/{number:key}/move")
    def move(
        self,
        number: Number,
        event: Annotated[Event, Given(word=True)],
        *,
        actor: str,
        note: Note = "",
        due: Annotated[date | None, Given(help="The day a loan is due.")] = None,
        seen: Seen = None,
    ) -> ActResult:
        """Tell a request what happened: arrived, picked up, renewed, returned, cancelled."""
        with self._parts.store.begin() as uow:
            now = self._parts.clock.now()
            check_transaction(uow, uow.transactions.get(number), seen)
            moved, outbox = tell(uow, number, event, now, self._parts.policy, actor=actor, note=note, due=due)
        return ActResult(done=f"{number}: {moved.reason}", transactions=(number,), outbox=outbox)

    @deed("transactions.rush", "/transactions/{number:key}/rush", command=None)
    def rush(self, number: Number, *, rush: bool, actor: str, note: Note = "", seen: Seen = None) -> ActResult:
        """Mark a request as urgent, or as ordinary."""
        with self._parts.store.begin() as uow:
            check_transaction(uow, uow.transactions.get(number), seen)
            changed = mark_rush(uow, number, self._parts.clock.now(), rush=rush, actor=actor, note=note)
        if changed:
            done = SAY("is_rush" if rush else "is_ordinary", number=number)
        else:
            done = SAY("is_rush_already" if rush else "is_ordinary_already", number=number)
        return ActResult(done=done, transactions=(number,))

    @deed("transactions.payment", "/transactions/{number:key}/payment")
    def payment(
        self,
        number: Number,
        event: Annotated[PaymentEvent, Given(word=True)],
        *,
        actor: str,
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Confirm, waive or dispute a payment.

        A document that waited for it goes out.
        """
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            transaction = _transaction(uow, number)
            check_transaction(uow, transaction, seen)
            patron = uow.patrons.get(transaction.patron_id)
            transition, notices = self._paid(uow, transaction, patron, event, now)
            outbox = self._fee(uow, transaction, transition, notices, now, actor=actor, note=note)
        done = SAY("payment_is", number=number, state=transition.payment_after)
        if not announce.address_of(patron, now):
            done = f"{done}; {SAY('no_address_phone')}"
        return ActResult(done=done, transactions=(number,), outbox=outbox)

    def _fee(
        self,
        uow: UnitOfWork,
        transaction: Transaction,
        transition: Transition,
        notices: Sequence[NoticeRequest],
        now: datetime,
        *,
        actor: str,
        note: str,
    ) -> tuple[int, ...]:
        """The payment in the books: what is confirmed is received, what is waived is owed no more."""
        ledger: tuple[LedgerEntry, ...] = ()
        if transition.payment_event is PaymentEvent.CONFIRMED:
            done = confirm_fee(uow, transaction, self._parts.policy, now, actor=actor, note=note)
            if done is not None:
                return done
        elif transition.payment_event is PaymentEvent.WAIVED:
            ledger = waiver(uow, transaction, now, actor=actor, note=note)
        decision = by_hand((transition, *ledger), notices, note)
        return apply(uow, decision, now, actor=actor)

    # --- inside -----------------------------------------------------------------------------------------

    def open_item(self, item_id: int, seen: int | None = None) -> ReviewItem:
        """The item, which waits. Raises NotFound, Permanent, StaleVersion where it is another than was `seen`."""
        with self._parts.store.read() as uow:
            return waiting(uow, item_id, seen)

    def on(
        self, item_id: int, seen: int | None, what: str, *, actor: str, note: str = ""
    ) -> AbstractContextManager[Doing]:
        """An act on an item that waits, as `on_item`."""
        return on_item(self._parts.store, self._parts.clock, item_id, seen, what, actor=actor, note=note)

    def reread(self, item: ReviewItem, *, proven: bool = False) -> Reading | None:
        """The mail read again, as it was stored; outside any transaction. proven: what is so only of a proven sender,
        too: the DNS is asked.
        """
        if item.mail_id is None:
            return None
        with self._parts.store.read() as uow:
            mail = uow.mails.get(item.mail_id)
            named = speaking(uow, [mail.sender], self._parts.clock.now()).get(mail.sender, "")
        raw = self._parts.blobs.get(mail.sha256)
        # No look-up elsewhere: a person answers for the sender.
        answers = self._parts.resolver.txt(questions_of(raw)) if proven else {}
        return self._parts.reader.read(raw, answers, named, vouched=True)

    def _paid(
        self, uow: UnitOfWork, transaction: Transaction, patron: Patron | None, event: PaymentEvent, now: datetime
    ) -> tuple[Transition, list[NoticeRequest]]:
        after = pay(transaction.payment_state, event)
        if after is None:
            raise Permanent(
                SAY("payment_unchanged", number=transaction.number, state=transaction.payment_state, event=event),
                remedy=COMMON("see_transactions"),
            )
        transition = Transition.paying(transaction, event, after)
        notices: list[NoticeRequest] = []
        if event is PaymentEvent.CONFIRMED:
            notices += announce.to_patron(NoticeKind.PAYMENT_CONFIRMED, transaction, patron, now)
        policy = self._parts.policy
        freed = policy.frees(transaction, after)
        documents = uow.documents.of_transaction(transaction.number) if freed else []
        if documents:
            notices += announce.delivered(transaction, patron, documents, now)
        return transition, notices

    def write(
        self,
        uow: UnitOfWork,
        item: ReviewItem,
        decision: Decision,
        *,
        actor: str,
        note: str,
        now: datetime,
        made: Mapping[str, object] | None = None,
    ) -> ActResult:
        """Apply a decision to an item's mail and settle it. made: what else its undoing has to know."""
        did = self.carry_out(uow, item, decision, now, actor=actor)
        outbox = tuple(int(str(i)) for i in did["outbox"])
        dropped = withdraw_all(uow, item, SAY("assigned_by", actor=actor), now)
        settle(uow, item, ReviewState.ASSIGNED, actor=actor, note=note, numbers=decision.about.transactions, now=now)
        data = {**did, **dropped, **(made or {})}
        entries = [
            replace(act(item, now, actor, "assigned", note), number=n, data=data if i == 0 else {})
            for i, n in enumerate(decision.about.transactions or ("",))
        ]
        if item.mail_id is None:  # the history of what has no mail is not kept under the transactions
            entries.append(act(item, now, actor, "assigned", note, data))
        uow.journal.add(entries)
        done = SAY("assigned_to", id=item.id, numbers=", ".join(decision.about.transactions) or COMMON("the_deposit"))
        return ActResult(done=done, transactions=decision.about.transactions, outbox=outbox)

    def carry_out(
        self, uow: UnitOfWork, item: ReviewItem, decision: Decision, now: datetime, *, actor: str
    ) -> dict[str, list[object]]:
        """Apply a decision to an item's mail; what its undoing has to know, and the ids of the notices written."""
        did = noted(uow, decision)
        outbox = apply(uow, decision, now, actor=actor, mail_id=item.mail_id)
        outbox += once_more(uow, caused(decision.notices, item.mail_id), now)
        if self._parts.grace:
            uow.outbox.postpone(outbox, now + self._parts.grace)
        return {"outbox": [*outbox], **did}


def _transaction(uow: UnitOfWork, number: str) -> Transaction:
    transaction = uow.transactions.get(number)
    if transaction is None:
        raise NotFound(SPINE("no_request", numbers=number), remedy="maild transactions list")
    return transaction
