"""The silence watch: a request of which the expected news has not come is put before staff, with a drafted query.

What it costs depends on the requests that run, not on all there are: they are read by (state, since), page by page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maild.config import Staff
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import Alert, NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.asking import Asking
from maild.domain.requests.expectation import WATCHED, Awaited, Expectation, Whose
from maild.domain.requests.patron import Transaction
from maild.office.notices import announce
from maild.office.notices.announce_staff import alert
from maild.office.requests import SAY
from maild.office.requests.queries import About, query, their_number
from maild.office.requests.silent_items import AGAIN, SILENCE, key_of, settle
from maild.ports import Clock
from maild.spine.request_policy import RequestPolicy

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

PAGE = 500
MOST_NEW = 200  # items a run: a first run over an old database does not bury the queue at once
MOST_OPEN = 10_000
_ASKS = {
    Awaited.ANSWER: Asking.ANSWER,
    Awaited.SUPPLY: Asking.SUPPLY,
    Awaited.ARRIVAL: Asking.ARRIVAL,
    Awaited.CONFIRMATION: Asking.CONFIRMATION,
    Awaited.CONSENT: Asking.FEE_ACCEPTED,
}
_UNREAD = (OutboxState.HELD, OutboxState.FAILED, OutboxState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A request whose expected news is overdue."""

    transaction: Transaction
    expectation: Expectation

    @property
    def key(self) -> str:
        return key_of(self.transaction)


