"""Who may do what in the console: roles, and the scopes of keys of the HTTP API."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# How a session was opened: Session.way, and the word in the history.
BY_PASSWORD, BY_SINGLE_SIGN_ON = "password", "single sign-on"


class Role(StrEnum):
    """What a member of staff may do; each role may do all that the one before it may."""

    VIEWER = "viewer"  # look at everything but settings
    LIBRARIAN = "librarian"  # settle what waits, write to patrons, keep the books; of accounts the last four show
    ACCOUNTANT = "accountant"  # and see account numbers whole
    ADMINISTRATOR = "administrator"  # accounts, rules, notices, settings

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def may(self, needed: Role) -> bool:
        """Whether who has this role may do what needs that one."""
        return self.rank >= needed.rank


class Scope(StrEnum):
    """What a key of the HTTP API may be used for, within its owner's role."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def role(self) -> Role:
        """The role that a key with this scope acts with at most."""
        return {Scope.READ: Role.VIEWER, Scope.WRITE: Role.LIBRARIAN, Scope.ADMIN: Role.ADMINISTRATOR}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member of staff. name: what is typed at sign-in and stands in the history (lower case)

    password     argon2 hash, '' where another system proves who it is
    provisional  the password was made by somebody else, and has to be changed before it opens anything
    subject      'issuer subject' of OpenID Connect, '' for none
    locale       'zh-CN', 'en', or '' for the browser's choice
    revoked      sessions that began before this moment are void
    """

    name: str
    display: str = ""
    role: Role = Role.VIEWER
    password: str = ""
    provisional: bool = False
    subject: str = ""
    disabled: bool = False
    locale: str = ""
    created: datetime | None = None
    revoked: datetime | None = None
    seen: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser. token: sha256 (hex) of the cookie's value; ends: whatever happens;
    way: how it was opened, '' where that was not noted.
    """

    token: str
    account: str
    created: datetime
    seen: datetime
    ends: datetime
    origin: str = ""
    agent: str = ""
    way: str = ""

    @property
    def id(self) -> str:
        """What names it to people and programs; nothing of the token can be told from it."""
        return hashlib.sha256(b"session " + self.token.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A key of the HTTP API. token: sha256 (hex) of it; the key itself is shown once and kept nowhere."""

    id: int
    token: str
    account: str
    label: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None = None
    seen: datetime | None = None
    revoked: datetime | None = None


_NAME = re.compile(r"\w[\w.@+-]{0,99}")


def account_name(typed: str) -> str:
    """The name of an account as it is kept: one form of what can be typed in several. '' where it cannot be one."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    return name if _NAME.fullmatch(name) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered under an Idempotency-Key. digest: of what was asked; status: None while it is worked on."""

    digest: str
    at: datetime
    status: int | None = None
    body: str = ""
