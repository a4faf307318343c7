"""Loans by the clock: overdue when the due date has passed, asked for again each week, then before staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from maild.config import Staff
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import PERHAPS_GONE, Alert, NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.expectation import Awaited, last_day
from maild.domain.requests.lifecycle import Event, Service, State
from maild.domain.requests.patron import Patron, Transaction
from maild.office.notices import announce
from maild.office.notices.announce_staff import alert
from maild.office.requests import SAY
from maild.office.requests.clockwork import pages, tick
from maild.office.requests.silent_items import settle
from maild.ports import Clock
from maild.spine.request_policy import RequestPolicy

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

OVERDUE = "overdue:"
MOST_OPEN = 10_000
LINES = 40  # of one mail to staff
_ASKED = PERHAPS_GONE | {OutboxState.WAITING, OutboxState.LEASED}


class Loans:
    """`notices`: how often an overdue loan is asked for. Harmless to repeat: a notice a due date and week."""

    def __init__(self, store: Store, clock: Clock, policy: RequestPolicy, staff: Staff, *, notices: int) -> None:
        self._store, self._clock, self._policy, self._staff, self._notices = store, clock, policy, staff, notices

    def run_once(self) -> int:
        """One round; returns how many notices and queue items are new."""
        now = self._clock.now()
        new = 0
        for page in pages(self._store, State.ON_LOAN, now):
            late = [loan for loan in page if self._late(loan, now)]
            if late:
                with self._store.begin() as uow:
                    new += sum(self._falls_due(uow, loan, patron, now) for loan, patron in _with_patrons(uow, late))
        for page in pages(self._store, State.OVERDUE, now):
            late = [loan for loan in page if self._late(loan, now)]
            if late:
                with self._store.begin() as uow:
                    new += self._ask_again(uow, late, now)
        self._close_returned(now)
        return new

    def _late(self, loan: Transaction, now: datetime) -> bool:
        """The day after the last on which it could be brought back."""
        if loan.due is None or loan.service is not Service.LOAN:
            return False
        return self._policy.times.today(now) > last_day(loan.due, self._policy.times.calendar).day

    def _falls_due(self, uow: UnitOfWork, loan: Transaction, patron: Patron | None, now: datetime) -> int:
        day = _due(loan)
        # A reminder of the provider's for the same day bears the same revision: the patron gets one.
        notices = _overdue_notice(loan, patron, now, revision=day.isoformat())
        why = SAY("was_due" if notices else "was_due_phone", day=day)
        return int(tick(uow, loan, Event.OVERDUE, now, why, notices))

    def _ask_again(self, uow: UnitOfWork, loans: Sequence[Transaction], now: datetime) -> int:
        told: dict[str, datetime] = {}
        asked: Counter[tuple[str, str]] = Counter()
        for row in uow.outbox.about([loan.number for loan in loans]):
            if row.request.kind is NoticeKind.LOAN_OVERDUE:
                told[row.request.number] = max(row.created, told.get(row.request.number, row.created))
                asked[row.request.number, str(row.request.data.get("due", ""))] += row.state in _ASKED
        new, lines = 0, []
        for loan, patron in _with_patrons(uow, loans):
            pause = max(1, self._policy.times_of(loan).overdue_again)
            weeks = self._policy.days_late(loan, now) // pause
            if weeks >= self._notices:
                line = self._before_staff(uow, loan, asked[loan.number, _due(loan).isoformat()], now)
                lines += [line] if line else []
            elif weeks and _long_ago(told.get(loan.number), now, pause):
                new += len(uow.outbox.add(_overdue_notice(loan, patron, now, revision=f"{_due(loan)}:{weeks}"), now))
        for start in range(0, len(lines), LINES):  # few mails, where an old database has many such loans
            some = lines[start : start + LINES]
            subject = f"loans:{now.isoformat()}:{some[0].partition(' ')[0]}"
            uow.outbox.add(alert(self._staff, Alert.OVERDUE, some, subject=subject, escalate=True), now)
        return new + len(lines)

    def _before_staff(self, uow: UnitOfWork, loan: Transaction, asked: int, now: datetime) -> str:
        """Late for long enough: a person takes over. Returns the line that the office is told, '' if it was."""
        key = f"{OVERDUE}{loan.number}:{_due(loan)}"
        if uow.reviews.of_key(key) is not None:
            return ""
        days = self._policy.days_late(loan, now)
        reasons = (
            SAY("overdue_and_asked", day=_due(loan), days=days, times=_times(asked)),
            SAY("lent_by", name=self._policy.contacts.name(loan)),
        )
        uow.reviews.add(
            ReviewItem(
                id=0,
                mail_id=None,
                cause=Cause.SILENT,
                kind=Awaited.RETURN,
                key=key,
                transactions=(loan.number,),
                sender=loan.patron_id,
                subject=f"{loan.number} {loan.title}".strip(),
                reasons=reasons,
            ),
            now,
        )
        return f"{loan.number} 《{loan.title}》 ({loan.patron_id}): {reasons[0]}"

    def _close_returned(self, now: datetime) -> None:
        """Items of loans that came back, or were renewed."""
        with self._store.read() as uow:
            found = uow.reviews.find(state=ReviewState.OPEN, cause=Cause.SILENT, limit=MOST_OPEN)
            items = [item for item in found if item.key.startswith(OVERDUE) and item.transactions]
            loans = {t.number: t for t in uow.transactions.get_many([item.transactions[0] for item in items])}
        over = [item for item in items if not _still(item, loans.get(item.transactions[0]))]
        if over:
            with self._store.begin() as uow:
                for item in over:
                    loan = loans.get(item.transactions[0])
                    why = SAY("loan_is", state=loan.state) if loan else SAY("loan_unknown")
                    settle(uow, item, why, now)


def _still(item: ReviewItem, loan: Transaction | None) -> bool:
    return loan is not None and loan.state is State.OVERDUE and item.key == f"{OVERDUE}{loan.number}:{_due(loan)}"


def _times(count: int) -> str:
    return {0: SAY("no_mail_of_ours"), 1: SAY("once")}.get(count, SAY("times", count=count))


def _due(loan: Transaction) -> date:
    return loan.due if loan.due else date.min


def _long_ago(told: datetime | None, now: datetime, days: int) -> bool:
    """Whether the last notice, whoever caused it, is old enough for another one."""
    return told is None or now - told > timedelta(days=days) - timedelta(hours=12)


def _overdue_notice(
    loan: Transaction, patron: Patron | None, now: datetime, *, revision: str
) -> tuple[NoticeRequest, ...]:
    data = {"event": Event.OVERDUE.value, "due": _due(loan).isoformat()}
    return announce.to_patron(NoticeKind.LOAN_OVERDUE, loan, patron, now, revision=revision, data=data)


def _with_patrons(uow: UnitOfWork, loans: Sequence[Transaction]) -> list[tuple[Transaction, Patron | None]]:
    patrons = {p.patron_id: p for p in uow.patrons.get_many(sorted({loan.patron_id for loan in loans}))}
    return [(loan, patrons.get(loan.patron_id)) for loan in loans]
