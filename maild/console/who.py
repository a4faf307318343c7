"""Who is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from maild.domain.desk.access import Role


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
    provisional  signed in with a password that somebody else knows: it has to be changed before anything else
    """

    name: str
    display: str = ""
    role: Role = Role.VIEWER
    locale: str = ""
    session: str = ""
    via: Via = Via.SESSION
    provisional: bool = False

    def needed(self, role: Role) -> Role:
        """The role that an act of this least role takes: a key that may only read does not even write to its owner's
        account."""
        return max(role, Role.LIBRARIAN, key=lambda each: each.rank) if self.via is Via.KEY else role

    def may_act(self, role: Role) -> bool:
        """Whether an act of this least role may be done, which may be more than looking at what needs it."""
        return self.role.may(self.needed(role))

    @property
    def shown(self) -> str:
        return self.display or self.name
