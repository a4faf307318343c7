"""What staff tell a request by hand: an event with its date, and what the patron hears of it; rush."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import About, Action, Decision, Transition
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import Advance, Event, Move, Service, advance
from maild.domain.requests.patron import Transaction
from maild.office import SAY as COMMON
from maild.office.notices import announce
from maild.office.recording import apply
from maild.office.requests import SAY
from maild.office.requests.case_details import due_from, held
from maild.office.requests.silent_items import settle_known
from maild.spine import SAY as SPINE
from maild.spine.policy import Policy
from maild.spine.request_policy import RequestPolicy

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

# What the patron is written of an act at the desk, by service.
NOTICES = {
    (Event.ARRIVED, Service.LOAN): NoticeKind.PICK_UP,
    (Event.ARRIVED, Service.COPY): NoticeKind.PICK_UP,
    (Event.RENEWED, Service.LOAN): NoticeKind.LOAN_RENEWED,
    (Event.RETURNED, Service.LOAN): NoticeKind.LOAN_RETURNED,
}
_DATED = frozenset({Event.SHIPPED, Event.ARRIVED, Event.PICKED_UP, Event.DUE, Event.RENEWED})


def tell(
    uow: UnitOfWork,
    number: str,
    event: Event,
    now: datetime,
    policy: Policy,
    *,
    actor: str,
    note: str = "",
    due: date | None = None,
) -> tuple[Advance, tuple[int, ...]]:
    """Move a request as a librarian says; returns the move and the notices. Raises NotFound, Permanent."""
    case = uow.transactions.get(number)
    if case is None:
        raise NotFound(SPINE("no_request", numbers=number), remedy="maild transactions list")
    moved = advance(case.state, event, case.service)
    if moved.move is not Move.MOVED:
        raise Permanent(f"{number}: {moved.reason}", remedy=COMMON("see_transactions"))
    day = _due(case, event, due, policy.requests, now)
    transition = Transition(
        number=number, expected_version=case.version, event=event, before=moved.before, after=moved.after, due=day
    )
    told = replace(case, due=day or case.due)
    notices = _notices(uow, told, event, now, policy.requests)
    decision = Decision(
        action=Action.APPLY,
        about=About(event=event),
        effects=(transition, *notices),
        reasons=(note or COMMON("by_staff"),),
    )
    outbox = apply(uow, decision, now, actor=actor)
    settle_known(uow, case, f"{actor}: {event}", now)
    return moved, outbox


def _due(case: Transaction, event: Event, due: date | None, policy: RequestPolicy, now: datetime) -> date | None:
    """The due date to be set, or None. Raises Permanent where one is needed, or makes no sense."""
    if due is not None and (event not in _DATED or case.service is not Service.LOAN):
        raise Permanent(SAY("no_due_date", event=event, service=case.service), remedy=SAY("leave_due_out"))
    if due is None:
        if event is Event.RENEWED:
            raise Permanent(SAY("needs_due"), remedy=SAY("due_option"))
        return due_from(event, case, policy, now) if case.due is None else None
    if due < policy.times.today(now):
        raise Permanent(SAY("day_passed", day=due), remedy=SAY("give_day"))
    if event is Event.RENEWED and case.due is not None and due <= case.due:
        raise Permanent(SAY("no_later", day=due, due=case.due), remedy=SAY("give_new_due"))
    return due


def _notices(
    uow: UnitOfWork, case: Transaction, event: Event, now: datetime, policy: RequestPolicy
) -> tuple[NoticeRequest, ...]:
    kind = NOTICES.get((event, case.service))
    if kind is None:
        return ()
    patron = uow.patrons.get(case.patron_id)
    due = case.due.isoformat() if case.due else ""
    dated = kind in (NoticeKind.PICK_UP, NoticeKind.LOAN_RENEWED)
    notices = announce.to_patron(
        kind, case, patron, now, revision=due if dated else "", data={"event": event.value, "due": due}
    )
    return held(notices, case, policy, now)


def mark_rush(uow: UnitOfWork, number: str, now: datetime, *, rush: bool, actor: str, note: str = "") -> bool:
    """Note that a request is urgent, or that it is not; False where that was known. Raises NotFound."""
    case = uow.transactions.get(number)
    if case is None:
        raise NotFound(SPINE("no_request", numbers=number), remedy="maild transactions list")
    if case.rush is rush:
        return False
    uow.transactions.apply(Transition(number=number, expected_version=case.version, rush=rush), now)
    words = {True: "rush", False: "ordinary"}
    uow.journal.add(
        [
            JournalEntry(
                what="rush",
                at=now,
                actor=actor,
                number=number,
                before=words[case.rush],
                after=words[rush],
                reasons=(note or COMMON("by_staff"),),
            )
        ]
    )
    return True
