"""The console's accounts, sessions, keys and failed sign-ins. Whole secrets are never here: hashes of them are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.access import Account, ApiToken, Scope, Session
from maild.domain.errors import Permanent, StaleVersion
from maild.store._sql import insert
from maild.store.schema.tables_console import account, api_token, failed_login, session
from maild.store.texts import SAY

a, s, t, f = account.c, session.c, api_token.c, failed_login.c
_ACCOUNT = tuple(field.name for field in fields(Account))
_SESSION = tuple(field.name for field in fields(Session))
_TOKEN = tuple(field.name for field in fields(ApiToken))
_MOST = sa.bindparam("most", type_=sa.Integer)

_BY_NAME = sa.select(account).where(a.name == sa.bindparam("of"))
# `subject <> ''` lets both databases use the index, which has no others.
_BY_SUBJECT = sa.select(account).where(a.subject == sa.bindparam("of"), a.subject != "")


def _with_account(table: sa.Table) -> sa.Select[Any]:
    """A row by its sha256, and its account's in columns account_…: one look-up for each request."""
    owner = [column.label(f"account_{column.name}") for column in account.c]
    return (
        sa.select(table, *owner)
        .join(account, account.c.name == table.c.account)
        .where(table.c.token == sa.bindparam("of"))
    )


_SESSION_OF = _with_account(session)
_TOKEN_OF = _with_account(api_token)
_OF_ACCOUNT = (
    sa.select(f.at, f.origin)
    .where(f.account == sa.bindparam("of"), f.at >= sa.bindparam("since"))
    .order_by(f.at.desc())
    .limit(_MOST)
)
_OF_ORIGIN = (
    sa.select(f.at)
    .where(f.origin == sa.bindparam("of"), f.at >= sa.bindparam("since"))
    .order_by(f.at.desc())
    .limit(_MOST)
)


class SqlAccounts:
    """Accounts of staff."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account_: Account) -> Account:
        """Keep a new one. Raises Permanent where the name, or the subject, is another's."""
        statement = insert(self._connection.dialect.name, account).on_conflict_do_nothing().returning(a.name)
        row = {name: getattr(account_, name) for name in _ACCOUNT}
        if self._connection.execute(statement, row).first() is None:
            raise Permanent(SAY("account_exists", name=account_.name), remedy="maild user list")
        return account_

    def get(self, name: str) -> Account | None:
        """The account of that name."""
        return self._one(_BY_NAME, name)

    def by_subject(self, subject: str) -> Account | None:
        """Who is known to a provider as that: 'issuer subject'."""
        return self._one(_BY_SUBJECT, subject) if subject else None

    def all(self) -> list[Account]:
        """By name."""
        return [_account(row) for row in self._connection.execute(sa.select(account).order_by(a.name))]

    def save(self, account_: Account) -> Account:
        """Write a changed one over the version it was read as. Raises StaleVersion, or Permanent for a subject
        that is another's.
        """
        kept = ("name", "created", "seen", "version")  # `seen` is noted apart, and is no change
        values = {name: getattr(account_, name) for name in _ACCOUNT if name not in kept}
        fresh = replace(account_, version=account_.version + 1)
        owner = self.by_subject(account_.subject)
        if owner is not None and owner.name != account_.name:
            raise Permanent(SAY("subject_taken"), remedy="maild user list")
        statement = sa.update(account).where(a.name == account_.name, a.version == account_.version)
        if self._connection.execute(statement.values(version=fresh.version, **values)).rowcount != 1:
            raise StaleVersion(SAY("account_changed", name=account_.name))
        return fresh

    def saw(self, name: str, now: datetime) -> None:
        """The account was used."""
        self._connection.execute(sa.update(account).where(a.name == name).values(seen=now))

    def _one(self, statement: sa.Select[Any], of: str) -> Account | None:
        row = self._connection.execute(statement, {"of": of}).first()
        return _account(row) if row else None


