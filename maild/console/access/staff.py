"""Accounts and keys: what administrators do with them, and everybody with their own. Each change is in the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.config import Console
from maild.console import SAY
from maild.console.access import cookies
from maild.console.access.limits import NO_WAIT, MustWait, remaining
from maild.console.access.passwords import Passwords, demand, same
from maild.console.serving.agents import told
from maild.domain.desk.access import Account, ApiToken, Role, Scope, Session, account_name
from maild.domain.errors import NotFound, Permanent
from maild.domain.records.journal import PROGRAMS, JournalEntry
from maild.office.acting.seen import check_account
from maild.office.queue import SAY as QUEUE
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.store.uow import Store, UnitOfWork

PREFIX = "maild_"  # of keys: recognisable where one has leaked into a text
LOCALES = ("zh-CN", "en", "")
WITHIN = "signed in"  # the place of those who change their password: none at the door has this name
HISTORY = "access"  # the word of these lines in the journal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key as it is shown, once."""

    key: str
    kept: ApiToken


class Staff:
    """Raises NotFound, Permanent (with reason and remedy), StaleVersion. `office`: names no password may be made of."""

    def __init__(
        self, store: Store, clock: Clock, console: Console, passwords: Passwords, office: Sequence[str] = ()
    ) -> None:
        self._store, self._clock, self._console = store, clock, console
        self._passwords, self._office = passwords, tuple(office)

    # --- accounts

    def add(
        self,
        name: str,
        role: Role,
        *,
        actor: str,
        display: str = "",
        password: str = "",
        subject: str = "",
        locale: str = "",
        provisional: bool = False,
    ) -> Account:
        """A new account; without a password others have to prove who it is. provisional: it is not its owner's own.

        Raises Permanent where the name will not do.
        """
        kept = account_name(name)
        if not kept or kept in PROGRAMS:
            raise Permanent(
                SAY("name_will_not_do", name=repr(name)),
                remedy=SAY("name_letters"),
            )
        now = self._clock.now()
        account = Account(
            name=kept,
            display=display.strip(),
            role=role,
            subject=subject,
            locale=_locale(locale),
            created=now,
            password=self._hash(password, kept, display) if password else "",
            provisional=provisional and bool(password),
        )
        with self._store.begin() as uow:
            uow.accounts.add(account)
            self._tell(uow, now, actor, kept, "account", "", str(role))
            if account.provisional:
                self._tell(uow, now, actor, kept, "password", "", _password(account))
        return account

    def set_role(self, name: str, role: Role, *, actor: str, seen: int | None = None) -> Account:
        """Give another role. A lesser one ends the sessions: what is open may no longer be allowed."""
        now = self._clock.now()
        with self._store.begin() as uow:
            known = _account(uow, name, seen)
            if known.role is role:
                return known
            _keep_an_administrator(uow, known, role)
            lesser = not role.may(known.role)
            changed = uow.accounts.save(replace(known, role=role, revoked=now if lesser else known.revoked))
            if lesser:
                uow.sessions.end_all(known.name)
            self._tell(uow, now, actor, known.name, "role", str(known.role), str(role))
        return changed

    def set_password(
        self, name: str, password: str, *, actor: str, keep: str = "", provisional: bool = False
    ) -> Account:
        """Set a password; '' takes it away. Sessions end, but for `keep`: whoever knew the old one is out.

        provisional: it was made for somebody else, who has to change it at the next sign-in.
        """
        now = self._clock.now()
        with self._store.read() as uow:
            known = _account(uow, name)
        made = self._hash(password, known.name, known.display) if password else ""
        with self._store.begin() as uow:
            known = _account(uow, name)
            fresh = replace(
                known, password=made, provisional=provisional and bool(made), revoked=known.revoked if keep else now
            )
            changed = uow.accounts.save(fresh)
            uow.sessions.end_all(known.name, but=keep)
            self._tell(uow, now, actor, known.name, "password", _password(known), _password(changed, "set anew"))
        return changed

    def change_own(self, name: str, old: str, new: str, *, session: str) -> None:
        """A password that its owner changes, who has to know the old one. This session goes on, all others end.

        Guessing the old one, in a browser that was left open, has to wait as it has to at the door.
        Raises Permanent where a password is wrong or the same, MustWait after several wrong ones.
        """
        now = self._clock.now()
        with self._store.begin() as uow:
            known = _account(uow, name)
            if not known.password:
                raise Permanent(SAY("no_password"), remedy=SAY("sign_in_as_always"))
            left = remaining(uow, known.name, WITHIN, self._console, now)
            if left > NO_WAIT:
                raise MustWait(left)
            uow.failed_logins.add(known.name, WITHIN, now)
        if not self._passwords.check(known.password, old).right:
            raise Permanent(SAY("present_wrong"), remedy=SAY("type_present"))
        if same(old, new):
            raise Permanent(SAY("password_is_present"), remedy=SAY("think_of_another"))
        self.set_password(name, new, actor=name, keep=session)
        with self._store.begin() as uow:
            uow.failed_logins.forget(known.name, WITHIN)

    def set_disabled(self, name: str, disabled: bool, *, actor: str, seen: int | None = None) -> Account:
        """Close an account, at once and with all its sessions and keys, or open it again."""
        now = self._clock.now()
        with self._store.begin() as uow:
            known = _account(uow, name, seen)
            if known.disabled == disabled:
                return known
            if disabled:
                _keep_an_administrator(uow, known, None)
                uow.sessions.end_all(known.name)
            changed = uow.accounts.save(replace(known, disabled=disabled, revoked=now if disabled else known.revoked))
            words = ("open", "closed") if disabled else ("closed", "open")
            self._tell(uow, now, actor, known.name, "account", *words)
        return changed

    def set_person(self, name: str, *, actor: str, display: str | None = None, locale: str | None = None) -> Account:
        """The name that is shown, and the language of the pages."""
        now = self._clock.now()
        with self._store.begin() as uow:
            known = _account(uow, name)
            fresh = replace(
                known,
                display=known.display if display is None else display.strip(),
                locale=known.locale if locale is None else _locale(locale),
            )
            for what in ("display", "locale"):
                before, after = getattr(known, what), getattr(fresh, what)
                if before != after:
                    self._tell(uow, now, actor, known.name, what, before, after)
            return uow.accounts.save(fresh) if fresh != known else known

    def end_sessions(self, name: str, *, actor: str, but: str = "") -> int:
        """Sign somebody out everywhere, but for the session `but`; returns of how many."""
        now = self._clock.now()
        with self._store.begin() as uow:
            known = _account(uow, name)
            ended = uow.sessions.end_all(known.name, but=but)
            if ended:
                self._tell(uow, now, actor, known.name, "sessions", str(ended), "0")
        return ended

    def end_session(self, name: str, session_id: str, *, actor: str) -> Session:
        """Sign somebody out of one browser. Raises NotFound."""
        now = self._clock.now()
        with self._store.begin() as uow:
            known = _account(uow, name)
            found = next((one for one in uow.sessions.of_account(known.name) if one.id == session_id), None)
            if found is None or not uow.sessions.end(found.token):
                raise NotFound(SAY("no_session", name=known.name, id=session_id), remedy=SAY("may_have_ended"))
            where = f"{told(found.agent)}, {found.origin or 'here'}"
            self._tell(uow, now, actor, known.name, f"session {session_id}", where, "ended")
        return found

    # --- keys

    def add_key(
        self, name: str, label: str, scopes: Sequence[Scope], *, actor: str, expires: datetime | None = None
    ) -> NewKey:
        """A key of the HTTP API, for scopes within the owner's role. It is shown once.

        Raises Permanent where it opens nothing, has run out, or is beyond the role.
        """
        now, value = self._clock.now(), PREFIX + cookies.new()
        if not scopes:
            raise Permanent(SAY("key_without_scope"), remedy=SAY("give_of", scopes=", ".join(Scope)))
        if expires is not None and expires <= now:
            raise Permanent(SAY("key_run_out"), remedy=SAY("give_later_day"))
        with self._store.begin() as uow:
            known = _account(uow, name)
            _usable(known)
            beyond = [scope for scope in scopes if not known.role.may(scope.role)]
            if beyond:
                raise Permanent(
                    SAY("scope_beyond", name=known.name, role=known.role, scope=beyond[0]),
                    remedy=SAY("leave_scope_out"),
                )
            chosen = [scope for scope in Scope if scope in scopes]
            kept = uow.api_tokens.add(cookies.sha256(value), known.name, label.strip(), chosen, now, expires)
            self._tell(uow, now, actor, known.name, f"key {kept.id}", "", f"{kept.label} ({', '.join(chosen)})")
        return NewKey(key=value, kept=kept)

    def revoke_key(self, key_id: int, *, actor: str, owner: str = "") -> ApiToken:
        """End a key; where `owner` is named, only one of theirs. Raises NotFound."""
        now = self._clock.now()
        with self._store.begin() as uow:
            kept = uow.api_tokens.get(key_id)
            if kept is None or (owner and kept.account != owner):
                raise NotFound(SAY("no_key", id=key_id), remedy="maild user token list")
            if uow.api_tokens.revoke(key_id, now):
                self._tell(uow, now, actor, kept.account, f"key {key_id}", "in use", "ended")
        return kept

    # --- common

    def _hash(self, password: str, name: str, display: str) -> str:
        demand(password, name, display, *self._office)
        return self._passwords.hash(password)

    def _tell(self, uow: UnitOfWork, now: datetime, actor: str, name: str, what: str, before: str, after: str) -> None:
        """A line of history; of passwords and keys only that they are there."""
        line = JournalEntry(
            what=HISTORY,
            at=now,
            actor=actor,
            before=before,
            after=after,
            reasons=(f"{name}: {what}",),
            data={"account": name, "of": what},
        )
        uow.journal.add([line])


