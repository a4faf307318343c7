"""Signed-in browsers: opened, recognised, ended."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from maild.config import Console
from maild.console.access import cookies
from maild.domain.desk.access import Account, Session
from maild.domain.errors import Temporary
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

NOTED = timedelta(minutes=1)  # use is noted no more often: reading a page is no writing


class Sessions:
    """Each ends after a time without use, at its last hour, and with what made it good."""

    def __init__(self, store: Store, clock: Clock, console: Console) -> None:
        self._store, self._clock = store, clock
        self.idle, self.length = timedelta(minutes=console.idle_minutes), timedelta(hours=console.session_hours)

    def open(self, uow: UnitOfWork, account: Account, *, origin: str, agent: str, way: str) -> str:
        """A new session; what the browser shall hold is returned and kept nowhere."""
        now, value = self._clock.now(), cookies.new()
        uow.sessions.add(
            Session(
                token=cookies.sha256(value),
                account=account.name,
                created=now,
                seen=now,
                ends=now + self.length,
                origin=origin,
                agent=agent,
                way=way,
            )
        )
        uow.accounts.saw(account.name, now)
        return value

    def find(self, value: str, *, quiet: bool = False) -> tuple[Session, Account] | None:
        """The session of a cookie's value, with its account, if it is still good. quiet: this is no use of it."""
        if not value:
            return None
        with self._store.read() as uow:
            found = uow.sessions.get(cookies.sha256(value))
        if found is None or not self.good(*found):
            return None
        now = self._clock.now()
        if not quiet and now - found[0].seen >= NOTED:
            with suppress(Temporary), self._store.begin() as uow:  # noted the next time: nobody is held up
                uow.sessions.saw(found[0].token, now)
                uow.accounts.saw(found[1].name, now)
        return found

    def good(self, session: Session, account: Account) -> bool:
        """Whether it may still be used."""
        now = self._clock.now()
        void = account.disabled or (account.revoked is not None and session.created < account.revoked)
        return not void and now < session.ends and now - session.seen < self.idle

    def of(self, uow: UnitOfWork, account: Account) -> list[Session]:
        """Those of an account that may still be used, last used first."""
        return [one for one in uow.sessions.of_account(account.name) if self.good(one, account)]

    def sweep(self) -> int:
        """Drop those that have run out; returns how many."""
        now = self._clock.now()
        with self._store.begin() as uow:
            return uow.sessions.sweep(now, now - self.idle)
