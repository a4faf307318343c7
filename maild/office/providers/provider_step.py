"""What a provider's mail does to one transaction: how it moves, what is told, asked for, or taken from a deposit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from maild.domain import SAY as DOMAIN
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.incoming.decision import Cause, Transition
from maild.domain.incoming.matching import Candidate, Signal
from maild.domain.incoming.ruling import Ruling
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import (
    Advance,
    Event,
    PaymentEvent,
    PaymentState,
    Service,
    pay,
)
from maild.domain.requests.patron import Document, Transaction
from maild.domain.text import chinese_marks
from maild.office.notices import announce
from maild.office.payments.charge_deposit import charge_deposit
from maild.office.payments.facts_payment import Prepaid
from maild.office.payments.payment_policy import PaymentPolicy
from maild.office.providers import SAY
from maild.office.providers.fees_said import OURS, Fees
from maild.office.requests.case_details import day_said
from maild.spine.facts import Facts
from maild.spine.policy import Policy

# The notice an event brings to the patron, by service. Events that are not listed bring none.
NOTICES: dict[Event, dict[Service, NoticeKind]] = {
    Event.ACCEPTED: dict.fromkeys(Service, NoticeKind.REQUEST_ACCEPTED),
    Event.FORWARDED: dict.fromkeys(Service, NoticeKind.SENT_FOR_SUPPLY),
    Event.SHIPPED: {Service.LOAN: NoticeKind.SENT_FOR_SUPPLY},
    Event.ARRIVED: dict.fromkeys(Service, NoticeKind.PICK_UP),
    Event.DUE: {Service.LOAN: NoticeKind.LOAN_DUE},
    Event.RENEWED: {Service.LOAN: NoticeKind.LOAN_RENEWED},
    Event.RETURNED: {Service.LOAN: NoticeKind.LOAN_RETURNED},
    Event.OVERDUE: {Service.LOAN: NoticeKind.LOAN_OVERDUE},
    Event.UNFILLED: dict.fromkeys(Service, NoticeKind.UNFILLED),
    Event.CANCELLED: dict.fromkeys(Service, NoticeKind.CANCELLED),
}
# Told once a due date.
DATED = announce.PICKED_UP_HERE | {NoticeKind.LOAN_RENEWED}
ASKED_FOR = (PaymentState.DUE, PaymentState.PROOF_RECEIVED, PaymentState.CONFIRMED, PaymentState.DISPUTED)
CHARGED = (Event.SHIPPED, Event.DELIVERED, Event.ARRIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one mail does to one transaction. `cause` is set where a person must look."""

    advance: Advance
    transition: Transition | None = None
    notices: tuple[NoticeRequest, ...] = ()
    documents: tuple[Document, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    cause: Cause = Cause.NONE
    blocked: bool = False
    reasons: tuple[str, ...] = ()


def transition_of(moved: Advance, transaction: Transaction, ruling: Ruling) -> Transition:
    due, named = day_said(ruling.value("due")), ruling.value("provider_name")
    goes_on = not transaction.provider or (moved.event is Event.FORWARDED and named != transaction.provider)
    return Transition(
        number=transaction.number,
        expected_version=transaction.version,
        event=moved.event,
        before=moved.before,
        after=moved.after,
        due=due if due != transaction.due else None,
        provider=named or None if goes_on else None,
    )


def noticed(step: Step, ruling: Ruling, candidate: Candidate, facts: Facts, revision: str = "") -> Step:
    transaction = candidate.transaction
    kind = NOTICES.get(step.advance.event, {}).get(transaction.service)
    if kind is None:
        return step
    if kind is NoticeKind.SENT_FOR_SUPPLY:
        # A request may be forwarded several times: each stage is told once.
        revision = f"{step.advance.event}:{ruling.value('provider_name')}"
    computed = step.transition.due if step.transition else None
    due = computed or day_said(ruling.value("due")) or transaction.due
    recalled = kind is NoticeKind.LOAN_DUE and bool(ruling.value("recalled"))
    if recalled:  # the day on record no longer holds, and what was told of it was no recall
        due = day_said(ruling.value("due"))
        revision = f"recalled:{due or transaction.version}"
    if kind in DATED and due and not revision:
        revision = due.isoformat()
    data = {"event": step.advance.event.value, "recalled": recalled, **_notice_data(ruling, due)}
    notices = announce.to_patron(kind, transaction, candidate.patron, facts.now, revision=revision, data=data)
    return addressed(replace(step, notices=notices), candidate)


def _notice_data(ruling: Ruling, due: date | None) -> dict[str, object]:
    names = ("reason", "reason_code", "provider_name", "pickup_place", "note")
    data: dict[str, object] = {name: chinese_marks(ruling.value(name)) for name in names}
    return {**data, "due": due.isoformat() if due else ""}


def addressed(step: Step, candidate: Candidate) -> Step:
    if step.notices:
        return step
    reason = SAY("no_usable_address", patron=candidate.transaction.patron_id)
    return replace(step, cause=Cause.NO_ADDRESS, reasons=(*step.reasons, reason))


def quoted(candidate: Candidate, facts: Facts, moved: Advance, transition: Transition, fees: Fees) -> Step:
    transaction = candidate.transaction
    payable = fees.charged(transaction).payable
    if payable and transaction.payment_state in ASKED_FOR and not facts.query.system:  # its form says how things stand
        reason = SAY("asked_before", amount=payable)
        return Step(advance=moved, cause=Cause.QUESTION, blocked=True, reasons=(reason,))
    if payable is None:
        step = Step(advance=moved, transition=transition, cause=Cause.FEE_UNKNOWN)
        return replace(step, reasons=(SAY("needs_subsidy"),))
    if not payable:
        return Step(advance=moved, transition=transition, reasons=(SAY("fully_subsidised"),))
    return demanding(Step(advance=moved, transition=transition), candidate, facts)


def in_foreign_money(step: Step, fees: Fees) -> Step:
    """The news counts; what it costs the patron is a person's to say, and what waits for that waits."""
    reason = SAY("foreign_price", amount=fees.foreign, currency=OURS)
    return replace(step, cause=Cause.FEE_UNKNOWN, reasons=(*step.reasons, reason))


def demanding(step: Step, candidate: Candidate, facts: Facts) -> Step:
    """Ask the patron for the fee, once, and note that it is due."""
    transaction, transition = candidate.transaction, step.transition
    after = pay(transaction.payment_state, PaymentEvent.DEMANDED)
    if after and transition:
        transition = transition.paid(transaction.payment_state, PaymentEvent.DEMANDED, after)
    notices = announce.to_patron(NoticeKind.FEE_NOTICE, transaction, candidate.patron, facts.now)
    return addressed(replace(step, transition=transition, notices=notices), candidate)


def from_deposit(step: Step, candidate: Candidate, facts: Facts, policy: Policy, charged: Transaction) -> Step | None:
    """The step with the fee taken from the patron's deposit, where that suffices."""
    if step.transition is None or step.advance.event not in CHARGED:
        return None
    taken = charge_deposit(charged, candidate.patron, facts.known(Prepaid), policy.of(PaymentPolicy), facts.now)
    if taken is None:
        return None
    transition = step.transition.paid(charged.payment_state, PaymentEvent.CONFIRMED, PaymentState.CONFIRMED)
    return replace(
        step,
        transition=transition,
        ledger=(taken.entry,),
        notices=(*step.notices, *taken.notices),
        reasons=(*step.reasons, taken.reason),
    )


def another_has(facts: Facts, numbers: Sequence[str]) -> str:
    """Which request is with another library than the one that writes; '' where none is."""
    elsewhere = facts.standing.elsewhere if facts.standing else {}
    number = next((each for each in numbers if each in elsewhere), "")
    return DOMAIN("with_other_library", number=number, library=elsewhere[number]) if number else ""


def with_holder(transition: Transition, candidate: Candidate, facts: Facts) -> Transition:
    """The transition with who has the request: a number alone does not say it, and who prices one goes on with it."""
    taken = facts.standing.taken_over.get(transition.number) if facts.standing else None
    if taken or any(each.signal is Signal.MILD for each in candidate.evidence):
        return replace(transition, provider=taken)
    return transition