def _account(uow: UnitOfWork, name: str, seen: int | None = None) -> Account:
    known = uow.accounts.get(account_name(name) or name)
    if known is None:
        raise NotFound(QUEUE("no_account", name=name), remedy="maild user list")
    check_account(known, seen)
    return known


def _password(account: Account, own: str = "set") -> str:
    """What the history says of it."""
    return ("provisional" if account.provisional else own) if account.password else "none"


def _usable(account: Account) -> None:
    if account.disabled:
        raise Permanent(QUEUE("account_closed", name=account.name), remedy=f"maild user enable {account.name}")


def _locale(said: str) -> str:
    if said not in LOCALES:
        raise Permanent(SAY("no_pages_in", locale=repr(said)), remedy=SAY("locales"))
    return said


def _keep_an_administrator(uow: UnitOfWork, known: Account, role: Role | None) -> None:
    """The last administrator stays one: else nobody could give anybody a role again but at the server itself."""
    if known.role is not Role.ADMINISTRATOR or known.disabled or role is Role.ADMINISTRATOR:
        return
    others = [one for one in uow.accounts.all() if one.role is Role.ADMINISTRATOR and not one.disabled]
    if len(others) < 2:
        raise Permanent(SAY("last_administrator", name=known.name), remedy=SAY("make_another_first"))


def make_staff(services: Services, passwords: Passwords | None = None) -> Staff:
    """For these services."""
    settings = services.settings
    office = (settings.office.name_en, settings.office.name_zh, settings.office.address)
    return Staff(services.store, services.clock, settings.console, passwords or Passwords(), office)
