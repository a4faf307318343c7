"""'Why am I still not approved?': the true state of each step, to the person who registered and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.registering import first_step_open
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import Patron, PatronKind, Registration, RegistrationStep
from maild.office import SAY as COMMON
from maild.office.answers.questions import AnswerPolicy
from maild.office.registration import SAY
from maild.office.registration.facts_registration import RegistrationFacts
from maild.office.registration.registering import explained
from maild.office.registration.review_policy import ReviewPolicy
from maild.spine.facts import Facts
from maild.spine.outcome import about, review
from maild.spine.policy import Policy

SAFE = frozenset({Kind.REGISTRATION_QUESTION, Kind.THANKS, Kind.STATUS_QUERY})
BESIDE = SAFE | {Kind.PATRON_OTHER}  # something that no rule understood: a person looks
Steps = dict[RegistrationStep, Registration]


def decide_registration_question(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Answer who asks after a registration of their own; None where that is not what the mail is about.

    The applications known are those of the address that is proven to have written. What is not understood to the last
    clause goes to staff, with the answer as a draft.
    """
    classification = reading.classification
    asked = next((r for r in classification.rulings if r.kind is Kind.REGISTRATION_QUESTION), None)
    if asked is None or not facts.known(RegistrationFacts).applications or not asked.value("state_asked"):
        return None
    if not set(classification.kinds) <= BESIDE:
        return None
    notice = _answer(reading, facts, policy)
    doubts = [*_doubts(reading, facts, other=asked.value("other_asked")), *_office(facts, policy)]
    ruling = classification.main
    if doubts:
        return review(ruling, facts, Cause.REGISTRATION, SAY("asks_own"), *doubts).drafting((notice,))
    numbers = ", ".join(str(r.id) for r in facts.known(RegistrationFacts).applications)
    return Decision(
        action=Action.APPLY,
        about=about(ruling),
        effects=(notice,),
        reasons=(SAY("proven_asks_after", address=notice.recipient, numbers=numbers), *ruling.reasons),
    )


def _office(facts: Facts, policy: Policy) -> Iterator[str]:
    """What keeps every answer from going out by itself (section [answers])."""
    answers = policy.of(AnswerPolicy)
    if not answers.automatic:
        yield COMMON("answers_are_drafts")
    answered = facts.known(RegistrationFacts).answered
    if answered >= answers.per_day:
        yield COMMON("fuse_blown", count=answered)


def _doubts(reading: Reading, facts: Facts, *, other: str) -> tuple[str, ...]:
    """Why a person should look before the answer goes."""
    mail, classification = reading.mail, reading.classification
    found = [COMMON("not_understood", text=clause) for clause in classification.rest[:3]]
    if not set(classification.kinds) <= SAFE:
        found.append(SAY("not_understood_more"))
    if other:
        found.append(SAY("asks_else", other=other))
    named = facts.query.numbers or facts.query.tokens
    if Kind.STATUS_QUERY in classification.kinds and (named or facts.requests):
        found.append(SAY("asks_request"))
    if mail.attachments or mail.forwarded:
        found.append(COMMON("files_or_forwarded"))
    if len(mail.from_) > 1:
        found.append(COMMON("several_authors"))
    logins = {one.login.casefold() for one in facts.known(RegistrationFacts).applications if one.login}
    if len(logins) > 1:
        found.append(SAY("several_logins", count=len(logins)))
    if len(facts.authors) > 1:
        found.append(COMMON("shared_address", address=mail.author.address, count=len(facts.authors)))
    return tuple(found)


def _answer(reading: Reading, facts: Facts, policy: Policy) -> NoticeRequest:
    steps = {r.step: r for r in sorted(facts.known(RegistrationFacts).applications, key=lambda r: r.id)}
    patron = facts.authors[0] if len(facts.authors) == 1 else None
    latest = max(facts.known(RegistrationFacts).applications, key=lambda r: r.id)
    kind = _kind(steps, patron)
    data = {
        "name": latest.name,
        "login": latest.login,
        "patron_kind": kind,
        "steps": state_rows(steps, kind, policy, facts.now),
        "next": next_act(steps, kind, policy, facts.now),
        "known": {str(r.id): str(r.state) for r in steps.values()},
    }
    return NoticeRequest(
        kind=NoticeKind.REGISTRATION_STATE,
        subject=f"mail:{reading.mail.sha256[:32]}",
        recipient=reading.mail.author.address,
        patron_id=patron.patron_id if patron else "",
        data=data,
        reply_to=reading.mail.message_id,
    )


def _kind(steps: Steps, patron: Patron | None) -> str:
    if patron:
        return patron.kind.value
    return next((r.patron_kind for r in steps.values() if r.patron_kind), "")


def state_rows(steps: Steps, kind: str, policy: Policy, now: datetime) -> list[dict[str, object]]:
    """Both steps for a notice, as they are known: nothing is said that is not."""
    rows: list[dict[str, object]] = []
    for step in RegistrationStep:
        known = steps.get(step)
        if known is None:
            bound = step is RegistrationStep.IDENTITY and kind == PatronKind.INTERNAL
            rows.append({"step": str(step), "state": "bound" if bound else "unknown"})
            continue
        row: dict[str, object] = {
            "step": str(step),
            "state": str(known.state),
            "submitted": _iso(known.submitted),
            "decided": _iso(known.decided),
        }
        if known.state is RegistrationState.REJECTED:
            row |= explained(known.reason, policy.of(ReviewPolicy))
        if known.state is RegistrationState.PENDING:
            limit = policy.of(ReviewPolicy).times.limit(known.submitted or now)
            row |= {"due": limit.at.isoformat(), "unsure": not limit.certain, "late": now > limit.at}
        rows.append(row)
    return rows


def next_act(steps: Steps, kind: str, policy: Policy, now: datetime) -> str:
    """What the applicant does now; the codes that templates/notice/registration_state.* know."""
    identity, account = steps.get(RegistrationStep.IDENTITY), steps.get(RegistrationStep.ACCOUNT)
    if first_step_open(RegistrationStep.ACCOUNT, kind, identity):
        refused = identity is not None and identity.state is RegistrationState.REJECTED
        return "identity_again" if refused else "phone"
    if account is None:
        return "account"
    if account.state is RegistrationState.PENDING:
        return "late" if now > policy.of(ReviewPolicy).times.limit(account.submitted or now).at else "wait"
    return "submit" if account.state is RegistrationState.APPROVED else "account_again"


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
