"""A picture that shows a payment, perhaps, and that nothing could be made of: a claim that staff look at."""

from __future__ import annotations

from dataclasses import replace

from maild.domain.incoming.decision import Cause, Decision
from maild.domain.incoming.matching import Ambiguous, Candidate, Matched
from maild.domain.incoming.reading import Reading
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.office.notices import announce
from maild.office.payments import SAY
from maild.office.payments.decide_payment import link_only
from maild.spine.facts import Facts
from maild.spine.outcome import review, why_unsure
from maild.spine.policy import Policy


def decide_proof(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Staff look at it; the patron is told at once that it came."""
    ruling, match = reading.classification.main, facts.outcome
    if ruling.value("cloud") and not reading.mail.attachments:
        why = SAY("behind_link")
        return review(ruling, facts, Cause.UNREADABLE, why, notices=link_only(reading, facts))
    if isinstance(match, Ambiguous):
        return review(ruling, facts, why_unsure(match), *match.reasons)
    if not isinstance(match, Matched):
        return review(ruling, facts, Cause.NO_NUMBER, *match.reasons)
    decision = review(ruling, facts, Cause.PAYMENT_PROOF, SAY("proof_to_look_at"), *match.reasons)
    notices = tuple(n for c in match.candidates[:1] for n in _received(c, reading, facts))
    if not notices:
        decision = replace(decision, reasons=(*decision.reasons, SAY("nobody_told")))
    numbers = tuple(c.transaction.number for c in match.candidates)
    return decision.telling(notices).naming(numbers, match.candidates)


def _received(candidate: Candidate, reading: Reading, facts: Facts) -> tuple[NoticeRequest, ...]:
    mail = reading.mail
    return announce.to_patron(
        NoticeKind.PROOF_RECEIVED,
        candidate.transaction,
        candidate.patron,
        facts.now,
        revision=mail.sha256[:16],
        reply_to=mail.message_id,
    )
