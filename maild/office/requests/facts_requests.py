"""What bears on a wish of a patron about a request that runs: earlier queries, renewals, the provider's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.incoming.wishes import concerns_requests
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.requests.lifecycle import Event, State
from maild.office.requests.queries import their_number
from maild.spine.facts import Looking

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

MOST = 10  # requests of a patron that are looked into
_OVER = frozenset({State.CLOSED, State.CANCELLED, State.UNFILLED, State.RETURNED, State.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """By transaction number. queries: to its provider, latest first, those withdrawn left out."""

    renewals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    theirs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    queries: Mapping[str, tuple[OutboxEntry, ...]] = field(default_factory=lambda: MappingProxyType({}))


def gather_requests(look: Looking) -> RequestFacts | None:
    """A few indexed look-ups for each running request of the writer; none for other mails."""
    uow = look.uow
    running = [case.number for case in look.requests if case.state not in _OVER][:MOST]
    if not running or not concerns_requests(look.reading):
        return None
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