class SqlSessions:
    """Who is signed in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session_: Session) -> None:
        """A sign-in."""
        self._connection.execute(sa.insert(session), {name: getattr(session_, name) for name in _SESSION})

    def get(self, token: str) -> tuple[Session, Account] | None:
        """The session of that sha256 with its account, whether or not it has run out."""
        row = self._connection.execute(_SESSION_OF, {"of": token}).first()
        return (_session(row), _account(row, "account_")) if row else None

    def of_account(self, name: str) -> list[Session]:
        """Last used first."""
        statement = sa.select(session).where(s.account == name).order_by(s.seen.desc(), s.token)
        return [_session(row) for row in self._connection.execute(statement)]

    def saw(self, token: str, now: datetime) -> None:
        """The session was used."""
        self._connection.execute(sa.update(session).where(s.token == token).values(seen=now))

    def end(self, token: str) -> bool:
        """Sign out; whether there was anything to end."""
        return self._connection.execute(sa.delete(session).where(s.token == token)).rowcount > 0

    def end_all(self, name: str, *, but: str = "") -> int:
        """Sign out everywhere, but for one session; returns how many ended."""
        return self._connection.execute(sa.delete(session).where(s.account == name, s.token != but)).rowcount

    def sweep(self, now: datetime, idle_since: datetime) -> int:
        """Drop what has run out, or was last used before then; returns how many."""
        return self._connection.execute(sa.delete(session).where((s.ends <= now) | (s.seen < idle_since))).rowcount


class SqlApiTokens:
    """Tokens of programs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, token: str, account_: str, label: str, scopes: Sequence[Scope], now: datetime, expires: datetime | None
    ) -> ApiToken:
        """Keep a key by its sha256."""
        row = {
            "token": token,
            "account": account_,
            "label": label,
            "scopes": [str(scope) for scope in scopes],
            "created": now,
            "expires": expires,
            "seen": None,
            "revoked": None,
        }
        return _token(self._connection.execute(sa.insert(api_token).returning(api_token), row).one())

    def get(self, token_id: int) -> ApiToken | None:
        """The key of that id."""
        row = self._connection.execute(sa.select(api_token).where(t.id == token_id)).first()
        return _token(row) if row else None

    def of_token(self, token: str) -> tuple[ApiToken, Account] | None:
        """The key of that sha256 with its account, whether or not it may still be used."""
        row = self._connection.execute(_TOKEN_OF, {"of": token}).first()
        return (_token(row), _account(row, "account_")) if row else None

    def of_account(self, name: str) -> list[ApiToken]:
        """Newest first."""
        statement = sa.select(api_token).where(t.account == name).order_by(t.id.desc())
        return [_token(row) for row in self._connection.execute(statement)]

    def all(self) -> list[ApiToken]:
        """Newest first."""
        return [_token(row) for row in self._connection.execute(sa.select(api_token).order_by(t.id.desc()))]

    def saw(self, token_id: int, now: datetime) -> None:
        """The key was used."""
        self._connection.execute(sa.update(api_token).where(t.id == token_id).values(seen=now))

    def revoke(self, token_id: int, now: datetime) -> bool:
        """End a key; whether it was in use."""
        statement = sa.update(api_token).where(t.id == token_id, t.revoked.is_(None)).values(revoked=now)
        return self._connection.execute(statement).rowcount > 0


class SqlFailedLogins:
    """Tries that failed, by account and place."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account_: str, origin: str, now: datetime) -> None:
        """A try that failed, or is about to be decided."""
        self._connection.execute(sa.insert(failed_login), {"account": account_, "origin": origin, "at": now})

    def of_account(self, account_: str, since: datetime, limit: int) -> list[tuple[datetime, str]]:
        """When and from where, newest first."""
        asked = {"of": account_, "since": since, "most": limit}
        return [(row.at, row.origin) for row in self._connection.execute(_OF_ACCOUNT, asked)]

    def of_origin(self, origin: str, since: datetime, limit: int) -> list[datetime]:
        """Newest first."""
        return list(self._connection.scalars(_OF_ORIGIN, {"of": origin, "since": since, "most": limit}))

    def forget(self, account_: str, origin: str) -> None:
        """The account's tries from there no longer count: the last one was right."""
        self._connection.execute(sa.delete(failed_login).where(f.account == account_, f.origin == origin))

    def sweep(self, before: datetime) -> int:
        """Drop older ones; returns how many."""
        return self._connection.execute(sa.delete(failed_login).where(f.at < before)).rowcount


def _account(row: Any, prefix: str = "") -> Account:
    return Account(**{name: getattr(row, prefix + name) for name in _ACCOUNT})


def _session(row: Any) -> Session:
    return Session(**{name: getattr(row, name) for name in _SESSION})


def _token(row: Any) -> ApiToken:
    said = {name: getattr(row, name) for name in _TOKEN if name != "scopes"}
    return ApiToken(**said, scopes=tuple(Scope(scope) for scope in row.scopes))
