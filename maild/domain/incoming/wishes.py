"""What a patron's mail wishes of a request that runs, as the rules have read it."""

from __future__ import annotations

from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind

WISHES = frozenset({Kind.RENEW_REQUEST, Kind.CANCEL_REQUEST})
# Fields of a patron's mail about a fee: it is accepted, it is declined, there is more to it, it asks how one pays.
CONSENT, DECLINED, RESERVE, WAYS = "consent", "declined", "reserve", "ways"


def said(reading: Reading, name: str) -> str:
    """The value of a field in any ruling of the mail."""
    return next((value for ruling in reading.classification.rulings if (value := ruling.value(name))), "")


def concerns_requests(reading: Reading) -> bool:
    """Whether the mail wishes something of a request that runs, or answers to a fee."""
    wishes = WISHES.intersection(reading.classification.kinds)
    return bool(wishes) or bool(said(reading, CONSENT) or said(reading, DECLINED))
