"""Handlers that need no capability: who is ignored, whose proof is out, who is not proven, and what nobody takes."""

from __future__ import annotations

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import Verdict
from maild.spine.facts import Facts
from maild.spine.outcome import outcome, review
from maild.spine.policy import Policy

CAUSES = {Kind.PAYMENT_PROOF: Cause.PAYMENT_PROOF, Kind.REGISTRATION_QUESTION: Cause.REGISTRATION}


def ignored(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Whose mail staff want to see no more."""
    if facts.ignored is None:
        return None
    return outcome(reading.classification.main, Action.IGNORE, reasons=(facts.ignored.words,))


def unanswered(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Temporary is not failed: the mail waits for the answer it needs."""
    if not facts.patient or reading.auth.verdict is not Verdict.TEMPORARY:
        return None
    why = "DNS did not answer; the sender is checked again later"
    return outcome(reading.classification.main, Action.DEFER, reasons=(why,))


def forged(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Who is shown not to be who he says."""
    if reading.auth.verdict is not Verdict.FAIL:
        return None
    return review(reading.classification.main, facts, Cause.UNAUTHENTICATED, *reading.auth.reasons[:3])


def unproven_provider(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """News that no provider is known to have sent."""
    if reading.classification.main.trusted:
        return None
    why = "the sender is not proven to be the provider" if not reading.auth.passed else "forwarded by somebody else"
    return review(reading.classification.main, facts, Cause.UNAUTHENTICATED, why, *reading.auth.reasons[:3])


def no_news(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """A provider's mail in which no event is found."""
    if reading.classification.main.event is not None:
        return None
    why = "the provider's mail says nothing the rules can act on"
    return review(reading.classification.main, facts, Cause.QUESTION, why)


def stranger(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Who is not known and proven, and holds no token of ours, moves nothing and learns nothing."""
    ruling = reading.classification.main
    if facts.query.tokens or (facts.authors and reading.auth.passed):
        return None
    if not facts.authors:
        who = reading.mail.author.address
        why = f"{who} belongs to no known patron" if who else "the mail does not say which address it comes from"
        return review(ruling, facts, Cause.UNKNOWN_SENDER, why)
    return review(ruling, facts, Cause.UNAUTHENTICATED, "the sender is not proven", *reading.auth.reasons[:3])


def question(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """What nobody takes is put before staff."""
    main, kinds = reading.classification.main, ", ".join(reading.classification.kinds)
    cause = CAUSES.get(main.kind, Cause.QUESTION)
    return review(main, facts, cause, f"a patron writes: {kinds}", *facts.outcome.reasons[:2])
