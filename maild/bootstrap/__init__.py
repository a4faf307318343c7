"""The only wiring: settings → adapters → services. Each part is made when it is first asked for."""

from __future__ import annotations

import time
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from maild.bootstrap.desk import Desk
from maild.domain.errors import ConfigError
from maild.lifetime import Lifetime, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from maild.config import Settings
    from maild.ports import Clock, Resolver
    from maild.settings import Loaded
    from maild.spine.process import Processed

RESTART = ("store", "mailbox", "smtp", "oauth", "metrics", "traces")  # sections that SIGHUP cannot change


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class Services(Desk):
    """Everything a command or the daemon works with, made lazily from the settings.

    `resolver` replaces DNS (explain --dns); `on_result` hears of each processed mail (progress, logs);
    `load` reads the settings anew (SIGHUP); `clock` takes the place of the machine's (tests).
    origin: where the settings came from, None where they were made by a program.
    """

    origin: Loaded | None = None

    def __init__(
        self,
        settings: Settings,
        *,
        resolver: Resolver | None = None,
        on_result: Callable[[Processed], None] | None = None,
        load: Callable[[], Settings] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self._load = load
        self.clock: Clock = clock or SystemClock()
        self._resolver = resolver
        self._on_result = on_result or (lambda result: None)
        self._rules_stamp: str | None = None
        self.say: Callable[[str], str] = str
        from maild.confine.pool import require_confinement

        require_confinement(settings.confine.required)

    def begin(self) -> None:
        """Start the first reader: it loads the rules in a process beside, for which `prepare` waits."""
        if self._rules_stamp is None:
            self.note_rules()
        self.reader.begin()

    def prepare(self) -> None:
        """Refuse to start on a wrong rule, template, key or schema: everything is made and checked once."""
        self.begin()
        self.ensure_schema()
        self.same_store()
        self.make(parts_of(Services, early=True, loops=True))  # while the reader starts
        self.reader.warm()

    def make(self, names: Iterable[str]) -> None:
        """Make these parts now: what is wrong with their rules, templates or keys raises."""
        for name in names:
            getattr(self, name)

    def made(self, name: str) -> Any:
        """A part, where it has been made; None where nobody has asked for it yet."""
        return self.__dict__.get(name)

    def note_rules(self) -> None:
        """Remember what was saved last: to be called before the rules are read. Raises Temporary."""
        from maild.office.workshop.saved import stamp

        self._rules_stamp = stamp(self.settings.rules.folder)

    def rules_changed(self) -> bool:
        """Whether staff saved a rule, here or on another host, or adopted other weights, since these were read.

        Raises Temporary.
        """
        from maild.office.workshop.saved import stamp

        if self._rules_stamp is None:
            self.note_rules()
        return stamp(self.settings.rules.folder) != self._rules_stamp or self.second.changed()

    def reload(self) -> None:
        """Read settings, rules and templates anew; all of it works, or everything stays as it was and this raises.

        Connections and the database stay: what concerns them needs a restart, and says so.
        """
        settings = self._load() if self._load else self.settings
        if fixed := list(_changed(self.settings, settings)):
            raise ConfigError(f"{', '.join(fixed)} changed, which needs a restart", remedy="systemctl restart maild")
        self._take_over(settings)

    def reload_rules(self) -> None:
        """The same without the settings: what staff saved comes into force, and no half-edited configuration."""
        self._take_over(self.settings)

    def afresh(self) -> Services:
        """Others on the same connections of which nothing is made yet: to try the files as they lie there."""
        fresh = self._fresh(self.settings)
        fresh._share(self, Lifetime.PROCESS, Lifetime.SETTINGS)
        return fresh

    def renewed(self) -> Services:
        """Others on the same connections, with rules and templates as they are now. Raises where one is broken.

        These go on: who began with them ends with them. `retire` closes them.
        """
        shared = (Lifetime.PROCESS, Lifetime.SETTINGS)
        self.make(parts_of(Services, *shared))
        fresh = self._fresh(self.settings)
        fresh._share(self, *shared)
        fresh.make(parts_of(Services, early=True, second=True))
        return fresh

    def retire(self) -> None:
        """Close what others that were `renewed` from these do not share; waits for what is under way."""
        self._close(self._drop(Lifetime.RULES))

    def _fresh(self, settings: Settings) -> Services:
        fresh = Services(
            settings, resolver=self._resolver, on_result=self._on_result, load=self._load, clock=self.clock
        )
        fresh.origin, fresh.say = self.origin, self.say
        fresh.note_rules()
        return fresh

    def _share(self, other: Services, *lifetimes: Lifetime) -> None:
        """Take over what the other has made of these lifetimes."""
        made = other.__dict__
        self.__dict__.update({name: made[name] for name in parts_of(Services, *lifetimes) if name in made})

    def _take_over(self, settings: Settings) -> None:
        fresh = self._fresh(settings)
        fresh._share(self, Lifetime.PROCESS, Lifetime.SERVICES)
        fresh.make(parts_of(Services, early=True, loops=True))
        fresh.reader.warm()
        old = self._drop(Lifetime.SETTINGS, Lifetime.RULES)
        self.__dict__.update({k: v for k, v in fresh.__dict__.items() if not k.startswith("_")})
        self._rules_stamp = fresh._rules_stamp
        self.store.listener = self.listener
        self._close(old)

    def _drop(self, *lifetimes: Lifetime) -> list[object]:
        """Forget what was made of these lifetimes; what of it is to be closed: a part before those it stands on."""
        names = set(parts_of(Services, *lifetimes))
        made = [
            (getattr(Services, name), self.__dict__.pop(name))
            for name in reversed(list(self.__dict__))
            if name in names
        ]
        return [value for kind, value in made if kind.closes and value is not None]

    @staticmethod
    def _close(parts: list[object]) -> None:
        for each in (one for part in parts for one in (part if isinstance(part, list) else [part])):
            if (closing := getattr(each, "close", None)) is not None:  # a test's stand-in has none
                closing()

    def close(self) -> None:
        """Close what was opened; parts that were never asked for are not made."""
        self._close(self._drop(*Lifetime))


def _changed(before: Settings, after: Settings) -> Iterator[str]:
    """The options that differ and that a reload cannot change; of mailboxes, the one by its name."""
    for section in RESTART:
        old, new = getattr(before, section), getattr(after, section)
        olds, news = (each if isinstance(each, tuple) else (each,) for each in (old, new))
        if len(olds) != len(news):
            yield f"the number of [[{section}]]"
        for was, now in zip(olds, news, strict=False):
            label = f"{section} {was.name}" if isinstance(old, tuple) else section
            yield from (
                f"{label}.{name}"
                for name in (one.name for one in fields(was))
                if getattr(was, name) != getattr(now, name)
            )


def build(
    settings: Settings,
    *,
    resolver: Resolver | None = None,
    load: Callable[[], Settings] | None = None,
    origin: Loaded | None = None,
) -> Services:
    """Services for these settings."""
    made = Services(settings, resolver=resolver, load=load)
    made.origin = origin
    return made
