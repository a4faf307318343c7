"""What a provider's mail about a step of registering does."""

from __future__ import annotations

from maild.domain.incoming.decision import Action, Cause, Decision, RegistrationChange
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.requests.lifecycle import Move, RegistrationState
from maild.domain.requests.patron import PatronKind, RegistrationStep
from maild.office import SAY as COMMON
from maild.office.registration import SAY
from maild.office.registration.facts_registration import RegistrationFacts, steps_named
from maild.office.registration.registering import Case, Outcome, follow, moment_said, tell, with_codes
from maild.office.registration.review_policy import ReviewPolicy
from maild.spine.facts import Facts
from maild.spine.outcome import about, outcome, review
from maild.spine.policy import Policy

STATE = {
    Kind.REGISTRATION_PENDING: RegistrationState.PENDING,
    Kind.REGISTRATION_APPROVED: RegistrationState.APPROVED,
    Kind.REGISTRATION_REJECTED: RegistrationState.REJECTED,
}


def decide_registration(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Move the step that is meant and tell the applicant; the same news again changes nothing."""
    ruling = reading.classification.main
    steps, known = steps_named(ruling), facts.known(RegistrationFacts).registration
    if len(steps) != 1:
        return review(ruling, facts, Cause.REGISTRATION, SAY("both_steps"))
    email = ruling.value("patron_email").lower() or (known.email if known else "")
    if "@" not in email:
        return review(ruling, facts, Cause.REGISTRATION, SAY("names_no_address"))
    said = _said(ruling, steps[0], email, reading, facts, policy)
    identity = next(
        (r for r in facts.known(RegistrationFacts).applications if r.step is RegistrationStep.IDENTITY), None
    )
    patron = facts.named_patrons[0] if len(facts.named_patrons) == 1 else None
    made = follow(said, Case(known=known, identity=identity, patron=patron), policy.of(ReviewPolicy), facts.now)
    return _decided(ruling, facts, made, policy)


def _said(
    ruling: Ruling, step: RegistrationStep, email: str, reading: Reading, facts: Facts, policy: Policy
) -> RegistrationChange:
    """The mail as a change of that step. Identity mails are about external readers, unless a campus card was bound."""
    identity = step is RegistrationStep.IDENTITY
    bound = identity and ruling.kind is Kind.REGISTRATION_APPROVED and bool(ruling.value("campus_card"))
    kind = PatronKind.INTERNAL if bound else PatronKind.EXTERNAL if identity else ""
    return RegistrationChange(
        email=email,
        state=STATE[ruling.kind],
        login=ruling.value("login"),
        name=ruling.value("patron_name"),
        reason=with_codes(ruling.value("reason"), policy.of(ReviewPolicy)),
        step=step,
        patron_kind=str(kind),
        department=ruling.value("department"),
        phone=ruling.value("phone"),
        at=moment_said(reading.mail.date, facts.now),
        bound=bound,
    )


def _decided(ruling: Ruling, facts: Facts, made: Outcome, policy: Policy) -> Decision:
    change, heard = made.change, made.heard
    what = COMMON("step_of", step=change.step, who=change.email)
    if heard.move is Move.ILLEGAL or made.misfit:
        return review(ruling, facts, Cause.REGISTRATION, COMMON("of_what", what=what, why=made.misfit or heard.reason))
    if heard.move is not Move.MOVED:
        return outcome(
            ruling, Action.IGNORE, reasons=(SAY("is_because", what=what, state=heard.before, why=heard.reason),)
        )
    if made.waits and change.state is RegistrationState.APPROVED:
        why = SAY("identity_missing", what=what)
        then = SAY("approve_and_replay")
        return review(ruling, facts, Cause.REGISTRATION, why, then)
    notes = (*(SAY("looks_wrong", problem=problem) for problem in made.problems), *_unsure(made))
    decision = Decision(
        action=Action.APPLY,
        about=about(ruling),
        effects=(change,),
        reasons=(SAY("step_moved", what=what, state=change.state), *notes, *ruling.reasons),
    )
    return decision.telling(tell(made, policy.of(ReviewPolicy)))


def _unsure(made: Outcome) -> tuple[str, ...]:
    if made.limit is None or made.limit.certain:
        return ()
    years = ", ".join(map(str, made.limit.unknown))
    return (SAY("limit_of_weekdays", years=years, limit=f"{made.limit.at:%Y-%m-%d}"),)
