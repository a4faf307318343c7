"""What a provider's mail about a patron's CALIS account does."""

from __future__ import annotations

from maild.domain.decision import Action, Cause, Decision, RegistrationChange
from maild.domain.lifecycle import RegistrationState
from maild.domain.notice import NoticeKind, NoticeRequest
from maild.domain.reading import Reading
from maild.domain.ruling import Kind
from maild.pipeline.facts import Facts
from maild.pipeline.outcome import fields_of, outcome, review

OUTCOME = {
    Kind.REGISTRATION_PENDING: (RegistrationState.PENDING, NoticeKind.REGISTRATION_RECEIVED),
    Kind.REGISTRATION_APPROVED: (RegistrationState.APPROVED, NoticeKind.REGISTRATION_APPROVED),
    Kind.REGISTRATION_REJECTED: (RegistrationState.REJECTED, NoticeKind.REGISTRATION_REJECTED),
}


def decide_registration(reading: Reading, facts: Facts) -> Decision:
    """Move the registration and tell the applicant; the same news again changes nothing."""
    ruling = reading.classification.main
    state, kind = OUTCOME[ruling.kind]
    known = facts.registration
    email = ruling.value("patron_email").lower() or (known.email if known else "")
    if "@" not in email:
        return review(ruling, facts, Cause.REGISTRATION, "names no mail address of the applicant")
    if known and known.state is state:
        return outcome(ruling, Action.IGNORE, reasons=(f"the registration of {email} is already {state}",))
    if known and known.state is not RegistrationState.PENDING:
        # A new application, or an old mail that others overtook: a person knows.
        return review(ruling, facts, Cause.REGISTRATION, f"the registration was {known.state}, now {state} is said")
    patron = facts.named_patrons[0] if len(facts.named_patrons) == 1 else None
    change = RegistrationChange(
        email=email, state=state, login=ruling.value("login"), name=ruling.value("patron_name"),
        patron_id=patron.patron_id if patron else "", reason=ruling.value("reason"),
    )  # fmt: skip
    data = {"name": change.name, "login": change.login, "reason": change.reason,
            "patron_kind": patron.kind.value if patron else ""}  # fmt: skip
    notice = NoticeRequest(
        kind=kind, subject=f"registration:{email}", recipient=email, patron_id=change.patron_id,
        revision=facts.now.date().isoformat(), data=data,
    )  # fmt: skip
    return Decision(
        action=Action.APPLY, kind=ruling.kind, rule=ruling.rule, registrations=(change,), notices=(notice,),
        fields=fields_of(ruling), reasons=(f"registration of {email}: {state}", *ruling.reasons),
    )  # fmt: skip
