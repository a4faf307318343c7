"""What the books and our own letters know that bears on a provider's mail which says a fee, or a cancellation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.domain.incoming.matching import Matched
from maild.domain.incoming.ruling import Party
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.requests.asking import Asking
from maild.domain.requests.lifecycle import Event
from maild.spine.facts import Looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """The currency of each matched transaction that the books hold."""

    currencies: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def gather_charged(look: Looking) -> Charged | None:
    """Where a provider's mail says a fee; else None."""
    ruling, outcome = look.reading.classification.main, look.outcome
    says = any(ruling.value(name) for name in ("total", "subsidy", "payable"))
    if ruling.party is not Party.PROVIDER or not says or not isinstance(outcome, Matched):
        return None
    books = look.uow.ledger.standing([c.transaction.number for c in outcome.candidates])
    return Charged(currencies={number: standing.total.currency for number, standing in books.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling:
    """Of the requests that a provider calls cancelled, those that we asked it to cancel."""

    numbers: frozenset[str] = frozenset()


def gather_cancelling(look: Looking) -> Cancelling | None:
    """Where a provider's mail cancels; else None."""
    ruling, outcome = look.reading.classification.main, look.outcome
    if ruling.party is not Party.PROVIDER or ruling.event is not Event.CANCELLED or not isinstance(outcome, Matched):
        return None
    asked = (
        row.request.number
        for row in look.uow.outbox.about([c.transaction.number for c in outcome.candidates])
        if row.request.kind is NoticeKind.PROVIDER_QUERY
        and row.state is not OutboxState.CANCELLED
        and row.request.data.get("asking") == Asking.CANCEL
    )
    return Cancelling(numbers=frozenset(asked))
