"""What the books know that bears on a provider's mail which says a fee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.domain.incoming.matching import Matched
from maild.domain.incoming.ruling import Party
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