class Silence:
    """Flags what is overdue, closes what was answered, escalates what stays silent. Harmless to repeat."""

    def __init__(self, store: Store, clock: Clock, policy: RequestPolicy, staff: Staff, *, watch: bool = True) -> None:
        self._store, self._clock, self._policy, self._staff, self._watch = store, clock, policy, staff, watch

    def run_once(self) -> int:
        """One round; returns how many items and notices are new."""
        now = self._clock.now()
        self._close_answered(now)
        if not self._watch:
            return 0
        new = 0
        for page in self._pages(now):
            with self._store.begin() as uow:
                new += self._look(uow, page, now, MOST_NEW - new)
            if new >= MOST_NEW:
                break
        return new

    def overdue(self) -> list[Silent]:
        """All requests whose expected news is overdue now, longest first within a state."""
        return [silent for page in self._pages(self._clock.now()) for silent in page]

    def _pages(self, now: datetime) -> Iterator[list[Silent]]:
        """The overdue ones, page by page; nothing is overdue on the day it began."""
        today = self._policy.times.today(now)
        begun = datetime(today.year, today.month, today.day, tzinfo=self._policy.times.zone)
        for state in WATCHED:
            after: Transaction | None = None
            while True:
                with self._store.read() as uow:
                    rows = uow.transactions.lingering(state, begun, after=after, limit=PAGE)
                found = [(row, self._policy.expect(row)) for row in rows]
                late = [Silent(transaction=row, expectation=e) for row, e in found if e and e.overdue(today)]
                if late:
                    yield late
                if len(rows) < PAGE:
                    break
                after = rows[-1]

    # --- what is overdue --------------------------------------------------------------------------------

    def _look(self, uow: UnitOfWork, page: Sequence[Silent], now: datetime, most: int) -> int:
        """Flag those that are not yet; returns how many items and notices are new."""
        known = {item.key: item for item in uow.reviews.of_keys([silent.key for silent in page])}
        current = {t.number: t for t in uow.transactions.get_many([s.transaction.number for s in page])}
        new = 0
        for silent in page:
            if new >= most:
                break
            if current.get(silent.transaction.number) != silent.transaction:
                continue  # it moved since it was read
            item = known.get(silent.key)
            if item is not None:
                new += self._escalate(uow, silent, item, now)
            elif silent.expectation.awaited is Awaited.PICK_UP:
                new += self._not_fetched(uow, silent, now)
            else:
                new += self._flag(uow, silent, now)
        return new

    def _flag(self, uow: UnitOfWork, silent: Silent, now: datetime, *more: str) -> int:
        draft, about = self._draft(uow, silent, now)
        reasons = (*said(silent, self._policy), *more, about)
        uow.reviews.add(_item(silent, silent.key, self._policy, reasons), now)
        if draft is not None:
            uow.outbox.add([draft], now, state=OutboxState.HELD)
        uow.journal.add(
            [
                JournalEntry(
                    what="silent",
                    at=now,
                    number=silent.transaction.number,
                    after=silent.expectation.awaited,
                    reasons=reasons,
                )
            ]
        )
        return 1

    def _not_fetched(self, uow: UnitOfWork, silent: Silent, now: datetime) -> int:
        """What waits at the desk: the patron is reminded once; after a second wait a person takes over."""
        times, calendar = self._policy.times_of(silent.transaction), self._policy.times.calendar
        today = self._policy.times.today(now)
        again = calendar.add_working_days(silent.expectation.by, times.pick_up_again).day
        if today > again:
            return self._flag(uow, silent, now, SAY("reminded"))
        patron = uow.patrons.get(silent.transaction.patron_id)
        data = {"event": "arrived", "reminder": True, "until": max(again, today).isoformat()}
        reminder = announce.to_patron(
            NoticeKind.PICK_UP,
            silent.transaction,
            patron,
            now,
            revision=f"reminder:{silent.expectation.since}",
            data=data,
        )
        return len(uow.outbox.add(reminder, now))

    def _draft(
        self, uow: UnitOfWork, silent: Silent, now: datetime, *, again: bool = False
    ) -> tuple[NoticeRequest | None, str]:
        """The drafted mail to whoever is silent, and a sentence about it."""
        case, expectation = silent.transaction, silent.expectation
        key = f"{silent.key}{AGAIN}" if again else silent.key
        if expectation.awaited is Awaited.FEE:
            return self._fee_draft(uow, case, key, now)
        asking = _ASKS.get(expectation.awaited)
        if asking is None:
            return None, _own_fault(uow, case) if expectation.whose is Whose.OFFICE else SAY("phone_patron")
        provider = self._policy.contacts.ask(case)
        if provider is None:
            name = self._policy.contacts.name(case)
            return None, SAY("no_contact", name=name)
        about = About(
            theirs=their_number(uow, case.number),
            since=expectation.since,
            by=expectation.by,
            again=again,
            amount=str(case.total.amount) if case.total else "",
            currency=case.total.currency if case.total else "",
        )
        return (query(asking, case, provider, about, subject=key), SAY("query_to_send", address=provider.contact))

    def _fee_draft(
        self, uow: UnitOfWork, case: Transaction, key: str, now: datetime
    ) -> tuple[NoticeRequest | None, str]:
        if not case.payable:
            return None, SAY("share_unknown")
        patron = uow.patrons.get(case.patron_id)
        recipient = announce.address_of(patron, now)
        if patron is None or not recipient:
            return None, SAY("patron_no_address")
        draft = NoticeRequest(
            kind=NoticeKind.FEE_NOTICE,
            subject=key,
            recipient=recipient,
            number=case.number,
            patron_id=patron.patron_id,
            data={"event": "reminder"},
        )
        return draft, SAY("fee_notice_to_send", address=recipient)

    # --- what stays silent, and what was answered -------------------------------------------------------

    def _escalate(self, uow: UnitOfWork, silent: Silent, item: ReviewItem, now: datetime) -> int:
        """Asked, and overdue again: those above are told, and the case comes up once more."""
        sent = [row.sent for row in uow.outbox.of_subject(item.key) if row.sent]
        if not sent:
            return 0
        asked = self._policy.times.today(max(sent))
        limit = self._policy.times.calendar.add_working_days(asked, silent.expectation.days).day
        key = f"{item.key}{AGAIN}"
        if self._policy.times.today(now) <= limit or uow.reviews.of_key(key) is not None:
            return 0
        draft, about = self._draft(uow, silent, now, again=True)
        reasons = (SAY("no_answer_by", day=asked, limit=limit), *said(silent, self._policy), about)
        uow.reviews.add(_item(silent, key, self._policy, reasons), now)
        if draft is not None:
            uow.outbox.add([draft], now, state=OutboxState.HELD)
        line = f"{silent.transaction.number} 《{silent.transaction.title}》: {reasons[1]}; {reasons[0]}"
        uow.outbox.add(alert(self._staff, Alert.SILENT, [line], subject=key, escalate=True), now)
        uow.journal.add(
            [JournalEntry(what="silent", at=now, number=silent.transaction.number, after="escalated", reasons=reasons)]
        )
        return 1

    def _close_answered(self, now: datetime) -> None:
        """Items whose silence is over: the state moved, or what is expected changed (paid, marked as rush …)."""
        with self._store.read() as uow:
            items = uow.reviews.find(cause=Cause.SILENT, limit=MOST_OPEN)
            items = [item for item in items if item.key.startswith(SILENCE) and item.transactions]
            cases = {t.number: t for t in uow.transactions.get_many([item.transactions[0] for item in items])}
        over = [(item, why) for item in items if (why := self._over(item, cases.get(item.transactions[0]), now))]
        if over:
            with self._store.begin() as uow:
                for item, why in over:
                    settle(uow, item, why, now)

    def _over(self, item: ReviewItem, case: Transaction | None, now: datetime) -> str:
        """Why the item is pointless by now, or ''."""
        if case is None:
            return SAY("known_no_more")
        if key_of(case) != item.key.removesuffix(AGAIN):
            return SAY("news_came", state=case.state, payment=case.payment_state)
        expectation = self._policy.expect(case)
        if expectation is None or expectation.awaited != item.kind:
            return SAY("not_expected", what=item.kind)
        return "" if expectation.overdue(self._policy.times.today(now)) else SAY("expected_now", day=expectation.by)


