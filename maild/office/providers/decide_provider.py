"""What a trusted provider's news does to a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maild.domain.incoming.decision import Action, Cause, Decision, NewTransaction, Transition
from maild.domain.incoming.matching import Ambiguous, Candidate, Matched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.requests.lifecycle import (
    REMINDERS,
    Advance,
    Event,
    Move,
    PaymentEvent,
    PaymentState,
    Service,
    State,
    advance,
)
from maild.domain.requests.patron import Transaction
from maild.office import SAY as COMMON
from maild.office.payments.charge_deposit import left_after, paid_in_vain
from maild.office.payments.facts_payment import Prepaid
from maild.office.payments.payment_policy import PaymentPolicy
from maild.office.providers import SAY
from maild.office.providers.bare_form import is_dated_otherwise, says_more
from maild.office.providers.contradicted import claimed, contradicted, unasked
from maild.office.providers.decide_supply import supply_step
from maild.office.providers.facts_provider import Charged
from maild.office.providers.fees_said import fee_anew, read_fees
from maild.office.providers.heard_news import plainly_supplied
from maild.office.providers.provider_demand import decide_demand, demanded, urges
from maild.office.providers.provider_step import (
    ASKED_FOR,
    CHARGED,
    Step,
    another_has,
    from_deposit,
    in_foreign_money,
    noticed,
    quoted,
    transition_of,
    with_holder,
)
from maild.office.providers.supply import Supply, brings_document, brought, is_the_document, supplied
from maild.office.requests.case_details import day_said, detailed, held, says_rush
from maild.office.requests.decide_renewal import RENEWAL
from maild.spine.facts import Facts
from maild.spine.outcome import MOST_CANDIDATES, about, outcome, review, why_unsure
from maild.spine.policy import Policy
from maild.spine.reading.files import arrived_by_mail

SUPPLIES = (Event.SHIPPED, Event.DELIVERED)
_LACKING = frozenset(
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "16", "18", "19"]
)  # ISO 10161: it is not there, or not to be had
_TOO_DEAR = "13"  # ISO 10161: cost exceeds limit
EARLY = (Event.SUBMITTED, Event.ACCEPTED)
OUT_OF_HAND = frozenset({State.ON_LOAN, State.OVERDUE, State.RETURNED})
ENDED = (Event.UNFILLED, Event.CANCELLED)


def decide_provider(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Match, then take one step per matched transaction; all or none of them move."""
    ruling = reading.classification.main
    match facts.outcome:
        case Matched(candidates=matched, reasons=why):
            reading = _not_yet_overdue(reading, facts, matched)
            ruling = _as_meant(reading.classification.main, reading, matched)
            missing = _unknown(ruling, facts)
            if missing:
                return review(
                    ruling, facts, Cause.UNKNOWN_NUMBER, SAY("also_unknown_numbers", numbers=", ".join(missing))
                )
            like = [n for n in facts.query.alike if n not in {c.transaction.number for c in matched}]
            if like:
                return review(ruling, facts, Cause.QUESTION, SAY("number_like", number=like[0]))
            if facts.query.addressed:
                return review(ruling, facts, Cause.QUESTION, SAY("written_to_another", house=facts.query.addressed))
            if facts.query.entitled:
                return review(ruling, facts, Cause.QUESTION, SAY("title_is_of", number=facts.query.entitled))
            if facts.query.spoken_of:
                return review(ruling, facts, Cause.QUESTION, SAY("text_is_of", number=facts.query.spoken_of))
            by_piece = facts.query.by_piece and not facts.vouched
            if by_piece and not all(is_the_document(reading, c.transaction) for c in matched):
                return review(ruling, facts, Cause.QUESTION, SAY("file_unshown"))
            if apart := [c for c in matched if c.transaction.number in ruling.value("set_apart").split("\n")]:
                reason = SAY("named_in_passing", number=apart[0].transaction.number)
                return review(ruling, facts, Cause.QUESTION, reason).naming((), matched[:MOST_CANDIDATES])
            if demanded(ruling):
                return decide_demand(ruling, facts, matched)
            steps = []
            for candidate in matched:
                steps.append(_step(reading, candidate, facts, policy, len(matched)))
                facts = facts.with_(left_after(facts.known(Prepaid), candidate.transaction, steps[-1].ledger))
            return _sum_up(reading, ruling, facts, matched, steps, why)
        case Ambiguous() as ambiguous:
            return review(ruling, facts, why_unsure(ambiguous), *ambiguous.reasons)
    return _unmatched(ruling, facts)


