"""What this process has counted since its start, and what it has in hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from maild import __version__
from maild.domain.operation import metric
from maild.domain.operation.heartbeat import Running
from maild.domain.operation.metric import Sample

if TYPE_CHECKING:
    from maild.bootstrap import Services

POOLS = ("reader", "receipts", "viewer")


def in_hand(services: Services, role: Running) -> Iterator[Sample]:
    """What stands in this process now; nothing is made in order to be looked at."""
    yield Sample(metric=metric.BUILD, value=1, labels=(__version__,))
    for pool in POOLS:
        if (made := services.made(pool)) is not None:
            counters = asdict(made.counters)
            yield Sample(metric=metric.WORKER_CALLS, value=counters["calls"], labels=(pool,))
            for fault in ("overtime", "died", "raised"):
                yield Sample(metric=metric.WORKER_FAULTS, value=counters[fault], labels=(pool, fault))
    if role is not Running.DAEMON:
        return
    if (processor := services.made("processor")) is not None:
        yield Sample(metric=metric.IN_FLIGHT, value=processor.in_flight)
    if (relay := services.made("relay")) is not None:
        is_open, trips = relay.breaker
        yield Sample(metric=metric.LINE_OPEN, value=is_open)
        yield Sample(metric=metric.LINE_TRIPS, value=trips)
