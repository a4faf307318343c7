"""What a delivery report does: the address is marked, staff see whom to phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maild.domain.decision import Action, AddressBounce, Cause, Decision
from maild.domain.mail import BounceRecipient
from maild.domain.reading import Reading
from maild.pipeline.facts import Facts
from maild.pipeline.outcome import outcome, review
from maild.pipeline.policy import Policy


def decide_bounce(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Only a report of a notice of ours, about the address it went to, marks that address: reports are
    unauthenticated by nature (RFC 3464 section 4) and anybody can write one.
    """
    ruling, bounce, entry = reading.classification.main, reading.mail.bounce, facts.bounced
    if bounce is None or not bounce.recipients:
        return review(ruling, facts, Cause.BOUNCE, "a delivery report that names no recipient")
    if entry is None:
        return review(ruling, facts, Cause.BOUNCE, "a delivery report about no notice of ours that is known")
    ours = [r for r in bounce.recipients if r.address.lower() == entry.request.recipient]
    if not ours:
        return review(ruling, facts, Cause.BOUNCE, f"names other addresses than {entry.request.recipient}")
    marked = _mark(ours[0], facts, policy)
    said = f"{marked.address}: {marked.reason or 'refused'}"
    if not marked.permanent:
        decision = outcome(ruling, Action.APPLY, reasons=(f"temporary, the server goes on trying: {said}",))
        return replace(decision, bounces=(marked,))
    decision = outcome(ruling, Action.APPLY, reasons=(f"does not reach the patron: {said}",))
    number = entry.request.number
    return replace(decision, cause=Cause.BOUNCE, bounces=(marked,), transactions=(number,) if number else ())


def _mark(recipient: BounceRecipient, facts: Facts, policy: Policy) -> AddressBounce:
    hard = timedelta(days=policy.hard_bounce_days)
    soft = timedelta(hours=policy.soft_bounce_hours)
    return AddressBounce(
        address=recipient.address.lower(), permanent=recipient.permanent,
        reason=" ".join(f"{recipient.status} {recipient.reason}".split())[:300],
        until=facts.now + (hard if recipient.permanent else soft),
    )  # fmt: skip