def decide_renewed(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """A loan is renewed: no kind of mail means that; a field says it."""
    main, *others = reading.classification.rulings
    if not main.value(RENEWAL):
        return None
    rulings = (replace(main, event=Event.RENEWED), *others)
    return decide_provider(
        replace(reading, classification=replace(reading.classification, rulings=rulings)), facts, policy
    )


def _as_meant(ruling: Ruling, reading: Reading, matched: tuple[Candidate, ...]) -> Ruling:
    """What is called arrived, and is a file or a link, is supplied: it is told and counted as that."""
    if _is_lack(reading):
        return replace(ruling, kind=Kind.UNFILLED, event=Event.UNFILLED)
    copies = all(c.transaction.service is Service.COPY for c in matched)
    supplied_so = ruling.event is Event.ARRIVED and copies and _came(reading)
    return replace(ruling, kind=Kind.SHIPPED, event=Event.SHIPPED) if supplied_so else ruling


def _not_yet_overdue(reading: Reading, facts: Facts, matched: tuple[Candidate, ...]) -> Reading:
    """What calls itself a reminder of an overdue book, and is of a day still to come, as the record's is: it is due."""
    main, *others = reading.classification.rulings
    days = [day_said(main.value("due")), *(candidate.transaction.due for candidate in matched)]
    if main.event is not Event.OVERDUE or any(day is None or day < facts.now.date() for day in days):
        return reading
    rulings = (replace(main, kind=Kind.LOAN_DUE, event=Event.DUE), *others)
    return replace(reading, classification=replace(reading.classification, rulings=rulings))


def _is_lack(reading: Reading) -> bool:
    """Whether a supplier ends what it cannot supply, whatever its form calls that; not what it says to be our wish."""
    main = reading.classification.main
    return main.event is Event.CANCELLED and main.value("reason_code") in _LACKING and not claimed(reading)


def _unknown(ruling: Ruling, facts: Facts) -> list[str]:
    known = {*(c.transaction.number for c in facts.candidates), *facts.query.foreign}
    return [n for n in ruling.value("transaction").split("\n") if n and n not in known and not facts.query.is_piece(n)]


def _unmatched(ruling: Ruling, facts: Facts) -> Decision:
    if not facts.query.numbers:
        return review(ruling, facts, Cause.NO_NUMBER, *facts.outcome.reasons)
    if ruling.kind is Kind.REQUEST_SUBMITTED and facts.query.system:
        if len(facts.named_patrons) == 1 and len(facts.query.numbers) == 1:
            return _create(ruling, facts)
        why = SAY("no_known_patron") if not facts.named_patrons else SAY("several_named")
        return review(ruling, facts, Cause.UNKNOWN_NUMBER, SAY("new_request_doubt", why=why))
    return review(ruling, facts, Cause.UNKNOWN_NUMBER, *facts.outcome.reasons)


def _create(ruling: Ruling, facts: Facts) -> Decision:
    number, patron = facts.query.numbers[0], facts.named_patrons[0]
    service = Service.LOAN if ruling.value("service") == Service.LOAN else Service.COPY
    new = NewTransaction(
        number=number,
        patron_id=patron.patron_id,
        service=service,
        title=ruling.value("title"),
        literature=ruling.value("literature"),
        provider=ruling.value("provider_name"),
        submitted=facts.now,
        rush=says_rush(ruling),
    )
    return Decision(
        action=Action.APPLY,
        about=about(ruling, (number,), event=ruling.event),
        effects=(new,),
        reasons=(SAY("new_request", number=number, patron=patron.patron_id), *ruling.reasons),
    )


def _sum_up(
    reading: Reading,
    ruling: Ruling,
    facts: Facts,
    matched: tuple[Candidate, ...],
    steps: list[Step],
    why: tuple[str, ...],
) -> Decision:
    """All steps together: one that a person must settle stops them all; nothing new is ignored."""
    # The conclusion first: lists show the head of it.
    reasons = (*(r for s in steps for r in (*s.reasons, s.advance.reason)), *why, *ruling.reasons)
    numbers = tuple(c.transaction.number for c in matched)
    stop = next((s for s in steps if s.blocked or s.advance.move is Move.ILLEGAL), None)
    if stop:
        decision = review(ruling, facts, stop.cause if stop.blocked else Cause.ILLEGAL_MOVE)
        return replace(decision, reasons=reasons).naming(numbers, matched[:MOST_CANDIDATES])
    cause = next((s.cause for s in steps if s.cause), Cause.NONE)
    if (remark := ruling.value("remark")) and not (cause or facts.vouched):
        # What people write beside the outcome is theirs to read: advice, a condition, a fine that is threatened.
        cause, reasons = Cause.QUESTION, (COMMON("also_says", text=remark[:80]), *reasons)
    if not any(s.transition or s.notices for s in steps):
        if holder := another_has(facts, numbers):
            decision = review(ruling, facts, Cause.QUESTION)  # what another library told before is no news of this one
            return replace(decision, reasons=(holder, *reasons)).naming(numbers, matched[:MOST_CANDIDATES])
        anew = next(filter(None, (fee_anew(ruling, c.transaction) for c in matched)), "")
        late = [s.advance for s in steps if s.advance.move is Move.LATE]
        # Nobody begins to work on what was fetched or sent back: something else was meant.
        telling = any(each.event not in EARLY or each.before in OUT_OF_HAND for each in late)
        written = facts.query.institution or not (ruling.value("status") or facts.query.system)
        asked = any(s.advance.move is Move.LATE and s.advance.event is Event.FEE_QUOTED for s in steps)
        if anew or ((asked or (written and telling)) and not facts.vouched):
            # The same state with another fee is not the same news. And where a person wrote it, what looks like old
            # news may tell of something else (a sum that is claimed for damage).
            decision = review(ruling, facts, Cause.AMOUNT_DIFFERS if anew else Cause.ILLEGAL_MOVE)
            reasons = (anew, *reasons) if anew else reasons
            return replace(decision, reasons=reasons).naming(numbers, matched[:MOST_CANDIDATES])
        if ruling.event is Event.FEE_QUOTED and not facts.vouched and (urging := urges(reading)):
            decision = review(ruling, facts, Cause.QUESTION, SAY("urges_answer", text=urging), *reasons)
            return decision.naming(numbers, matched[:MOST_CANDIDATES])
        if (files := brought(reading, facts, numbers)) and not (ruling.event in SUPPLIES or facts.vouched):
            # Nobody looks at what came with old news that is put away.
            decision = review(ruling, facts, Cause.QUESTION, SAY("file_beside_old_news", file=files[0]), *reasons)
            return decision.naming(numbers, matched[:MOST_CANDIDATES])
        nothing = review(ruling, facts, cause) if remark and cause else outcome(ruling, Action.IGNORE, reasons=())
        return replace(nothing, reasons=reasons).naming(numbers)
    return Decision(
        action=Action.APPLY,
        cause=cause,
        about=about(ruling, numbers, event=ruling.event, candidates=matched),
        effects=(
            *(s.transition for s in steps if s.transition),
            *(d for s in steps for d in s.documents),
            *(e for s in steps for e in s.ledger),
            *(n for s in steps for n in s.notices),
        ),
        reasons=reasons,
    )


def _supply(reading: Reading, transaction: Transaction, facts: Facts, policy: Policy, of: int) -> Supply:
    """What it brings. A supplier that a file knows, and that says in any form that a copy is supplied and nothing more,
    is believed where nothing came with it: a person sees where it lies.
    """
    supply = supplied(reading, transaction, of, facts.documents.get(transaction.number, ()))
    if supply.absent and is_dated_otherwise(reading, facts.now.date()):
        return replace(supply, elsewhere="", bare=False)
    believed = supply.absent and of == 1 and not reading.classification.main.institution
    if not believed or supply.bare or says_more(reading) or not plainly_supplied(reading, facts, policy):
        return supply
    return replace(supply, elsewhere=supply.elsewhere or SAY("see_where_it_lies"), bare=True)


def _step(reading: Reading, candidate: Candidate, facts: Facts, policy: Policy, of: int) -> Step:
    ruling, transaction = reading.classification.main, candidate.transaction
    event = _meant(reading, transaction.service)
    moved = advance(transaction.state, event, transaction.service)
    if moved.move is Move.REPEATED and event is Event.RETURNED:
        return _confirmed(transaction)
    if moved.move is Move.MOVED and event in CHARGED and paid_in_vain(transaction, facts.known(Prepaid)):
        return _paid_anew(reading, candidate, facts, policy, of)
    if event in SUPPLIES and transaction.service is Service.COPY:
        supply = _supply(reading, transaction, facts, policy, of)
        return supply_step(ruling, candidate, facts, policy, moved, supply)
    if moved.move is Move.REPEATED and event in REMINDERS:
        return _reminder(ruling, candidate, facts, moved)
    if why := contradicted(reading, transaction, moved, facts):
        return Step(advance=moved, cause=Cause.QUESTION, blocked=True, reasons=(why,))
    if moved.move is not Move.MOVED:
        return Step(advance=moved, transition=_handed_on(moved, transaction, ruling))
    if event in ENDED and (wish := unasked(reading, transaction, facts)):
        return Step(advance=moved, cause=Cause.QUESTION, blocked=True, reasons=(wish,))
    fees = read_fees(ruling, transaction, facts.known(Charged).currencies.get(transaction.number, ""))
    if fees.conflict:
        return Step(advance=moved, cause=Cause.AMOUNT_DIFFERS, blocked=True, reasons=(fees.conflict,))
    if fees.foreign and event is Event.FEE_QUOTED:
        transition = with_holder(transition_of(moved, transaction, ruling), candidate, facts)
        return in_foreign_money(Step(advance=moved, transition=transition), fees)
    transition = fees.onto(transition_of(moved, transaction, ruling))
    transition = with_holder(transition, candidate, facts)
    transition = detailed(transition, transaction, ruling, policy.requests, facts.now)
    if event is Event.RENEWED and transition.due is None:
        reason = SAY("renewed_until_unsaid")
        return Step(advance=moved, cause=Cause.QUESTION, blocked=True, reasons=(reason,))
    if event is Event.FEE_QUOTED:
        return quoted(candidate, facts, moved, transition, fees)
    step = noticed(Step(advance=moved, transition=transition), ruling, candidate, facts)
    step = replace(step, notices=held(step.notices, transaction, policy.requests, facts.now))
    step = _looked_at(step, event, transaction, ruling) if event in ENDED else step
    return from_deposit(step, candidate, facts, policy, fees.charged(transaction)) or step


def _looked_at(step: Step, event: Event, transaction: Transaction, ruling: Ruling) -> Step:
    """What a person sees beside an end: money that nobody should pay, a price that a higher limit would cover."""
    reasons = []
    if transaction.payment_state in ASKED_FOR:
        reasons.append(SAY("patron_was_asked", amount=transaction.payable))
    if event is Event.UNFILLED and ruling.value("reason_code") == _TOO_DEAR:
        reasons.append(SAY("over_our_limit"))
    return replace(step, cause=step.cause or Cause.QUESTION, reasons=(*step.reasons, *reasons)) if reasons else step


def _meant(reading: Reading, service: Service) -> Event:
    """What happened to a request of this service, in the words of its provider."""
    event = reading.classification.main.event or Event.SUBMITTED
    if _is_lack(reading):
        return Event.UNFILLED
    if event is Event.DELIVERED and service is Service.LOAN:
        return Event.ARRIVED  # the book reached us, not the patron
    if event is Event.ARRIVED and service is Service.COPY and _came(reading):
        return Event.SHIPPED  # what waits 'for pick-up' behind a link is supplied; nobody comes to the desk for it
    return event


def _came(reading: Reading) -> bool:
    """Whether what arrived came with the mail, or lies behind a link: readable or not, it lies at no desk."""
    return brings_document(reading) or arrived_by_mail(reading.mail)


def _confirmed(transaction: Transaction) -> Step:
    """We had it given back; now the provider says that it is there: nothing is left to do."""
    closed = advance(transaction.state, Event.CLOSED, transaction.service)
    transition = Transition(
        number=transaction.number,
        expected_version=transaction.version,
        event=Event.CLOSED,
        before=closed.before,
        after=closed.after,
    )
    return Step(advance=closed, transition=transition, reasons=(SAY("loan_is_back"),))


def _paid_anew(reading: Reading, candidate: Candidate, facts: Facts, policy: Policy, of: int) -> Step:
    """What was paid became deposit when the request came to nothing: the fee is due as if it had never been paid."""
    real = candidate.transaction
    due = replace(candidate, transaction=replace(real, payment_state=PaymentState.DUE))
    # The deposit is what was paid for this very request: whether others are charged on delivery does not matter.
    charging = policy.with_(replace(policy.of(PaymentPolicy), charge_on_delivery=True))
    step = _step(reading, due, facts, charging, of)
    if step.transition is None:
        return step
    event, after = step.transition.payment_event or PaymentEvent.DEMANDED, step.transition.payment_after
    return replace(
        step,
        transition=replace(
            step.transition,
            payment_event=event,
            payment_before=real.payment_state,
            payment_after=after or PaymentState.DUE,
        ),
    )


def _handed_on(moved: Advance, transaction: Transaction, ruling: Ruling) -> Transition | None:
    """A request that was forwarded already went on to another library: its refusals alone count from now on."""
    named = ruling.value("provider_name")
    if moved.event is not Event.FORWARDED or moved.move is not Move.REPEATED or named in ("", transaction.provider):
        return None
    return Transition(number=transaction.number, expected_version=transaction.version, provider=named)


def _reminder(ruling: Ruling, candidate: Candidate, facts: Facts, moved: Advance) -> Step:
    """Told again: the patron is reminded again, once a day at most; nothing moves.

    What only just fell overdue was asked for then, by the clock or by another mail: not twice.
    """
    since = candidate.transaction.since
    if moved.event is Event.OVERDUE and since is not None and facts.now - since < timedelta(days=1):
        return Step(advance=moved)
    return noticed(Step(advance=moved), ruling, candidate, facts, revision=facts.now.date().isoformat())