def said(silent: Silent, policy: RequestPolicy) -> tuple[str, ...]:
    """What was expected, in words for staff."""
    expectation = silent.expectation
    doubt = tuple(SAY("days_unknown", year=year) for year in expectation.unknown)
    return (SAY("nothing_has_come", what=in_words(silent.transaction, expectation, policy)), *doubt)


def in_words(case: Transaction, expectation: Expectation, policy: RequestPolicy) -> str:
    """'expected: answer of CALIS by 2026-11-26 (1 working day)'."""
    who = {Whose.PROVIDER: policy.contacts.name(case), Whose.PATRON: SAY("patron"), Whose.OFFICE: SAY("office")}
    count = expectation.days
    days = SAY("working_day" if count == 1 else "working_days", days=count)
    what = expectation.awaited.replace("_", "-")
    whose, day = who[expectation.whose], expectation.by
    return SAY("expected_rush" if case.rush else "expected", what=what, who=whose, day=day, days=days)


def _item(silent: Silent, key: str, policy: RequestPolicy, reasons: tuple[str, ...]) -> ReviewItem:
    case = silent.transaction
    return ReviewItem(
        id=0,
        mail_id=None,
        cause=Cause.SILENT,
        kind=silent.expectation.awaited,
        key=key,
        transactions=(case.number,),
        sender=policy.contacts.name(case) if silent.expectation.whose is Whose.PROVIDER else case.patron_id,
        subject=f"{case.number} {case.title}".strip(),
        reasons=reasons,
        state=ReviewState.OPEN,
    )


def _own_fault(uow: UnitOfWork, case: Transaction) -> str:
    """The document came, and the patron has no notice of it: what became of ours."""
    rows = [row for row in uow.outbox.about([case.number]) if row.request.kind is NoticeKind.DOCUMENT_DELIVERED]
    stuck = next((row for row in reversed(rows) if row.state in _UNREAD), None)
    if stuck is not None:
        return SAY("notice_stuck", id=stuck.id, state=stuck.state, reply=stuck.reply or SAY("see_outbox"))
    return SAY("no_notice_left") if rows else SAY("no_notice")


def expectation(item: Transaction, policy: RequestPolicy, now: datetime) -> dict[str, object]:
    """What is expected next of a transaction; null where nothing is."""
    found = policy.expect(item)
    if found is None:
        return {
            "expected": None,
            "expected_of": None,
            "expected_by": None,
            "expected_overdue": False,
            "expectation": "",
        }
    doubt = "".join("; " + SAY("year_unknown", year=year) for year in found.unknown)
    return {
        "expected": found.awaited.value,
        "expected_of": found.whose.value,
        "expected_by": found.by.isoformat(),
        "expected_overdue": found.overdue(policy.times.today(now)),
        "expectation": in_words(item, found, policy) + doubt,
    }
