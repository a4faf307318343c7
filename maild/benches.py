"""What is worked with now and then, made of the services: rules being made, in readers of their own; personal data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.confine.comparing import ComparingPool
    from maild.office.privacy.erasing import Privacy
    from maild.office.privacy.export import Exporter
    from maild.office.privacy.purge import Purger
    from maild.office.workshop.backtest import Bench
    from maild.office.workshop.rule_acts import RuleActs
    from maild.office.workshop.rule_maker import RuleMaker

WORKERS = 2  # readers of a back-test, at least


@contextmanager
def bench(services: Services, folder: str | None) -> Iterator[Bench]:
    """The rules of `folder` against those in force; None: these against the ledger. Closed at the block's end.

    Raises ConfigError (RuleError) where rules are broken.
    """
    from maild.confine.comparing import ComparingPool
    from maild.domain.learning.backtest import Scales
    from maild.office.providers.drift import load_drift
    from maild.office.workshop.backtest import Bench
    from maild.office.workshop.candidate import touched

    daemon, ours = services.settings.daemon, services.read_settings
    scales = Scales(
        touched=touched(ours.rules_folder, folder) if folder is not None else frozenset(),
        general=load_drift(ours.rules_folder).general,
    )
    pool = ComparingPool(
        ours if folder is None else replace(ours, rules_folder=folder),
        None if folder is None else ours,
        touched=scales.touched,
        workers=max(WORKERS, daemon.readers),
        seconds=daemon.read_seconds,
        memory_mb=daemon.worker_memory_mb,
    )
    try:
        pool.warm()
        yield Bench(
            store=services.store,
            blobs=services.blobs,
            clock=services.clock,
            resolver=services.resolver,
            comparer=pool,
            lookup=services.lookup,
            order=services.parts.order,
            policy=services.policy,
            scales=scales,
            against_ledger=folder is None,
        )
    finally:
        pool.close()


@contextmanager
def one_reader(services: Services, folder: str) -> Iterator[ComparingPool]:
    """A single confined reader under the rules of that folder. Raises ConfigError (RuleError) where they are broken."""
    from maild.confine.comparing import ComparingPool

    daemon = services.settings.daemon
    settings = replace(services.read_settings, rules_folder=folder)
    pool = ComparingPool(settings, workers=1, seconds=daemon.read_seconds, memory_mb=daemon.worker_memory_mb)
    try:
        pool.warm()
        yield pool
    finally:
        pool.close()


def rule_maker(services: Services) -> RuleMaker:
    """Makes rules of stored mails, on the rules in force."""
    from maild.office.workshop.rule_maker import RuleMaker

    settings = services.settings
    return RuleMaker(
        services.parts,
        services.rules,
        settings.rules.folder,
        settings.matching.transaction_number,
        partial(one_reader, services),
    )


def rule_acts(services: Services) -> RuleActs:
    """Saves rules into the office's folder."""
    from maild.office.workshop.rule_acts import RuleActs

    settings = services.settings
    return RuleActs(
        services.store,
        services.clock,
        settings.rules.folder,
        settings.matching.transaction_number,
        partial(one_reader, services),
    )


def privacy(services: Services) -> Privacy:
    """Shows what is held on a person, and erases it."""
    from maild.office.privacy.erasing import Privacy

    return Privacy(services.store, services.blobs, services.clock)


def exporter(services: Services) -> Exporter:
    """Hands out what is held on a person."""
    from maild.office.privacy.export import Exporter

    office = services.settings.office
    return Exporter(services.store, services.blobs, services.clock, ZoneInfo(office.timezone), office.address)


def purger(services: Services) -> Purger:
    """Takes away what is too old. Raises RuleError where rules/retention.toml is broken."""
    from maild.office.privacy.purge import Purger
    from maild.office.privacy.retention import load_retention

    folder = services.settings.rules.folder
    return Purger(services.store, services.blobs, services.clock, load_retention(folder))
