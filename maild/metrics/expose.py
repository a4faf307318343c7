"""The samples in the words of Prometheus: the one place where its library is used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from maild.domain.errors import MaildError
from maild.domain.operation import metric
from maild.domain.operation.heartbeat import Running
from maild.domain.operation.metric import BOUNDS, Metric, Sample, Sort, Spread, Tally
from maild.metrics import office, process

if TYPE_CHECKING:
    from prometheus_client import Metric as Family

    from maild.bootstrap import Services
    from maild.store.uow import UnitOfWork

STANDING_SECONDS, FIGURES_SECONDS = 5.0, 60.0  # so long an answer is given again: several may ask at a time
Ask = Callable[["Services", "UnitOfWork"], Iterator[Sample]]


class Figures(Collector):
    """All metrics of a process. `services` is asked at each scrape: a saved rule puts others in their place.

    Thread-safe; a database that is away leaves what the process itself knows.
    """

    def __init__(self, services: Callable[[], Services], role: Running) -> None:
        self._services, self._role = services, role
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Sequence[Sample]]] = {}

    def collect(self) -> Iterable[Family]:
        """As prometheus_client asks."""
        services = self._services()
        with self._lock:
            samples = [*process.in_hand(services, self._role), *office.free(services), *self._office(services)]
        samples += [Sample(metric=of, value=n, labels=labels) for (of, labels), n in services.tally.counts().items()]
        yield from families(samples)
        yield from histograms(services.tally)

    def _office(self, services: Services) -> Iterator[Sample]:
        try:
            found = [
                *self._asked("standing", STANDING_SECONDS, services, office.standing),
                *self._asked("figures", FIGURES_SECONDS, services, office.figures),
            ]
        except MaildError:
            yield Sample(metric=metric.DATABASE_UP, value=0)
        else:
            yield Sample(metric=metric.DATABASE_UP, value=1)
            yield from found

    def _asked(self, name: str, seconds: float, services: Services, ask: Ask) -> Sequence[Sample]:
        now = services.clock.monotonic()
        at, found = self._kept.get(name, (float("-inf"), ()))
        if now - at >= seconds:
            with services.store.read() as uow:
                found = list(ask(services, uow))
            self._kept[name] = now, found
        return found


def families(samples: Iterable[Sample]) -> Iterator[Family]:
    """Counters and gauges, each metric once with all its labels."""
    found: dict[Metric, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.metric, []).append(sample)
    for of, some in found.items():
        made = GaugeMetricFamily if of.sort is Sort.GAUGE else CounterMetricFamily
        family = made(of.name, of.help, labels=of.labels)
        for sample in some:
            family.add_metric(sample.labels, float(sample.value))
        yield family


def histograms(tally: Tally) -> Iterator[Family]:
    """Durations, each bucket with all below it, as Prometheus counts."""
    found: dict[Metric, list[tuple[tuple[str, ...], Spread]]] = {}
    for (of, labels), spread in tally.spreads().items():
        found.setdefault(of, []).append((labels, spread))
    bounds = [*map(str, BOUNDS), "+Inf"]
    for of, some in found.items():
        family = HistogramMetricFamily(of.name, of.help, labels=of.labels)
        for labels, spread in some:
            buckets = list(zip(bounds, map(float, accumulate(spread.counts)), strict=True))
            family.add_metric(labels, buckets, spread.sum)
        yield family


def registry_of(services: Callable[[], Services], role: Running) -> CollectorRegistry:
    """Ours, and what Linux says of the process (memory, processor time, open files)."""
    made = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=made)
    made.register(Figures(services, role))
    return made


def written(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """(answer, content type) in the format that the Accept header asks for: OpenMetrics, or Prometheus' own text."""
    encode, kind = choose_encoder(accept)
    return encode(registry), kind
