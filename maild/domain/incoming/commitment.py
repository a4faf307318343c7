"""What a mail has to prove before it binds its writer or moves a request: one law for every wish and all news.

That an author is proven says who wrote a mail once. A signature goes on being valid: the mail can be sent again by
anybody, years later, to anybody. So what binds needs a direction (it was written to us), a time (it was written just
now, and after what it answers), a matter (what it is about) and to come for the first time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from maild.domain import SAY
from maild.domain.incoming.trust import Seal

CLOCKS = timedelta(minutes=10)  # clocks of two servers that are both kept may differ by so much
AHEAD = timedelta(hours=24)  # a clock in the wrong zone; what lies further ahead would stay fresh for ever


class Need(StrEnum):
    FIRST = "first"  # no mail with its mark came before
    DIRECTED = "directed"  # one of our addresses is among the recipients that the proof covers
    FRESH = "fresh"  # signed within days of its arrival
    AFTER = "after"  # signed after the notice it answers was sent
    NAMED = "named"  # what is proven names the request: number, token, thread or title


class Binding(StrEnum):
    """What a person's mail can bind its writer to, or make us do."""

    CONSENT = "consent"
    CANCELLATION = "cancellation"
    RENEWAL = "renewal"
    WRITING = "writing"  # how the writer is written to from now on
    RESENDING = "resending"
    CLAIM = "claim"  # that something was paid
    INVOICE = "invoice"
    WISH = "wish"  # that it came is told: nothing moves, and a person passes it on
    OTHER = "other"  # whatever moves something and is not named here


_TO_US = frozenset({Need.FIRST, Need.DIRECTED, Need.FRESH, Need.AFTER})
# What pays is decided by the receipt (rules/payments.toml); an invoice is made out by a person in any case.
NEEDS: Mapping[Binding, frozenset[Need]] = MappingProxyType(
    {
        Binding.CONSENT: _TO_US | {Need.NAMED},
        Binding.CANCELLATION: _TO_US | {Need.NAMED},
        Binding.RENEWAL: _TO_US | {Need.NAMED},
        # Both readers find it, and its request by a piece of its title: a person looks at which one is meant.
        Binding.WISH: _TO_US,
        Binding.WRITING: _TO_US,
        Binding.RESENDING: _TO_US,
        Binding.CLAIM: frozenset({Need.FIRST}),
        Binding.INVOICE: frozenset(),
        Binding.OTHER: _TO_US | {Need.NAMED},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a mail stands in time and in our post.

    seal      what its proof covers; None: nobody has checked it
    dated     when it was signed: the earlier of a covered Date and of t=; None where neither is known
    now       when it is decided
    arrived   when our server took it in
    directed  one of our addresses stands among the recipients that the seal covers
    named     requests that are named where the seal covers it; pieces: by a piece of their title alone
    answers   when the latest of our notices that it answers was sent
    told      by request: when its fee was told
    before    the mail that bore the same mark, where there is one
    moved     by request: the moment of its last move, where the mail is older than its state
    elsewhere by request: the library that has it now, where the mail comes from, or speaks for, another one
    taken_over  by request: the library that writes, where a network is on record and nothing shows who has it
    astray    the address of somebody else to whom alone a provider's mail was written, as its seal covers; or ''
    """

    now: datetime
    arrived: datetime
    seal: Seal | None = None
    dated: datetime | None = None
    directed: bool = False
    named: frozenset[str] = frozenset()
    pieces: frozenset[str] = frozenset()
    answers: datetime | None = None
    told: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    before: int | None = None
    moved: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    elsewhere: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    taken_over: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    astray: str = ""


def against_wish(
    needs: frozenset[Need], standing: Standing, numbers: tuple[str, ...], fresh: timedelta
) -> Iterator[tuple[Need, str]]:
    """What a wish about these requests lacks, each with its reason. `fresh`: so long a mail may be under way."""
    if Need.FIRST in needs:
        yield from _repeated(standing)
    if Need.DIRECTED in needs and not standing.directed:
        yield Need.DIRECTED, SAY("not_to_us")
    if Need.FRESH in needs:
        yield from _stale(standing, fresh)
        yield from _ahead(standing)
    if Need.AFTER in needs:
        yield from _too_early(standing, numbers)
    unnamed = [number for number in numbers if number not in standing.named]
    if Need.NAMED in needs and unnamed:
        named = ", ".join(unnamed)
        yield Need.NAMED, SAY("covers_no_number", numbers=named)


def against_news(standing: Standing, numbers: tuple[str, ...], fresh: timedelta) -> Iterator[tuple[Need | None, str]]:
    """Why a provider's news of these requests is not acted on; without a Need: it comes from the wrong library."""
    yield from _repeated(standing)
    yield from _stale(standing, fresh)
    if standing.astray:
        yield Need.DIRECTED, SAY("written_to_other", address=standing.astray)
    for number in numbers:
        moved, holder = standing.moved.get(number), standing.elsewhere.get(number)
        if moved and standing.dated and standing.dated < moved - CLOCKS:
            yield (
                Need.AFTER,
                SAY("signed_before_moved", at=_moment(standing.dated), number=number, moved=_moment(moved)),
            )
        if holder:
            yield None, SAY("with_other_library", number=number, library=holder)


def _repeated(standing: Standing) -> Iterator[tuple[Need, str]]:
    if standing.before is not None:
        yield Need.FIRST, SAY("came_before", id=standing.before)


def _stale(standing: Standing, fresh: timedelta) -> Iterator[tuple[Need, str]]:
    """Held against its arrival, not against now: what we read late, after an outage, is no older for it."""
    dated = standing.dated
    if dated is None:
        yield Need.FRESH, SAY("covers_no_date")
    elif standing.arrived - dated > fresh:
        days = (standing.arrived - dated).days
        yield Need.FRESH, SAY("signed_long_ago", at=_moment(dated), days=days, most=fresh.days)


def _ahead(standing: Standing) -> Iterator[tuple[Need, str]]:
    dated = standing.dated
    if dated is not None and dated - standing.now > AHEAD:
        yield Need.FRESH, SAY("signed_ahead", at=_moment(dated))


def _too_early(standing: Standing, numbers: tuple[str, ...]) -> Iterator[tuple[Need, str]]:
    asked = max(filter(None, (standing.answers, *(standing.told.get(number) for number in numbers))), default=None)
    if asked and standing.dated and standing.dated < asked - CLOCKS:
        signed = _moment(standing.dated)
        yield Need.AFTER, SAY("signed_before_notice", at=signed, asked=_moment(asked))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
