"""What can be told of one request together, and which of it is the furthest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from maild.classify.reading.news.composed import EARLY
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
