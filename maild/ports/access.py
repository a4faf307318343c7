"""Who may use the console, who is signed in, and who tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from maild.domain.desk.access import Account, Answered, ApiToken, Scope, Session


class Accounts(Protocol):
    def add(self, account: Account) -> Account:
        """Keep a new one. Raises Permanent where the name, or the subject, is another's."""

    def get(self, name: str) -> Account | None: ...
    def by_subject(self, subject: str) -> Account | None:
        """Who is known to a provider as that: 'issuer subject'."""

    def all(self) -> list[Account]:
        """By name."""

    def save(self, account: Account) -> Account:
        """Write a changed one over the version it was read as. Raises StaleVersion, or Permanent for a subject
        that is another's."""

    def saw(self, name: str, now: datetime) -> None:
        """The account was used."""


class Sessions(Protocol):
    def add(self, session: Session) -> None: ...
    def get(self, token: str) -> tuple[Session, Account] | None:
        """The session of that sha256 with its account, whether or not it has run out."""

    def of_account(self, name: str) -> list[Session]:
        """Last used first."""

    def saw(self, token: str, now: datetime) -> None:
        """The session was used."""

    def end(self, token: str) -> bool:
        """Sign out; whether there was anything to end."""

    def end_all(self, name: str, *, but: str = "") -> int:
        """Sign out everywhere, but for the session `but`; returns how many ended."""

    def sweep(self, now: datetime, idle_since: datetime) -> int:
        """Drop what has run out, or was last used before then; returns how many."""


class ApiTokens(Protocol):
    def add(
        self, token: str, account: str, label: str, scopes: Sequence[Scope], now: datetime, expires: datetime | None
    ) -> ApiToken:
        """Keep a key by its sha256."""

    def get(self, token_id: int) -> ApiToken | None: ...
    def of_token(self, token: str) -> tuple[ApiToken, Account] | None:
        """The key of that sha256 with its account, whether or not it may still be used."""

    def of_account(self, name: str) -> list[ApiToken]:
        """Newest first."""

    def all(self) -> list[ApiToken]:
        """Newest first."""

    def saw(self, token_id: int, now: datetime) -> None:
        """The key was used."""

    def revoke(self, token_id: int, now: datetime) -> bool:
        """End a key; whether it was in use."""


class ApiAnswers(Protocol):
    def begin(self, account: str, key: str, digest: str, now: datetime) -> Answered | None:
        """Work under this key begins; or what is known of it: it is answered, or being worked on. What a process that
        died had begun is begun anew.
        """

    def keep(self, account: str, key: str, status: int, body: str) -> None:
        """The answer, for who asks again."""

    def drop(self, account: str, key: str) -> None:
        """There was no answer worth keeping: the key is free."""


class FailedLogins(Protocol):
    def add(self, account: str, origin: str, now: datetime) -> None:
        """A try that failed, or is about to be decided."""

    def of_account(self, account: str, since: datetime, limit: int) -> list[tuple[datetime, str]]:
        """When and from where, newest first."""

    def of_origin(self, origin: str, since: datetime, limit: int) -> list[datetime]:
        """Newest first."""

    def forget(self, account: str, origin: str) -> None:
        """The account's tries from there no longer count: the last one was right."""

    def sweep(self, before: datetime) -> int:
        """Drop older ones; returns how many."""
