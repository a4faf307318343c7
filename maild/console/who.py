"""Who is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from maild.domain.access import Role


class Via(StrEnum):
    """How it is known who it is. Only a browser's session needs the token against forged requests."""

    SESSION = "session"
    PROXY = "proxy"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A member of staff who is signed in.

    name     the account: stands in the history as the actor
    role     what may be done: the account's, or less where a key has a lesser scope
    locale   'zh-CN', 'en', or '' for the browser's choice
    session  sha256 of the session's cookie, '' without one: what the forms' tokens are bound to
    """

    name: str
    display: str = ""
    role: Role = Role.VIEWER
    locale: str = ""
    session: str = ""
    via: Via = Via.SESSION

    @property
    def shown(self) -> str:
        return self.display or self.name
