"""What can be told of one request together, and which of it is the furthest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from maild.classify.reading.claims import Claim
from maild.classify.reading.news.composed import EARLY
from maild.classify.vocabulary.patterns import Pattern
from maild.domain.incoming.ruling import Kind

# kind → kinds that may be told beside it of the same request, and that it overtakes.
OVERTAKES: Mapping[Kind, frozenset[Kind]] = MappingProxyType(
    {
        Kind.REQUEST_ACCEPTED: frozenset({Kind.REQUEST_SUBMITTED}),
        Kind.REQUEST_FORWARDED: EARLY | {Kind.UNFILLED},
        Kind.FEE_QUOTED: EARLY | {Kind.REQUEST_FORWARDED},
        Kind.SHIPPED: EARLY | {Kind.REQUEST_FORWARDED, Kind.CLOSED, Kind.LOAN_DUE, Kind.FEE_QUOTED},
        Kind.DELIVERED: EARLY | {Kind.REQUEST_FORWARDED, Kind.SHIPPED, Kind.CLOSED},
        Kind.UNFILLED: EARLY
        | {Kind.CANCELLED, Kind.CLOSED, Kind.LOAN_RETURNED},  # 'returned by the lender': the request
        Kind.CANCELLED: EARLY | {Kind.REQUEST_FORWARDED, Kind.CLOSED},
        Kind.CLOSED: EARLY,
        Kind.LOAN_ARRIVED: EARLY | {Kind.SHIPPED, Kind.LOAN_DUE},
        Kind.LOAN_DUE: EARLY | {Kind.SHIPPED},
        Kind.LOAN_OVERDUE: EARLY | {Kind.SHIPPED, Kind.LOAN_ARRIVED, Kind.LOAN_DUE},
        Kind.LOAN_RETURNED: EARLY | {Kind.SHIPPED, Kind.LOAN_DUE, Kind.LOAN_OVERDUE, Kind.CLOSED},
        Kind.REGISTRATION_APPROVED: frozenset({Kind.REGISTRATION_PENDING}),
        Kind.REGISTRATION_REJECTED: frozenset({Kind.REGISTRATION_PENDING}),
    }
)


def furthest(kinds: Iterable[Kind]) -> Kind | None:
    """The kind that overtakes all others; None where they contradict one another.

    Of two that overtake one another the first told counts: 'shipped, due back on …', 'due soon, shipped on …'.
    """
    kinds = tuple(kinds)
    return next((k for k in kinds if set(kinds) - {k} <= OVERTAKES.get(k, frozenset())), None)


def weighed(told: Mapping[Kind, Claim], hedges: Mapping[str, Pattern]) -> dict[Kind, Claim]:
    """Beside a refusal: a cost over the limit is why, no offer, but for what comes from abroad; what is lent is lent to
    somebody else; who cancels what cannot be supplied ends it for want of it, and nobody wished that.
    """
    left = dict(told)
    refusal, fee, cancelled = left.get(Kind.UNFILLED), left.get(Kind.FEE_QUOTED), left.get(Kind.CANCELLED)
    if refusal is None:
        return left
    supply = left.get(Kind.SHIPPED)
    if supply and hedges["lent_out"].fullmatch(supply.said) and not hedges["to_us"].search(supply.sentence):
        del left[Kind.SHIPPED]
    if fee and hedges["from_abroad"].search(refusal.sentence) and not hedges["refused_too"].search(refusal.sentence):
        del left[Kind.UNFILLED]
        return left
    if fee and hedges["why"].search(fee.sentence):
        del left[Kind.FEE_QUOTED]
    if cancelled:
        del left[Kind.CANCELLED]
    return left
