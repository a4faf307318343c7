"""What time brings, and what is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.bootstrap.deciding import Deciding
from maild.lifetime import Lifetime, part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maild.office.books.reconcile import Reconciler
    from maild.office.books.statement_formats import StatementFormat
    from maild.office.providers.drift import DriftAlarm
    from maild.office.requests.silence import Silence
    from maild.office.safety.recollect import FirstAfterRestore
    from maild.office.upkeep import Upkeep
    from maild.office.watch.clock_trust import ClockTrust
    from maild.office.watch.naming import Naming
    from maild.office.watch.staff_digest import StaffDigest
    from maild.office.watch.statistics import FigureKeeper
    from maild.office.watch.year_kept import YearKeeper
    from maild.store.uow import Store


class Watching(Deciding):
    """What time brings, and what is watched."""

    @part(files=True)
    def statement_formats(self) -> Mapping[str, StatementFormat]:
        """How statements are written: the shipped formats, and the office's own in its rules folder."""
        from maild.office.books.statement_formats import load_formats

        return load_formats(self.settings.rules.folder)

    @part()
    def reconciler(self) -> Reconciler:
        return self._reconciler(self.store)

    def _reconciler(self, store: Store) -> Reconciler:
        from maild.office.books.reconcile import Reconciler

        policy, numbers = self.parts.policy, self.lookup.numbers
        return Reconciler(store, self.clock, policy, numbers=numbers, token_keys=self.token_keys)

    @part()
    def reminders(self) -> FirstAfterRestore:
        """What time brings; after a restore its notices are held the first time."""
        from maild.office.safety.recollect import FirstAfterRestore

        return FirstAfterRestore(self.store, self._upkeep)

    def _upkeep(self, store: Store) -> Upkeep:
        from maild.office.learning.agreement_record import AgreementWatch
        from maild.office.privacy.purge import by_time
        from maild.office.upkeep import make_upkeep

        watch = AgreementWatch(store, self.clock, self.answers, self.settings.staff)
        purge = by_time(store, self.blobs, self.clock, self.settings)
        policy, reconciler = self.parts.policy, self._reconciler(store)
        return make_upkeep(
            store, self.clock, reconciler, policy, self.settings, self.drift, watch, purge, digest=self.digest
        )

    @part()
    def silence(self) -> Silence:
        """The silence watch, for those who ask what is overdue now."""
        from maild.office.requests.silence import Silence

        requests = self.settings.requests
        return Silence(self.store, self.clock, self.requests, self.settings.staff, watch=requests.silence_watch)

    @part()
    def digest(self) -> StaffDigest:
        """The morning mail to staff."""
        from maild.office.watch.staff_digest import StaffDigest

        return StaffDigest(
            self.store,
            self.clock,
            self.settings,
            self.calendar,
            rules=self.troubles,
            sheet=self.compared,
            say=self.say,
        )

    @part(Lifetime.SERVICES, loops=True)
    def clock_trust(self) -> ClockTrust:
        """Whether the clock is to be believed."""
        from maild.office.watch.clock_trust import ClockTrust

        return ClockTrust(self.store, self.clock)

    @part()
    def naming(self) -> Naming:
        """By which name providers go on pages and in figures; where the rules are broken, as they are written."""
        from maild.domain.errors import ConfigError
        from maild.office.watch.naming import Naming

        try:
            return Naming.of(self.lookup.trusted, self.settings.office.address.rpartition("@")[2])
        except ConfigError:
            return Naming()

    @part()
    def figures(self) -> FigureKeeper:
        """What keeps the figures of the past up to date."""
        from maild.office.watch.statistics import FigureKeeper

        return FigureKeeper(self.store, self.clock, self.settings.office.timezone, lambda: self.naming)

    @part()
    def years(self) -> YearKeeper:
        """What keeps the yearly reports."""
        from maild.office.watch.year_kept import YearKeeper

        return YearKeeper(self.store, self.clock, self.figures, lambda: self.naming)

    @part(early=True, files=True)
    def drift(self) -> DriftAlarm:
        """What notices that a provider's mails have changed; raises RuleError where drift.toml is broken."""
        from maild.office.providers.drift import DriftAlarm, load_drift

        policy = load_drift(self.settings.rules.folder)
        return DriftAlarm(self.store, self.clock, policy, self.settings.staff)
