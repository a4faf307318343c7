"""Today: what needs me, what is near its limit, what came so far, and whether all is well. Everything leads on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.health import Health, examine
from maild.console.serving import web
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.kept import Kept, Sort
from maild.domain.desk.listing import NOBODY, OutboxFilter, RegistrationFilter, ReviewFilter, TransactionFilter
from maild.domain.desk.queue_limits import due_of
from maild.domain.desk.rows import API
from maild.domain.desk.statistics import midnight
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxEntry, OutboxState
from maild.domain.records.census import MailCount
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.lifecycle import RegistrationState, State
from maild.domain.requests.patron import Registration, Transaction

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


ROWS = 8  # of a list; the rest is a link away
LOOKED = 60  # oldest items of nobody's that are looked at
WAITING = 100  # oldest registrations that are looked at
PENDING = RegistrationFilter(states=(RegistrationState.PENDING,))
OUT = (State.RECEIVED, State.ON_LOAN, State.OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A queue item with its limit; half: more than half of the time is gone."""

    item: ReviewItem
    due: datetime | None
    half: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A registration with the limit of its review."""

    item: Registration
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """Open items of a cause: how many, and the oldest."""

    cause: Cause
    count: int
    items: Sequence[Waiting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page tells. mine_count, nobodys_count: all there are; pressing: nobody's, half their time gone."""

    name: str
    mine: Sequence[Waiting]
    mine_count: int
    pressing: Sequence[Waiting]
    nobodys_count: int
    open_count: int
    reviews: Sequence[Review]
    reviews_count: int
    failed: Sequence[OutboxEntry]
    failed_count: int
    held_count: int
    heaps: Sequence[Heap]
    loans: Sequence[Transaction]
    health: Health
    mails: MailCount
    notices: int
    mentions: Sequence[Kept]
    new: bool

    @property
    def quiet(self) -> bool:
        """Whether nothing at all needs anybody."""
        return not (self.mine or self.pressing or self.reviews or self.failed or self.loans or any(self.heaps))


# What the clock found, or what is grave by itself: shown whoever's it is.
URGENT = tuple(cause for cause in Cause if cause not in (Cause.NONE, Cause.ADVERTISING))
WATCHED = (Cause.DRIFT, Cause.CLAIM_UNCONFIRMED, Cause.SILENT, Cause.SHUNTED)


def _load(desk: Desk, who: Who, asked: Input) -> Shown:
    services, now = desk.services, desk.services.clock.now()
    weigh = _weigh(desk, now)
    with services.store.read() as uow:
        assignees, counts = uow.listings.queue.assignees(), uow.listings.queue.counts(ReviewFilter())
        nobodys = map(weigh, _items(uow, ReviewFilter(assignee=NOBODY, causes=URGENT), LOOKED))
        health = examine(services, uow)
        zone = ZoneInfo(services.settings.office.timezone)
        day = now.astimezone(zone).date()
        today, due = midnight(day, zone), TransactionFilter(states=OUT, due_before=day + timedelta(days=1))
        reviews = _reviews(desk, uow, now)
        return Shown(
            name=who.shown,
            mine=[weigh(item) for item in _items(uow, ReviewFilter(assignee=who.name), ROWS)],
            mine_count=assignees.get(who.name, 0),
            pressing=sorted((one for one in nobodys if one.half), key=lambda one: one.due or now)[:ROWS],
            nobodys_count=assignees.get("", 0),
            open_count=sum(counts.values()),
            reviews=reviews[:ROWS],
            reviews_count=uow.listings.registrations.count(PENDING),
            failed=uow.listings.outbox.page(OutboxFilter(states=(OutboxState.FAILED,)), limit=ROWS).items,
            failed_count=health.outbox.get(OutboxState.FAILED, 0),
            held_count=health.outbox.get(OutboxState.HELD, 0),
            heaps=_heaps(uow, counts, weigh),
            loans=uow.listings.transactions.page(due, limit=ROWS).items,
            health=health,
            mails=uow.census.mails(today, now),
            notices=uow.census.notices(today, now),
            new=not uow.kept.find(Sort.TOUR, [who.name]),
            mentions=uow.kept.find(Sort.MENTION, [who.name])[:ROWS],
        )


def _items(uow: UnitOfWork, asked: ReviewFilter, limit: int) -> Sequence[ReviewItem]:
    return uow.listings.queue.page(asked, limit=limit).items


def _weigh(desk: Desk, now: datetime) -> Callable[[ReviewItem], Waiting]:
    limits = desk.services.queue_limits

    def weigh(item: ReviewItem) -> Waiting:
        due = due_of(item, limits)
        half = due is not None and item.created is not None and now - item.created > (due - item.created) / 2
        return Waiting(item=item, due=due, half=half)

    return weigh


def _heaps(uow: UnitOfWork, counts: Mapping[Cause, int], weigh: Callable[[ReviewItem], Waiting]) -> Sequence[Heap]:
    return [
        Heap(
            cause=cause,
            count=counts[cause],
            items=[weigh(item) for item in _items(uow, ReviewFilter(causes=(cause,)), 3)],
        )
        for cause in WATCHED
        if counts.get(cause)
    ]


def _reviews(desk: Desk, uow: UnitOfWork, now: datetime) -> Sequence[Review]:
    """The oldest that wait, the most urgent first."""
    times = desk.services.reviews.times
    waiting = uow.listings.registrations.page(PENDING, limit=WAITING, backwards=True).items
    found = [Review(item=each, due=times.limit(each.submitted or now).at) for each in waiting]
    return sorted(found, key=lambda one: (one.due, one.item.id))


def _json(loaded: Shown) -> object:
    def item(one: Waiting) -> dict[str, object]:
        return {
            "id": one.item.id,
            "cause": one.item.cause.value,
            "subject": one.item.subject,
            "due": API.moment(one.due),
            "created": API.moment(one.item.created),
        }

    return {
        "mine": [item(one) for one in loaded.mine],
        "pressing": [item(one) for one in loaded.pressing],
        "open": loaded.open_count,
        "mine_count": loaded.mine_count,
        "nobodys_count": loaded.nobodys_count,
        "registrations": [{"id": one.item.id, "due": API.moment(one.due)} for one in loaded.reviews],
        "failed": [API.notice(entry) for entry in loaded.failed],
        "loans_overdue": [API.request(one) for one in loaded.loans],
        "watched": {heap.cause.value: heap.count for heap in loaded.heaps},
        "trouble": list(loaded.health.trouble),
        "mails_today": loaded.mails.all,
        "notices_today": loaded.notices,
    }


VIEWS = (
    View(
        name="today",
        path="/today",
        input=Input,
        load=_load,
        json=_json,
        template="today/show.html.j2",
        summary="What needs the one who asks, what is near its limit, and whether all is well.",
    ),
)


async def _home(request: Request) -> Response:
    return web.redirect(web.url(request, "today"))


ROUTES: tuple[BaseRoute, ...] = (Route("/", _home, methods=["GET"], name="home"),)
