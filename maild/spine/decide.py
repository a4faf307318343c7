"""From a reading and the facts to a decision. Pure: the same mail on the same facts decides alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.incoming.trust import Verdict
from maild.domain.requests.lifecycle import Event
from maild.office.answers.decide_answer import with_draft
from maild.office.answers.heard import hear
from maild.office.answers.matters import with_matters
from maild.office.answers.telling import tell
from maild.office.answers.tongue import in_their_tongue
from maild.office.ignoring.decide_ignoring import as_written, decide_ignoring
from maild.office.notices.leaving import lawful
from maild.office.payments.decide_payment import remember
from maild.office.providers.decide_provider import decide_provider
from maild.office.providers.peers import with_news
from maild.office.reach.by_hand import decide_by_hand
from maild.office.reach.decide_machine import decide_bounce
from maild.office.registration.decide_registration import decide_registration
from maild.office.requests.decide_renewal import REFUSED, RENEWAL, decide_refusal
from maild.spine.binding import hold_back, look_twice
from maild.spine.decide_patron import decide_patron
from maild.spine.facts import Facts
from maild.spine.outcome import outcome, review
from maild.spine.policy import Policy
from maild.spine.rows import decide_rows

REGISTRATION = (Kind.REGISTRATION_PENDING, Kind.REGISTRATION_APPROVED, Kind.REGISTRATION_REJECTED)


def decide(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """What the mail causes, and why. Never raises for what a mail may say."""
    reading = as_written(reading, facts, policy.ignoring)
    found = look_twice(_decide(reading, facts, policy), reading, facts)
    found = hold_back(found, reading, facts, policy)
    waits = found.action is Action.REVIEW and reading.classification.main.party is Party.PATRON
    heard = hear(reading, facts, policy.telling) if waits else None
    kept = lawful(found, reading, policy.leaving, heard)
    told = tell(kept, heard, facts, policy) if heard is not None else kept
    decided = replace(told, auth=reading.auth, dated=_dated(facts))
    said = in_their_tongue(with_news(decided, reading, facts), reading, facts)
    return with_matters(said, reading, policy.telling, heard)


def _dated(facts: Facts) -> datetime | None:
    """When what the mail tells happened: as it was signed, and at its arrival at the latest.

    A sender's clock that is ahead would otherwise make the true news that follows older than this.
    """
    standing = facts.standing
    return min(standing.dated, standing.arrived) if standing and standing.dated else None


def _decide(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    ruling = reading.classification.main
    if facts.by_hand is not None:
        return decide_by_hand(reading, facts.by_hand, policy.voice)
    if facts.ignored is not None:
        return outcome(ruling, Action.IGNORE, reasons=(facts.ignored.words,))
    if (ignored := decide_ignoring(reading, facts, policy.ignoring)) is not None:
        return ignored
    if ruling.kind is Kind.BOUNCE:
        return decide_bounce(reading, facts, policy)
    if facts.patient and reading.auth.verdict is Verdict.TEMPORARY:
        # Temporary is not failed: the mail waits for the answer it needs.
        return outcome(ruling, Action.DEFER, reasons=("DNS did not answer; the sender is checked again later",))
    if reading.auth.verdict is Verdict.FAIL:
        decision = remember(review(ruling, facts, Cause.UNAUTHENTICATED, *reading.auth.reasons[:3]), reading, facts)
        return with_draft(decision, reading, facts, policy, stranger=True)
    if ruling.party is Party.PROVIDER:
        return _by_provider(reading, facts, policy)
    return decide_patron(reading, facts, policy)


def _by_provider(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    ruling = reading.classification.main
    if not ruling.trusted:
        why = "the sender is not proven to be the provider" if not reading.auth.passed else "forwarded by somebody else"
        return review(ruling, facts, Cause.UNAUTHENTICATED, why, *reading.auth.reasons[:3])
    if ruling.kind in REGISTRATION:
        return decide_registration(reading, facts, policy)
    if ruling.value(RENEWAL) == REFUSED:
        return decide_refusal(reading, facts, policy)
    if ruling.value(RENEWAL):
        return decide_provider(_as_renewed(reading), facts, policy)
    if facts.rows:
        return decide_rows(reading, facts, lambda r, f: hold_back(_by_provider(r, f, policy), r, f, policy))
    if ruling.event is None:
        return review(ruling, facts, Cause.QUESTION, "the provider's mail says nothing the rules can act on")
    return decide_provider(reading, facts, policy)


def _as_renewed(reading: Reading) -> Reading:
    """No kind of mail means 'renewed'; a field says it."""
    main, *others = reading.classification.rulings
    renewed = replace(main, event=Event.RENEWED)
    return replace(reading, classification=replace(reading.classification, rulings=(renewed, *others)))
