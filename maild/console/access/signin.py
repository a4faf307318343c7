"""Signing in: by name and password, or as whom a provider has named. Signing out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maild.config import Console
from maild.console.access.limits import NO_WAIT, WINDOW, MustWait, remaining
from maild.console.access.passwords import Passwords
from maild.console.access.sessions import Sessions
from maild.console.access.staff import HISTORY
from maild.domain.desk.access import BY_PASSWORD, Account, account_name
from maild.domain.errors import Permanent
from maild.domain.records.journal import JournalEntry
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork


class Wrong(Permanent):
    """Name or password is wrong; which of them nobody is told, nor whether the account is closed."""

    def __init__(self) -> None:
        super().__init__("name or password is wrong", remedy="type them again; an administrator can set a new password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who knocks: from where, with what browser, and what it was signed in with until now (sha256, or '')."""

    origin: str
    agent: str
    session: str = ""


class SignIn:
    """Makes sessions. A sign-in always makes a new one: what a browser held before is worth nothing after."""

    def __init__(self, store: Store, clock: Clock, console: Console, passwords: Passwords, sessions: Sessions) -> None:
        self._store, self._clock, self._console = store, clock, console
        self._passwords, self._sessions = passwords, sessions

    def by_password(self, typed: str, password: str, caller: Caller) -> str:
        """The new session's cookie. Raises MustWait, Wrong.

        The try is written down before the password is looked at: many at once gain nothing.
        """
        name = account_name(typed)
        counted = name or "?"  # what cannot be a name is counted under one of its own
        now = self._clock.now()
        with self._store.begin() as uow:
            left = remaining(uow, counted, caller.origin, self._console, now)
            if left > NO_WAIT:
                raise MustWait(left)
            uow.failed_logins.add(counted, caller.origin, now)
            known = uow.accounts.get(name) if name else None
        checked = self._passwords.check(known.password if known and not known.disabled else "", password)
        if not checked.right or known is None or not self._console.passwords:
            raise Wrong
        with self._store.begin() as uow:
            account = uow.accounts.get(known.name)
            if account is None or account.disabled or account.password != known.password:
                raise Wrong  # changed at this very moment
            if checked.fresh:
                account = uow.accounts.save(replace(account, password=checked.fresh))
            uow.failed_logins.forget(counted, caller.origin)
            return self.open(uow, account, caller, BY_PASSWORD)

    def open(self, uow: UnitOfWork, account: Account, caller: Caller, by: str) -> str:
        """A new session in the place of the browser's old one; a line of history."""
        now = self._clock.now()
        if caller.session:
            uow.sessions.end(caller.session)
        uow.sessions.sweep(now, now - self._sessions.idle)
        uow.failed_logins.sweep(now - WINDOW)
        self._tell(uow, account.name, "signed in", f"{by}, from {caller.origin or 'here'}")
        return self._sessions.open(uow, account, origin=caller.origin, agent=caller.agent, way=by)

    def out(self, name: str, session: str) -> None:
        """End a session."""
        with self._store.begin() as uow:
            if uow.sessions.end(session):
                self._tell(uow, name, "signed out", "")

    def _tell(self, uow: UnitOfWork, name: str, what: str, how: str) -> None:
        uow.journal.add(
            [
                JournalEntry(
                    what=HISTORY,
                    at=self._clock.now(),
                    actor=name,
                    after=what,
                    reasons=(how,) if how else (),
                    data={"account": name},
                )
            ]
        )
