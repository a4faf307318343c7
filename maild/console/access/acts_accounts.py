"""What administrators do with accounts, and everybody with their own.

What is shown once, a new key or a generated password, is no act but a page of its own (once.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from maild.console import SAY
from maild.console.access.staff import Staff, make_staff
from maild.console.serving.agents import told
from maild.domain.desk.access import Role, account_name
from maild.domain.errors import Permanent
from maild.office.acting.act import By, Given, Line, Seen, act
from maild.office.acting.result import ActResult, Apart

if TYPE_CHECKING:
    from maild.bootstrap import Services

Name = Annotated[str, Given(help="Account name.", least=1, most=100, word=True)]
Secret = Annotated[str, Given(most=300)]
SessionId = Annotated[str, Given(pattern="^[0-9a-f]{12}$")]
KeyId = Annotated[int, Given(least=1, most=2**63 - 1)]
ADMIN, ALL = Role.ADMINISTRATOR, Role.VIEWER


class AccountActs:
    """Raises NotFound, Permanent (with reason and remedy), StaleVersion."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    @act("accounts.role", "/accounts/{name}/role", role=ADMIN, command="user role")
    def set_role(
        self,
        name: Name,
        role: Annotated[Role, Given(help="viewer, librarian, accountant or administrator.", word=True)],
        *,
        by: By,
        seen: Seen = None,
    ) -> ActResult:
        """Give an account another role; a lesser one ends its sessions."""
        _another(by, name)
        account = self._staff.set_role(name, role, actor=by.name, seen=seen)
        return Apart(done=f"{account.name}: {account.role}", data={"name": account.name, "role": account.role.value})

    @act("accounts.close", "/accounts/{name}/close", role=ADMIN, command="user disable")
    def close(self, name: Name, *, by: By, seen: Seen = None) -> ActResult:
        """Close an account with its sessions and keys.

        At once: its sessions end, and its keys open nothing.
        """
        _another(by, name)
        account = self._staff.set_disabled(name, True, actor=by.name, seen=seen)
        return Apart(done=SAY("account_shut", name=account.name), data={"name": account.name})

    @act("accounts.open", "/accounts/{name}/open", role=ADMIN, command="user enable")
    def open(self, name: Name, *, actor: str, seen: Seen = None) -> ActResult:
        """Open a closed account again."""
        account = self._staff.set_disabled(name, False, actor=actor, seen=seen)
        return Apart(done=SAY("account_opened", name=account.name), data={"name": account.name})

    @act("accounts.end_sessions", "/accounts/{name}/sessions/end", role=ADMIN, command="user remove-sessions")
    def end_sessions(self, name: Name, *, by: By) -> ActResult:
        """Sign an account out everywhere.

        A browser in which this is done stays signed in.
        """
        ended = self._staff.end_sessions(name, actor=by.name, but=by.session)
        return Apart(done=SAY("sessions_ended", count=ended), data={"name": name, "ended": ended})

    @act("accounts.end_session", "/accounts/{name}/sessions/{session}/end", role=ADMIN, command=None)
    def end_session(self, name: Name, session: SessionId, *, actor: str) -> ActResult:
        """Sign an account out of one browser."""
        ended = self._staff.end_session(account_name(name) or name, session, actor=actor)
        return ActResult(
            done=SAY("signed_out", browser=told(ended.agent)), data={"account": ended.account, "session": ended.id}
        )

    @act("accounts.end_key", "/accounts/{name}/keys/{key_id:int}/end", role=ADMIN, command=None)
    def end_key(self, name: Name, key_id: KeyId, *, actor: str) -> ActResult:
        """End a key of the HTTP API."""
        kept = self._staff.revoke_key(key_id, actor=actor, owner=account_name(name) or name)
        return ActResult(done=SAY("key_ended", id=kept.id, name=kept.account))

    # --- one's own

    @act("account.person", "/account/person", role=ALL, command=None)
    def person(self, *, actor: str, display: Annotated[str, Given(most=200)] = "", locale: Line = "") -> ActResult:
        """Set the name that is shown and the language of the pages."""
        self._staff.set_person(actor, actor=actor, display=display, locale=locale)
        return ActResult(done="saved")

    @act("account.password", "/account/password", role=ALL, command=None)
    def password(self, old: Secret, new: Secret, again: Secret, *, by: By) -> ActResult:
        """Change one's own password; other sessions end.

        Raises Permanent where it was typed in two ways.
        """
        if new != again:
            raise Permanent(SAY("passwords_differ"), remedy=SAY("type_twice"))
        self._staff.change_own(by.name, old, new, session=by.session)
        return ActResult(done=SAY("password_changed"))

    @act("account.end_sessions", "/account/sessions/end", role=ALL, command=None)
    def end_others(self, *, by: By) -> ActResult:
        """Sign oneself out everywhere else."""
        return self.end_sessions(by.name, by=by)

    @act("account.end_session", "/account/sessions/{session}/end", role=ALL, command=None)
    def end_own_session(self, session: SessionId, *, actor: str) -> ActResult:
        """Sign oneself out of one browser."""
        return self.end_session(actor, session, actor=actor)

    @act("account.end_key", "/account/keys/{key_id:int}/end", role=ALL, command=None)
    def end_own_key(self, key_id: KeyId, *, actor: str) -> ActResult:
        """End a key of one's own."""
        return self.end_key(actor, key_id, actor=actor)


def _another(by: By, name: str) -> None:
    """Nobody shuts themselves out by a slip; at the server nobody can be."""
    if account_name(name) == by.name and not by.at_server:
        raise Permanent(SAY("own_account"), remedy=SAY("another_can"))


def account_acts(services: Services) -> AccountActs:
    """For these services."""
    return AccountActs(make_staff(services))
