"""Building decisions: nothing moved (review, ignore, defer) or something applied, always with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from maild.domain.incoming.decision import About, Action, Cause, Decision
from maild.domain.incoming.matching import Ambiguous, Candidate, Signal
from maild.domain.incoming.ruling import Ruling
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.requests.lifecycle import Event
from maild.spine.facts import Facts

MOST_CANDIDATES = 10  # beside a mail in the review queue


def fields_of(ruling: Ruling) -> Mapping[str, str]:
    """The extracted values, for the decision ledger. A link's password is not copied there."""
    return MappingProxyType({k: f.value for k, f in ruling.fields.items() if k != "password"})


def about(
    ruling: Ruling,
    transactions: Iterable[str] = (),
    *,
    event: Event | None = None,
    candidates: Sequence[Candidate] = (),
) -> About:
    """What a mail is about that the rule says this of; candidates: the likeliest of them are shown beside it."""
    return About(
        kind=ruling.kind,
        rule=ruling.rule,
        event=event,
        fields=fields_of(ruling),
        transactions=tuple(transactions),
        candidates=tuple(candidates[:MOST_CANDIDATES]),
    )


def outcome(ruling: Ruling, action: Action, *, reasons: tuple[str, ...]) -> Decision:
    """A decision that moves nothing."""
    return Decision(action=action, about=about(ruling, event=ruling.event), reasons=(*reasons, *ruling.reasons))


def review(
    ruling: Ruling, facts: Facts, cause: Cause, *reasons: str, notices: tuple[NoticeRequest, ...] = ()
) -> Decision:
    """Nothing moves; a person looks, with the candidates beside the mail."""
    return Decision(
        action=Action.REVIEW,
        cause=cause,
        about=about(ruling, event=ruling.event, candidates=facts.candidates),
        effects=notices,
        reasons=(*(r for r in reasons if r), *ruling.reasons),
    )


def why_unsure(ambiguous: Ambiguous) -> Cause:
    """The cause staff see for a match that is not sure."""
    signals = {e.signal for c in ambiguous.candidates for e in c.evidence}
    if signals & {Signal.SENDER_MISFIT, Signal.PATRON_MISFIT, Signal.TITLE_MISFIT}:
        return Cause.SENDER_MISFIT
    return Cause.SEVERAL_CANDIDATES
