"""What the running daemon looks at now and then: disk, clock, schema, rules folder. Nothing is changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from maild.bootstrap import Services
from maild.doctor.broken import faults
from maild.domain.errors import MaildError
from maild.domain.trouble import Sign, TroubleCause

JUMP_SECONDS = 300.0  # between two looks: more than a step at boot, less than what would send reminders at night
STEADY_SECONDS = 3600.0  # after which a clock that jumped is taken as set on purpose
Look = Callable[[], Sequence[Sign]]


class Watch:
    """Used from one thread. Each look has a period of its own, and what it found holds until the next."""

    def __init__(self, services: Services) -> None:
        self._services = services
        rules, clock = RulesFolder(services), ClockWatch(services.clock.monotonic)
        self._looks: list[tuple[float, Look]] = [
            (0.0, lambda: list(disk(services))),
            (0.0, lambda: clock.look(services.clock.now().timestamp())),
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
    url = services.settings.store.url
    database = [Path("/" + url.partition(":///")[2].lstrip("/"))] if url.startswith("sqlite") else []
    places = {_existing(path) for path in (services.settings.store.blobs, *database)}
    by_device = {place.stat().st_dev: place for place in sorted(places)}
    for place in by_device.values():
        free = shutil.disk_usage(place).free
        if free < least:
            yield Sign(cause=TroubleCause.DISK_FULL, what=f"{free / 1024**2:.0f} MB free for {place}",
                       remedy="free disk space; without it no mail can be taken in")  # fmt: skip


def _existing(path: Path) -> Path:
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())


def schema(services: Services) -> Iterator[Sign]:
    """The database still has the schema of this program; one that is away is told by who works with it."""
    from maild.store import migrate

    store = services.settings.store
    try:
        found = migrate.check(store.url, store.password.reveal())
    except MaildError:
        return
    if not found.ok:
        yield Sign(cause=TroubleCause.DATABASE_BEHIND, remedy="maild db upgrade",
                   what=f"the database is at revision {found.current or 'none'}, maild needs {found.head}")  # fmt: skip


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
            self._signs = tuple(Sign(cause=TroubleCause.RULES_BROKEN, what=one.what, remedy=one.remedy)
                                for one in found[:1])  # fmt: skip
        return self._signs

    def _mark(self) -> list[tuple[str, int, int]]:
        settings = self._services.settings
        folders = [Path(each) for each in (settings.rules.folder, settings.notices.templates) if each]
        stats = ((path, path.stat()) for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
        return [(str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats]


class ClockWatch:
    """The wall clock against the monotonic one, which nobody sets."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._expected: float | None = None
        self._since = 0.0

    def look(self, wall: float) -> Sequence[Sign]:
        """wall: seconds since 1970."""
        now = self._monotonic()
        offset = wall - now
        expected = offset if self._expected is None else self._expected
        step = offset - expected
        if abs(step) < JUMP_SECONDS:
            self._expected, self._since = offset, 0.0  # slow corrections are followed
            return ()
        self._since = self._since or now
        if now - self._since > STEADY_SECONDS:
            self._expected, self._since = offset, 0.0
            return ()
        what = f"the clock was set {'ahead' if step > 0 else 'back'} by {_span(abs(step))}"
        return (Sign(cause=TroubleCause.CLOCK_JUMPED, what=what, remedy="set the clock; switch time sync on"),)


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return (
        f"{minutes} minutes"
        if minutes < 120
        else f"{minutes // 60} hours"
        if minutes < 2880
        else f"{minutes // 1440} days"
    )
