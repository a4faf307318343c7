"""Accounts: all of them for administrators, one's own for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from maild.console.access.sessions import Sessions
from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.serving.agents import told
from maild.console.views import View
from maild.console.who import Via, Who
from maild.domain.desk.access import Account, ApiToken, Role, Scope, Session, account_name
from maild.domain.desk.rows import API
from maild.domain.errors import NotFound
from maild.office.queue import SAY as QUEUE


class Asked(Input):
    """Nothing."""


class AskedOne(Input):
    name: str


class AskedChange(Input):
    """next: the page to go to afterwards."""

    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """All accounts; sessions: how many of each are open."""

    accounts: Sequence[Account]
    sessions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """An account with what is open for it. this: the session that looks at it, scopes: those within its role."""

    account: Account
    sessions: Sequence[Session]
    keys: Sequence[ApiToken]
    now: datetime
    this: str = ""
    scopes: Sequence[Scope] = ()
    proven: bool = False  # a proxy says who it is

    def state(self, kept: ApiToken) -> str:
        """'revoked', 'expired' or ''."""
        if kept.revoked:
            return "revoked"
        return "expired" if kept.expires and kept.expires <= self.now else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The page that changes a password. own: there is one; first: nothing else is open until then."""

    name: str
    own: bool
    first: bool
    next: str = ""


def _load(desk: Desk, who: Who, asked: Asked) -> Accounts:
    with desk.services.store.read() as uow:
        found = uow.accounts.all()
        return Accounts(accounts=found, sessions={one.name: len(_sessions(desk).of(uow, one)) for one in found})


def _load_one(desk: Desk, who: Who, asked: AskedOne) -> One:
    return _one(desk, who, account_name(asked.name))


def _load_mine(desk: Desk, who: Who, asked: Asked) -> One:
    return _one(desk, who, who.name)


def _one(desk: Desk, who: Who, name: str) -> One:
    with desk.services.store.read() as uow:
        account = uow.accounts.get(name) if name else None
        if account is None:
            raise NotFound(QUEUE("no_account", name=name).rstrip(), remedy="maild user list")
        return One(
            account=account,
            sessions=_sessions(desk).of(uow, account),
            keys=uow.api_tokens.of_account(name),
            now=desk.services.clock.now(),
            this=who.session,
            proven=who.via is Via.PROXY,
            scopes=[scope for scope in Scope if account.role.may(scope.role)],
        )


def _load_change(desk: Desk, who: Who, asked: AskedChange) -> Change:
    with desk.services.store.read() as uow:
        account = uow.accounts.get(who.name)
    return Change(
        name=who.name,
        own=account is not None and bool(account.password) and who.via is not Via.PROXY,
        first=who.provisional,
        next=asked.next,
    )


def _sessions(desk: Desk) -> Sessions:
    services = desk.services
    return Sessions(services.store, services.clock, services.settings.console)


def row(account: Account) -> dict[str, object]:
    """An account for programs; of its password only that there is one."""
    return {
        "name": account.name,
        "display": account.display,
        "role": account.role.value,
        "disabled": account.disabled,
        "locale": account.locale,
        "has_password": bool(account.password),
        "password_to_be_changed": account.provisional,
        "single_sign_on": bool(account.subject),
        "created": API.moment(account.created),
        "seen": API.moment(account.seen),
        "version": account.version,
    }


def _listed(found: Accounts) -> object:
    return {"items": [row(one) | {"sessions": found.sessions[one.name]} for one in found.accounts]}


def _described(found: One) -> object:
    """A session's fingerprint stays here: it is nothing a program needs. Its id ends it."""
    return row(found.account) | {
        "sessions": [
            {
                "id": one.id,
                "created": API.moment(one.created),
                "seen": API.moment(one.seen),
                "ends": API.moment(one.ends),
                "origin": one.origin,
                "agent": one.agent,
                "browser": told(one.agent),
                "way": one.way,
                "this": one.token == found.this,
            }
            for one in found.sessions
        ],
        "keys": [
            {
                "id": kept.id,
                "label": kept.label,
                "scopes": [scope.value for scope in kept.scopes],
                "state": found.state(kept) or "in use",
                "created": API.moment(kept.created),
                "expires": API.moment(kept.expires),
                "seen": API.moment(kept.seen),
            }
            for kept in found.keys
        ],
    }


VIEWS = (
    View(
        name="accounts.list",
        path="/accounts",
        role=Role.ADMINISTRATOR,
        input=Asked,
        load=_load,
        template="access/accounts.html.j2",
        json=_listed,
        summary="All accounts.",
    ),
    View(
        name="accounts.one",
        path="/accounts/{name}",
        role=Role.ADMINISTRATOR,
        input=AskedOne,
        load=_load_one,
        template="access/account.html.j2",
        json=_described,
        summary="An account with its sessions and keys.",
    ),
    View(
        name="account",
        path="/account",
        input=Asked,
        load=_load_mine,
        template="access/mine.html.j2",
        json=_described,
        summary="The account that asks, with its sessions and keys.",
    ),
    View(
        name="account.change",
        path="/account/password",
        input=AskedChange,
        load=_load_change,
        template="access/change.html.j2",
        summary="Change one's own password.",
    ),
)
