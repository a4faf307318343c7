"""What the running daemon looks at now and then: disk, clock, schema, rules folder. Nothing is changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from maild.bootstrap import Services
from maild.bootstrap.disks import places
from maild.doctor.broken import faults
from maild.doctor.texts import SAY
from maild.domain.errors import MaildError
from maild.domain.operation.trouble import Sign, TroubleCause
from maild.store.texts import SAY as STORE

Look = Callable[[], Sequence[Sign]]


class Watch:
    """Used from one thread. Each look has a period of its own, and what it found holds until the next."""

    def __init__(self, services: Services) -> None:
        self._services = services
        rules, clock = RulesFolder(services), services.clock_trust
        self._looks: list[tuple[float, Look]] = [
            (0.0, lambda: list(disk(services))),
            (0.0, clock.signs),
            (0.0, rules.look),
            (300.0, lambda: list(schema(services))),
        ]
        self._found: dict[int, tuple[float, Sequence[Sign]]] = {}

    def look(self) -> Sequence[Sign]:
        """What is amiss now. Raises MaildError where a look cannot be made."""
        now = self._services.clock.monotonic()
        for index, (period, look) in enumerate(self._looks):
            made = self._found.get(index)
            if made is None or now - made[0] >= period:
                self._found[index] = (now, tuple(look()))
        return [sign for _, signs in self._found.values() for sign in signs]


def disk(services: Services) -> Iterator[Sign]:
    """Room where mails and a SQLite database are kept."""
    least = services.settings.alarm.disk_mb * 1024**2
    for place in places(services.settings.store):
        free = shutil.disk_usage(place).free
        if free < least:
            yield Sign(
                cause=TroubleCause.DISK_FULL,
                what=SAY("mb_free", size=f"{free / 1024**2:.0f}", folder=place),
                remedy=SAY("free_disk"),
            )


def schema(services: Services) -> Iterator[Sign]:
    """The database still has the schema of this program; one that is away is told by who works with it."""
    from maild.store import migrate

    store = services.settings.store
    try:
        found = migrate.check(store.url, store.password.reveal())
    except MaildError:
        return
    if not found.ok:
        yield Sign(
            cause=TroubleCause.DATABASE_BEHIND,
            remedy="maild db upgrade",
            what=STORE("revision_older", current=found.current or "none", head=found.head),
        )


class RulesFolder:
    """The office's files as they lie there: those in force go on, but a broken one would stop the next start."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._marks = self._mark()
        self._signs: tuple[Sign, ...] = ()

    def look(self) -> Sequence[Sign]:
        """What is wrong, read anew where a file has changed since the last look."""
        marks = self._mark()
        if marks != self._marks or self._signs:
            fresh = self._services.afresh()
            found = faults(fresh)
            fresh.retire()
            self._marks = marks
            self._signs = tuple(
                Sign(cause=TroubleCause.RULES_BROKEN, what=one.what, remedy=one.remedy) for one in found[:1]
            )
        return self._signs

    def _mark(self) -> list[tuple[str, int, int]]:
        settings = self._services.settings
        folders = [Path(each) for each in (settings.rules.folder, settings.notices.templates) if each]
        stats = ((path, path.stat()) for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
        return [(str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats]
