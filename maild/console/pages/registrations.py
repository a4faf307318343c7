"""Registrations: what waits for its review with the clock, and one with its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Id, Input
from maild.console.desk import Desk
from maild.console.views import View, total
from maild.console.who import Who
from maild.domain.desk.listing import COUNTED, Page, RegistrationFilter
from maild.domain.desk.rows import API
from maild.domain.errors import NotFound
from maild.domain.incoming.registering import problems
from maild.domain.outgoing.notice import OutboxEntry
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import Registration, RegistrationStep
from maild.office import SAY as COMMON
from maild.office.registration.registering import history_of, subject_of
from maild.office.registration.review_policy import Why

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


LIMIT = 50


class Asked(Input):
    text: Annotated[str, Field(max_length=200)] = ""
    state: tuple[RegistrationState, ...] = ()
    step: RegistrationStep | None = None
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When a review must be done. unsure: years on the way whose working days are not known."""

    at: datetime | None
    unsure: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of registrations, with the limit of each that waits. count: at most COUNTED + 1."""

    page: Page[Registration]
    limits: Mapping[int, Clock]
    count: int
    most: int = COUNTED


def _limit(desk: Desk, item: Registration) -> Clock:
    if item.state is not RegistrationState.PENDING:
        return Clock(at=None)
    found = desk.services.reviews.times.limit(item.submitted or desk.services.clock.now())
    return Clock(at=found.at, unsure=found.unknown)


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    wanted = RegistrationFilter(states=asked.state, step=asked.step, text=asked.text)
    with desk.services.store.read() as uow:
        page = uow.listings.registrations.page(wanted, limit=LIMIT, after=asked.after, before=asked.before)
        count = total(uow.listings.registrations, wanted, page)
    return Listing(page=page, count=count, limits={item.id: _limit(desk, item) for item in page.items})


def _list_json(loaded: Listing) -> object:
    return {
        "items": [API.registration(item, loaded.limits[item.id].at) for item in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
        "count": loaded.count,
    }


class One(Input):
    registration_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One registration. problems: what the guide's rules forbid; reasons: those of a rejection that have a code."""

    item: Registration
    limit: Clock
    problems: Sequence[str]
    history: Sequence[JournalEntry]
    notices: Sequence[OutboxEntry]
    others: Sequence[Registration]
    reasons: Sequence[Why]


def _load_one(desk: Desk, who: Who, asked: One) -> Detail:
    with desk.services.store.read() as uow:
        return detail(desk, uow, asked.registration_id)


def detail(desk: Desk, uow: UnitOfWork, registration_id: int) -> Detail:
    """All of one registration. Raises NotFound."""
    item = uow.registrations.get(registration_id)
    if item is None:
        raise NotFound(COMMON("no_registration", id=registration_id), remedy=SAY("look_in_list"))
    notices = [
        entry
        for entry in uow.outbox.of_subject(subject_of(item.step, item.email))
        if entry.request.revision == str(item.round)
    ]
    others = [other for other in uow.registrations.of_person([item.email]) if other.id != item.id]
    history = uow.journal.of_transaction(history_of(item.id))
    found = [str(p) for p in problems(item.name, item.login, item.patron_kind)]
    return Detail(
        item=item,
        limit=_limit(desk, item),
        problems=found,
        history=history,
        notices=notices,
        others=others,
        reasons=tuple(desk.services.reviews.reasons.values()),
    )


def _one_json(loaded: Detail) -> object:
    return {
        **API.registration(loaded.item, loaded.limit.at),
        "problems": list(loaded.problems),
        "history": [API.event(line) for line in loaded.history],
    }


VIEWS = (
    View(
        name="registrations.list",
        path="/registrations",
        input=Asked,
        load=_load,
        json=_list_json,
        template="registrations/list.html.j2",
        summary="Registrations, newest first, with their limits.",
    ),
    View(
        name="registrations.one",
        path="/registrations/{registration_id:int}",
        input=One,
        load=_load_one,
        json=_one_json,
        template="registrations/one.html.j2",
        summary="One registration and its history.",
    ),
)
