"""What a back-test works with, made of the services: two rule sets in readers of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.pipeline.backtest import Bench

WORKERS = 2  # readers of a back-test, at least


@contextmanager
def bench(services: Services, folder: str | None) -> Iterator[Bench]:
    """The rules of `folder` against those in force; None: these against the ledger. Closed at the block's end.

    Raises ConfigError (RuleError) where rules are broken.
    """
    from maild.confine import ComparingPool
    from maild.domain.backtest import Scales
    from maild.pipeline.backtest import Bench
    from maild.pipeline.candidate import touched
    from maild.pipeline.drift import load_drift

    daemon, ours = services.settings.daemon, services.read_settings
    scales = Scales(
        touched=touched(ours.rules_folder, folder) if folder is not None else frozenset(),
        general=load_drift(ours.rules_folder).general,
    )
    pool = ComparingPool(
        ours if folder is None else replace(ours, rules_folder=folder), None if folder is None else ours,
        touched=scales.touched, workers=max(WORKERS, daemon.workers), seconds=daemon.read_seconds,
        memory_mb=daemon.worker_memory_mb,
    )  # fmt: skip
    try:
        pool.warm()
        yield Bench(
            store=services.store, blobs=services.blobs, clock=services.clock, resolver=services.resolver,
            comparer=pool, lens=services.lens, policy=services.policy, scales=scales, against_ledger=folder is None,
        )  # fmt: skip
    finally:
        pool.close()
