"""No mail binds anybody, or moves anything, that lacks what maild.domain.incoming.commitment asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.commitment import NEEDS, Binding, Need, against_news, against_wish
from maild.domain.incoming.decision import (
    Action,
    Cause,
    Decision,
    Effect,
    NewTransaction,
    RegistrationChange,
    Transition,
    Wish,
    drafts,
)
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.asking import Asking
from maild.domain.requests.lifecycle import Event
from maild.spine.facts import Facts
from maild.spine.outcome import review
from maild.spine.policy import Policy

WISHED, PIECE = "wished", "piece"  # of a notice that a wish came: by what its request is named

# Notices that tell of something done, or do it; every other notice only answers.
_TOLD = {
    NoticeKind.FEE_ACCEPTED: Binding.CONSENT,
    NoticeKind.CANCEL_ASKED: Binding.CANCELLATION,
    NoticeKind.RENEWAL_ASKED: Binding.RENEWAL,
    NoticeKind.DELIVERY_CHANGED: Binding.WRITING,
}
_ASKED = {
    Asking.FEE_ACCEPTED: Binding.CONSENT,
    Asking.CANCEL: Binding.CANCELLATION,
    Asking.RENEWAL: Binding.RENEWAL,
}
_EVENTS = {Event.FEE_ACCEPTED: Binding.CONSENT}
_NOBODYS = frozenset({Kind.BULK, Kind.AUTO_REPLY, Kind.OWN})  # ignored by a law of their own


def bindings(decision: Decision) -> frozenset[Binding]:
    """What the decision binds a person to, told from what it does: no decider can leave it out."""
    return frozenset().union(*(_of_effect(effect, decision.about.kind) for effect in decision.effects))


def _of_effect(effect: Effect, kind: Kind) -> Iterable[Binding]:
    match effect:
        case Transition():
            if effect.event:
                yield _EVENTS.get(effect.event, Binding.OTHER)
            if effect.payment_event:
                yield Binding.CLAIM
        case LedgerEntry():
            yield Binding.CLAIM
        case NewTransaction() | RegistrationChange():
            yield Binding.OTHER
        case Invoice():
            yield Binding.INVOICE
        case Wish(delivery=delivery) if delivery:
            yield Binding.WRITING
        case NoticeRequest():
            yield from _of_notice(effect, kind)


def _of_notice(notice: NoticeRequest, kind: Kind) -> Iterable[Binding]:
    if notice.kind is NoticeKind.PROVIDER_QUERY:
        return {_ASKED.get(Asking(str(notice.data.get("asking"))), Binding.OTHER)}
    if kind is Kind.NOT_RECEIVED and (notice.documents or notice.kind is NoticeKind.DOCUMENT_DELIVERED):
        return {Binding.RESENDING}
    if notice.kind in _TOLD and notice.data.get(WISHED) == PIECE:
        return {Binding.WISH}
    return {_TOLD[notice.kind]} if notice.kind in _TOLD else ()


def hold_back(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """The decision, or a review that says what is missing: nothing moves then, and nobody is told anything."""
    standing = facts.standing
    if standing is None or not reading.auth.passed:
        return decision  # a person vouches for it, or it is decided as what it is: unproven
    if reading.classification.main.party is Party.PROVIDER:
        against = tuple(against_news(standing, decision.about.transactions, policy.fresh)) if _acts(decision) else ()
    else:
        needs = frozenset().union(*(NEEDS[binding] for binding in bindings(decision)))
        against = tuple(against_wish(needs, standing, decision.about.transactions, policy.fresh))
    return _waiting(decision, reading, facts, against) if against else decision


def look_twice(decision: Decision, reading: Reading, facts: Facts) -> Decision:
    """Who only looks like somebody we know settles nothing and is told nothing; staff are told what it looks like."""
    ignored = decision.action is Action.IGNORE and (decision.about.kind in _NOBODYS or facts.ignored is not None)
    vouched = reading.classification.main.trusted and not reading.auth.passed
    if not facts.lookalikes or vouched or ignored or decision.action is Action.DEFER:
        return decision
    if decision.action is Action.REVIEW and not decision.of(Transition):
        return replace(decision.telling(()), reasons=(*facts.lookalikes, *decision.reasons))
    held = review(reading.classification.main, facts, Cause.SENDER_MISFIT, *facts.lookalikes)
    return replace(
        _in_place_of(decision, held),
        effects=decision.of(Receipt),
        reasons=(*held.reasons, *decision.reasons[:2]),
    )


def _acts(decision: Decision) -> bool:
    """Whether a provider's mail moves anything, or makes anybody be told something."""
    acting = (Transition, NewTransaction, RegistrationChange, NoticeRequest)
    return any(isinstance(effect, acting) for effect in decision.effects)


def _waiting(
    decision: Decision, reading: Reading, facts: Facts, against: tuple[tuple[Need | None, str], ...]
) -> Decision:
    """Answers that are drafted stay; what would tell of the act, or ask a provider for it, does not."""
    cause = Cause.NOT_BINDING if any(need for need, _ in against) else Cause.SENDER_MISFIT
    held = review(reading.classification.main, facts, cause, *(reason for _, reason in against))
    answers = (draft for draft in decision.drafts if not _of_notice(draft, decision.about.kind))
    return replace(
        _in_place_of(decision, held),
        effects=(*decision.of(Receipt), *drafts(answers)),
        reasons=(*held.reasons, *decision.reasons[:2]),
    ).from_patron(decision.writer.patron_id)


def _in_place_of(decision: Decision, held: Decision) -> Decision:
    """The review, about what the decision was about."""
    return held.naming(decision.about.transactions, decision.about.candidates or held.about.candidates)
