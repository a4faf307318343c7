"""What does not work at present: logged when it begins, again now and then while it lasts, and kept as a list."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import ConfigError, MaildError, Permanent, Temporary
from maild.domain.operation.trouble import Sign, Trouble, TroubleCause, TroubleRules, renewed

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

SAY_AGAIN_SECONDS = 600.0
INHERITED_SECONDS = 60.0  # a loop has failed or worked by then: before, nothing of the former process is called over
_BY_NAME = {
    "smtp": TroubleCause.RELAY_FAILING,
    "database": TroubleCause.DATABASE_AWAY,
    "sent copies": TroubleCause.COPIES_FAILING,
    "webhook": TroubleCause.WEBHOOK_FAILING,
    "templates": TroubleCause.TEMPLATES_BROKEN,
    "rules": TroubleCause.RULES_BROKEN,
    "readers": TroubleCause.READERS_FAILING,
    "reload": TroubleCause.RELOAD_REFUSED,
    "clock": TroubleCause.CLOCK_JUMPED,
}
_PLACES = {"mailbox ": TroubleCause.FOLDER_UNHEARD, "alarm ": TroubleCause.ALARM_FAILING}


def sign_of(name: str, error: BaseException) -> Sign:
    """What trouble in `name` (a loop, a job, 'mailbox FOLDER') means; an error may say that it is a sign of another."""
    what, remedy = f"{type(error).__name__}: {error}", ""
    if isinstance(error, MaildError):
        what, remedy = error.what, error.remedy
        if error.trouble is not None:
            return Sign(cause=error.trouble, what=what, remedy=remedy)
    for start, cause in _PLACES.items():
        if name.startswith(start):
            return Sign(cause=cause, about=name.removeprefix(start), what=what, remedy=remedy)
    cause = _BY_NAME.get(name, TroubleCause.LOOP_FAILING)
    return Sign(cause=cause, about=name if cause is TroubleCause.LOOP_FAILING else "", what=what, remedy=remedy)


@dataclass(slots=True)
class _Noted:
    sign: Sign
    failures: int
    lasting: bool
    say_again: float


class Troubles:
    """Trouble by who met it, and the list that is made of it. Used from several threads.

    `rules` is asked at each look, since a reload may change them. news: rings for the next look.
    """

    def __init__(self, log: FilteringBoundLogger, rules: Callable[[], TroubleRules]) -> None:
        self._log, self._rules = log, rules
        self._noted: dict[str, _Noted] = {}
        self._seen: dict[str, tuple[Sign, ...]] = {}
        self._lock = threading.Lock()
        self._inherited: tuple[Sign, ...] = ()
        self._inherited_until = 0.0
        self.list: tuple[Trouble, ...] = ()
        self.news: Callable[[], None] = lambda: None

    def __contains__(self, name: str) -> bool:
        return name in self._noted

    def __bool__(self) -> bool:
        return bool(self._noted)

    def __str__(self) -> str:
        with self._lock:
            return "; ".join(f"{where}: {noted.sign.what}" for where, noted in sorted(self._noted.items()))

    def over(self, name: str) -> None:
        """It works again, or never did not."""
        with self._lock:
            known = self._noted.pop(name, None)
        if known is not None:
            self.news()

    def well(self, cause: TroubleCause) -> None:
        """What several ran into is gone: a job that met it and comes again in an hour need not say so itself."""
        with self._lock:
            self._keep({name: noted for name, noted in self._noted.items() if noted.sign.cause is not cause})

    def only(self, place: str, names: Collection[str]) -> None:
        """Of a kind of places ('alarm ') there are these alone: what was set before and is no more troubles nobody."""
        wanted = {f"{place}{name}" for name in names}
        with self._lock:
            self._keep(
                {name: noted for name, noted in self._noted.items() if not name.startswith(place) or name in wanted}
            )

    def _keep(self, noted: dict[str, _Noted]) -> None:
        if len(noted) != len(self._noted):
            self._noted = noted
            self.news()

    def note(self, name: str, error: BaseException) -> None:
        """Known trouble is a line; a fault of ours comes with its traceback."""
        sign, now = sign_of(name, error), time.monotonic()
        with self._lock:
            before = self._noted.get(name)
            same = before is not None and before.sign == sign
            quiet = same and before is not None and now < before.say_again
            self._noted[name] = _Noted(
                sign=sign,
                failures=1 + (before.failures if before else 0),
                lasting=isinstance(error, Permanent | ConfigError),
                say_again=before.say_again if quiet and before is not None else now + SAY_AGAIN_SECONDS,
            )
        self.news()
        if quiet:
            self._log.debug("trouble", where=name, what=sign.what)
        elif isinstance(error, Temporary):
            self._log.warning("trouble", where=name, what=sign.what)
        elif isinstance(error, MaildError):
            self._log.error("trouble", where=name, what=sign.what, remedy=error.remedy)
        else:
            self._log.error("trouble", where=name, what=sign.what, exc_info=error)

    def found(self, name: str, signs: Sequence[Sign]) -> None:
        """What one who looks at something now and then has found; nothing: it is well."""
        with self._lock:
            before, self._seen[name] = self._seen.get(name, ()), tuple(signs)
        if before != self._seen[name]:
            self.news()

    def stands(self, name: str) -> bool:
        """Whether what was `found` under that name last was amiss."""
        return bool(self._seen.get(name))

    def restore(self, known: Sequence[Trouble]) -> None:
        """Go on with the list of the process before this one: what lasts is no news, what is over is told."""
        with self._lock:
            news = {one.key for one in self.list}
            known = [one for one in known if one.key not in news]
            self.list = (*known, *self.list)
            self._inherited = tuple(
                Sign(cause=one.cause, about=one.about, what=one.what, remedy=one.remedy) for one in known if one.open
            )
            self._inherited_until = time.monotonic() + INHERITED_SECONDS

    def look(self, now: datetime) -> bool:
        """Bring the list up to date; whether something opened, closed or came again. Logs each."""
        rules = self._rules()
        with self._lock:
            noted = [
                one.sign
                for one in self._noted.values()
                if one.lasting or one.failures >= rules.of(one.sign.cause).tries
            ]
            found = [sign for signs in self._seen.values() for sign in signs]
            if time.monotonic() < self._inherited_until:
                found += self._inherited
            before, self.list = self.list, renewed(self.list, [*noted, *found], now)
            standing, were = ({one.key: one for one in troubles if one.open} for troubles in (self.list, before))
        for key in standing.keys() - were.keys():
            one = standing[key]
            self._log.error("trouble opened", cause=one.cause.value, about=one.about, what=one.what)
        for key in were.keys() - standing.keys():
            self._log.warning("trouble over", cause=key[0].value, about=key[1])
        return standing.keys() != were.keys()

    def mark(self, told: Sequence[Trouble], now: datetime) -> None:
        """An alarm has told of these as they were then: of open ones that they last, of others that it is over."""
        were_open = {(one.key, one.since): one.open for one in told}
        with self._lock:
            self.list = tuple(_marked(one, were_open.get((one.key, one.since)), now) for one in self.list)

    @property
    def unready(self) -> tuple[TroubleCause, ...]:
        """Why maild does not do its work now."""
        return self._rules().unready(self.list)


def _marked(one: Trouble, was_open: bool | None, now: datetime) -> Trouble:
    """It may have closed or come again while the alarm was under way: then that is still to be told."""
    if was_open is None:
        return one
    if was_open:
        return replace(one, told=now, ended=False)
    return replace(one, told=None) if one.open else replace(one, ended=True)
