"""What can be told of one request together, and which of it is the furthest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from maild.classify.reading.claims import Claim
from maild.classify.reading.news.composed import EARLY
from maild.domain.incoming.ruling import Kind

_REASON = re.compile(r"原因|理由|因为|由于|\breason|\bbecause\b|\bdue to\b", re.IGNORECASE)
# It is not held here, and can be had from abroad: a price beside that is an offer. Not where that is refused, too.
_FROM_ABROAD = re.compile(
    r"(?:国外|境外|海外|外馆)[^,。;]{0,6}(?:代查|订购|购买|获取|采购|申请|代借|索取)|\bfrom (?:abroad|overseas)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(r"不(?:代|办|予|提供|接受)|无法|不能|\bcan ?not\b|\bcan.t\b|\bdo not\b", re.IGNORECASE)

_LENT = re.compile(
    r"(?:已经?|现|均|都|全部?)?(?:被[^,。;]{0,8})?借(?:出|走)(?:了)?"
)  # beside a refusal: to somebody else
_TO_US = re.compile("[给寄贵您你另册运]|快递|顺丰")

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


def weighed(told: Mapping[Kind, Claim]) -> dict[Kind, Claim]:
    """Beside a refusal: a cost over the limit is why, no offer, but for what comes from abroad; what is lent is lent to
    somebody else; 'we can only cancel it' says what it comes to.
    """
    left = dict(told)
    refusal, fee, cancelled = left.get(Kind.UNFILLED), left.get(Kind.FEE_QUOTED), left.get(Kind.CANCELLED)
    if refusal is None:
        return left
    supply = left.get(Kind.SHIPPED)
    if supply and _LENT.fullmatch(supply.said) and not _TO_US.search(supply.sentence):
        del left[Kind.SHIPPED]
    if fee and _FROM_ABROAD.search(refusal.sentence) and not _REFUSES.search(refusal.sentence):
        del left[Kind.UNFILLED]
        return left
    if fee and _REASON.search(fee.sentence):
        del left[Kind.FEE_QUOTED]
    if cancelled and cancelled.place == "text":
        del left[Kind.UNFILLED]
    return left
