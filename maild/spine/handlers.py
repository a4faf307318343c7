"""Handlers that need no capability: who is ignored, whose proof is out, who is not proven, and what nobody takes."""

from __future__ import annotations

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import Verdict
from maild.spine import SAY
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
    why = SAY("dns_silent")
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
    why = SAY("provider_unproven") if not reading.auth.passed else SAY("forwarded")
    return review(reading.classification.main, facts, Cause.UNAUTHENTICATED, why, *reading.auth.reasons[:3])


def no_news(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """A provider's mail in which no event is found."""
    if reading.classification.main.event is not None:
        return None
    why = SAY("provider_says_nothing")
    return review(reading.classification.main, facts, Cause.QUESTION, why)


def stranger(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Who is not known and proven, and holds no token of ours, moves nothing and learns nothing."""
    ruling = reading.classification.main
    if facts.query.tokens or (facts.authors and reading.auth.passed):
        return None
    if not facts.authors:
        who = reading.mail.author.address
        why = SAY("no_known_patron", who=who) if who else SAY("address_unsaid")
        return review(ruling, facts, Cause.UNKNOWN_SENDER, why)
    return review(ruling, facts, Cause.UNAUTHENTICATED, SAY("sender_unproven"), *reading.auth.reasons[:3])


def question(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """What nobody takes is put before staff."""
    main, kinds = reading.classification.main, ", ".join(reading.classification.kinds)
    cause = CAUSES.get(main.kind, Cause.QUESTION)
    return review(main, facts, cause, SAY("patron_writes", kinds=kinds), *facts.outcome.reasons[:2])
