"""Building decisions: nothing moved (review, ignore, defer) or something applied, always with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.matching import Ambiguous, Signal
from maild.domain.incoming.ruling import Ruling
from maild.domain.outgoing.notice import NoticeRequest
from maild.spine.facts import Facts

MOST_CANDIDATES = 10  # beside a mail in the review queue


def fields_of(ruling: Ruling) -> Mapping[str, str]:
    """The extracted values, for the decision ledger. A link's password is not copied there."""
    return MappingProxyType({k: f.value for k, f in ruling.fields.items() if k != "password"})


def outcome(ruling: Ruling, action: Action, *, reasons: tuple[str, ...]) -> Decision:
    """A decision that moves nothing."""
    return Decision(
        action=action,
        kind=ruling.kind,
        rule=ruling.rule,
        event=ruling.event,
        fields=fields_of(ruling),
        reasons=(*reasons, *ruling.reasons),
    )


def review(
    ruling: Ruling, facts: Facts, cause: Cause, *reasons: str, notices: tuple[NoticeRequest, ...] = ()
) -> Decision:
    """Nothing moves; a person looks, with the candidates beside the mail."""
    return Decision(
        action=Action.REVIEW,
        kind=ruling.kind,
        rule=ruling.rule,
        event=ruling.event,
        cause=cause,
        notices=notices,
        candidates=facts.candidates[:MOST_CANDIDATES],
        fields=fields_of(ruling),
        reasons=(*(r for r in reasons if r), *ruling.reasons),
    )


def why_unsure(ambiguous: Ambiguous) -> Cause:
    """The cause staff see for a match that is not sure."""
    signals = {e.signal for c in ambiguous.candidates for e in c.evidence}
    if signals & {Signal.SENDER_MISFIT, Signal.PATRON_MISFIT, Signal.TITLE_MISFIT}:
        return Cause.SENDER_MISFIT
    return Cause.SEVERAL_CANDIDATES
