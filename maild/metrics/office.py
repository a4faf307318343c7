"""How the office stands, out of the database: the same whichever process is asked, and however many there are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.console.health import readiness
from maild.domain.desk.statistics import Measure
from maild.domain.errors import ConfigError
from maild.domain.operation import metric
from maild.domain.operation.heartbeat import Heartbeat, Pulse, Running
from maild.domain.operation.metric import Sample
from maild.domain.operation.trouble import Trouble
from maild.notify.sending.plan import budget_left
from maild.office.watch.statistics import automatic_share, totals

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.domain.records.census import Heap
    from maild.store.uow import UnitOfWork

RECENT = timedelta(days=30)


def standing(services: Services, uow: UnitOfWork) -> Iterator[Sample]:
    """What waits, what was heard, what is amiss, now. A few look-ups of indexes. Raises as the store does."""
    now = services.clock.now()
    beats = uow.heartbeats.all()
    yield from _work(services, uow, now)
    yield from _processes(beats, now)
    yield from _folders(uow, [one for one in beats if one.role is Running.DAEMON])
    try:
        causes, troubles = readiness(uow, now, services.troubles)
    except ConfigError:  # rules that cannot be read: told among the troubles once they can be
        yield Sample(metric=metric.READY, value=0)
    else:
        yield Sample(metric=metric.READY, value=not causes)
        yield from _troubles(troubles)


def figures(services: Services, uow: UnitOfWork) -> Iterator[Sample]:
    """Figures of the last 30 days, as the daemon has counted them, and sizes: for once a minute."""
    now = services.clock.now()
    until = now.astimezone(services.figures.zone).date() + timedelta(days=1)
    since = until - RECENT
    outcomes = totals(uow.statistics.figures(Measure.MAILS, since, until))
    share = automatic_share(outcomes)
    if share is not None:
        yield Sample(metric=metric.AUTOMATIC, value=share)
    yield from (Sample(metric=metric.OUTCOMES, value=count, labels=(name,)) for name, count in outcomes.items())
    fates: dict[tuple[str, str], int] = {}
    for one in uow.statistics.figures(Measure.RULES, since, until):
        fates[one.key, one.second] = fates.get((one.key, one.second), 0) + one.count
    yield from (Sample(metric=metric.FATES, value=count, labels=key) for key, count in fates.items())
    yield Sample(metric=metric.UNDONE, value=uow.census.undone(now - RECENT))
    yield Sample(metric=metric.DATABASE_BYTES, value=uow.statistics.size())


def free(services: Services) -> Iterator[Sample]:
    """Room on the disk, which needs no database."""
    folder = services.settings.store.blobs.absolute()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    yield Sample(metric=metric.DISK_FREE, value=shutil.disk_usage(there).free)


def _work(services: Services, uow: UnitOfWork, now: datetime) -> Iterator[Sample]:
    found = uow.census.standing()
    yield Sample(metric=metric.PENDING, value=found.pending.count)
    yield Sample(metric=metric.PENDING_AGE, value=_age(found.pending, now))
    yield Sample(metric=metric.SHUNTED, value=found.shunted)
    for state, heap in found.outbox.items():
        yield Sample(metric=metric.OUTBOX, value=heap.count, labels=(state.value,))
        yield Sample(metric=metric.OUTBOX_AGE, value=_age(heap, now), labels=(state.value,))
    for item in uow.census.queue():
        yield Sample(metric=metric.QUEUE, value=item.count, labels=(item.cause.value,))
        age = max((now - item.oldest).total_seconds(), 0.0)
        yield Sample(metric=metric.QUEUE_AGE, value=age, labels=(item.cause.value,))
    yield Sample(metric=metric.EVENTS_WAITING, value=uow.events.waiting())
    budget = services.settings.smtp.daily_budget
    yield Sample(metric=metric.BUDGET, value=budget)
    if budget:
        yield Sample(metric=metric.BUDGET_LEFT, value=max(budget_left(uow, now, services.settings), 0))


def _age(heap: Heap, now: datetime) -> float:
    """Seconds; what may only leave later waits since no time."""
    return max((now - heap.oldest).total_seconds(), 0.0) if heap.oldest is not None else 0.0


def _processes(beats: Sequence[Heartbeat], now: datetime) -> Iterator[Sample]:
    for one in beats:
        if one.pulse(now) is not Pulse.STOPPED and now - one.seen < RECENT:
            labels = one.role.value, one.host
            yield Sample(metric=metric.SEEN, value=one.seen.timestamp(), labels=labels)
    sheets = [said for one in beats if isinstance(said := one.data.get("balance"), Mapping) and said.get("at")]
    if sheets:
        latest = max(sheets, key=lambda said: str(said["at"]))
        yield Sample(metric=metric.BALANCE, value=bool(latest.get("even")))
        yield Sample(metric=metric.BALANCED, value=datetime.fromisoformat(str(latest["at"])).timestamp())


def _folders(uow: UnitOfWork, daemons: Sequence[Heartbeat]) -> Iterator[Sample]:
    """When each was heard last, by whichever daemon heard it."""
    states = [one for one in uow.mailboxes.all() if not one.filing]
    for state in states:
        yield Sample(metric=metric.ARMED, value=state.armed, labels=(state.mailbox,))
        said = [
            folders.get(state.mailbox) for one in daemons if isinstance(folders := one.data.get("folders"), Mapping)
        ]
        if heard := [datetime.fromisoformat(str(each)) for each in said if each]:
            yield Sample(metric=metric.HEARD, value=max(heard).timestamp(), labels=(state.mailbox,))


def _troubles(troubles: Sequence[Trouble]) -> Iterator[Sample]:
    """Each once, though two daemons tell it."""
    for cause, about in dict.fromkeys(one.key for one in troubles):
        yield Sample(metric=metric.TROUBLE, value=1, labels=(cause.value, about))
