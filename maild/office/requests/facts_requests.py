"""What bears on a wish of a patron about a request that runs: earlier queries, renewals, the provider's number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.requests.lifecycle import Event, State
from maild.domain.requests.patron import Transaction
from maild.office.requests.queries import their_number
from maild.ports import UnitOfWork

WISHES = frozenset({Kind.RENEW_REQUEST, Kind.CANCEL_REQUEST})
# Fields of a patron's mail about a fee: it is accepted, it is declined, there is more to it.
CONSENT, DECLINED, RESERVE = "consent", "declined", "reserve"
MOST = 10  # requests of a patron that are looked into
_OVER = frozenset({State.CLOSED, State.CANCELLED, State.UNFILLED, State.RETURNED, State.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """By transaction number. queries: to its provider, latest first, those withdrawn left out."""

    renewals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    theirs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    queries: Mapping[str, tuple[OutboxEntry, ...]] = field(default_factory=lambda: MappingProxyType({}))


def said(reading: Reading, name: str) -> str:
    """The value of a field in any ruling of the mail."""
    return next((value for ruling in reading.classification.rulings if (value := ruling.value(name))), "")


def concerns_requests(reading: Reading) -> bool:
    """Whether the mail wishes something of a request that runs, or answers to a fee."""
    wishes = WISHES.intersection(reading.classification.kinds)
    return bool(wishes) or bool(said(reading, CONSENT) or said(reading, DECLINED))


def gather_requests(uow: UnitOfWork, reading: Reading, requests: Sequence[Transaction]) -> RequestFacts:
    """A few indexed look-ups for each running request of the writer; none for other mails."""
    running = [case.number for case in requests if case.state not in _OVER][:MOST]
    if not running or not concerns_requests(reading):
        return RequestFacts()
    queries: dict[str, tuple[OutboxEntry, ...]] = {}
    for row in uow.outbox.about(running):
        if row.request.kind is NoticeKind.PROVIDER_QUERY and row.state is not OutboxState.CANCELLED:
            queries[row.request.number] = (row, *queries.get(row.request.number, ()))
    return RequestFacts(
        renewals={number: _renewals(uow, number) for number in running},
        queries=queries,
        theirs={number: their_number(uow, number) for number in running},
    )


def _renewals(uow: UnitOfWork, number: str) -> int:
    history = uow.journal.of_transaction(number)
    return sum(entry.what == "state" and entry.data.get("event") == Event.RENEWED for entry in history)
