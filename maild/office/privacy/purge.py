"""What is older than rules/retention.toml lets it be, goes. A look does all of it and takes it back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.config import Settings
from maild.domain.desk.statistics import midnight
from maild.domain.records.journal import JournalEntry
from maild.domain.records.retention import Class, Expired, Retention
from maild.office.privacy.erasing import unlink
from maild.office.privacy.retention import load_retention
from maild.office.safety.identity import same_store
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.blobs import FileBlobs
    from maild.store.uow import Store

WHAT, ACTOR = "purge", "maild"
BATCH = 200


class _Undone(Exception):
    """Ends a transaction that was only a look."""


class Purger:
    """Takes away what is too old, or says what would go."""

    def __init__(self, store: Store, blobs: FileBlobs, clock: Clock, retention: Retention) -> None:
        self._store, self._blobs, self._clock, self._retention = store, blobs, clock, retention

    def look(self, only: Class | None = None) -> list[Expired]:
        """What would go, class by class; nothing changes. Raises as the store does."""
        return self._all(only, dry_run=True)

    def run(self, only: Class | None = None, *, actor: str) -> list[Expired]:
        """Let it go. What was done stays where a later step raises, and the next run goes on."""
        done = self._all(only, dry_run=False)
        unlink(self._store, self._blobs)
        rows = {str(one.which): one.rows for one in done if one.rows}
        with self._store.begin() as uow:
            uow.journal.add([JournalEntry(what=WHAT, at=self._clock.now(), actor=actor, data=rows)])
        return done

    def _all(self, only: Class | None, *, dry_run: bool) -> list[Expired]:
        now, done = self._clock.now(), []
        same_store(self._store, self._blobs, now)  # whose name the keyed hashes go by
        seen: set[str] = set()  # a mail whose bytes go with its document has none to go with its text
        for which in Class:
            before = self._retention.keeping[which].before(now)
            if before is not None and only in (None, which):
                done.append(self._class(which, before, now, seen, dry_run=dry_run))
        return done

    def _class(self, which: Class, before: datetime, now: datetime, seen: set[str], *, dry_run: bool) -> Expired:
        rows, last, files = 0, 0, set[str]()
        while True:
            ids: list[int] = []
            with suppress(_Undone), self._store.begin() as uow:
                ids = uow.erasures.expired(which, before, BATCH, last)
                if ids:
                    files |= set(uow.erasures.expire(which, ids, now)) - seen
                if dry_run:
                    raise _Undone
            if not ids:
                break
            rows, last = rows + len(ids), ids[-1]
        seen |= files
        size = sum(self._blobs.size(name) for name in files)
        return Expired(which=which, rows=rows, files=len(files), bytes=size, before=before)


def by_time(store: Store, blobs: FileBlobs, clock: Clock, settings: Settings) -> PurgeByTime:
    """What the daemon does of it. Raises RuleError where rules/retention.toml is broken."""
    return PurgeByTime(store, blobs, clock, load_retention(settings.rules.folder), ZoneInfo(settings.office.timezone))


class PurgeByTime:
    """Once a day, where the office has said so (`run` in rules/retention.toml)."""

    def __init__(self, store: Store, blobs: FileBlobs, clock: Clock, retention: Retention, zone: ZoneInfo) -> None:
        self._store, self._clock, self._zone, self._retention = store, clock, zone, retention
        self._purger = Purger(store, blobs, clock, retention)

    def run_once(self) -> int:
        """Raises as store and blobs do."""
        if not self._retention.run:
            return 0
        now = self._clock.now()
        with self._store.read() as uow:
            done = uow.journal.count(ACTOR, WHAT, midnight(now.astimezone(self._zone).date(), self._zone))
        if not done:
            self._purger.run(actor=ACTOR)
        return 0
