"""Is a notice about a registration still true when it is about to leave?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from maild.domain.outgoing.notice import NoticeKind, OutboxEntry
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import Registration
from maild.notify.sending import SAY

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


# Who applied again before the rejection left still wants to know why.
_UNTRUE_WHEN = {
    NoticeKind.REGISTRATION_RECEIVED: frozenset({RegistrationState.APPROVED, RegistrationState.REJECTED}),
    NoticeKind.REGISTRATION_REJECTED: frozenset({RegistrationState.APPROVED}),
}


def overtaken(entry: OutboxEntry, uow: UnitOfWork) -> str | None:
    """Why the notice should not go out any more, or None."""
    request = entry.request
    if request.kind is NoticeKind.REGISTRATION_STATE:
        return _answer_overtaken(request.data, uow)
    if request.kind not in _UNTRUE_WHEN:
        return None
    steps = uow.registrations.of_person([request.recipient])
    now = next((r for r in steps if str(r.step) == request.data.get("step")), None)
    return _overtaken_by(now) if now and now.state in _UNTRUE_WHEN[request.kind] else None


def _answer_overtaken(data: Mapping[str, object], uow: UnitOfWork) -> str | None:
    """data['known']: id → state of the registrations when the answer was written."""
    known = data.get("known")
    for number, state in known.items() if isinstance(known, Mapping) else ():
        now = uow.registrations.get(int(number))
        if now and str(now.state) != str(state):
            return _overtaken_by(now)
    return None


def _overtaken_by(now: Registration) -> str:
    return SAY("registration_overtaken", id=now.id, state=now.state)
