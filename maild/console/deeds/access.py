"""Accounts: roles, closing, sessions, keys; and what everybody sets for themselves.

What is shown once, a new key or a generated password, is no act but a page of its own (access/once.py).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.access.agents import told
from maild.console.access.staff import Staff, make_staff
from maild.console.acts import Act, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.desk.access import Role, account_name
from maild.domain.errors import Permanent

Name = Annotated[str, Field(min_length=1, max_length=100)]
Secret = Annotated[str, Field(max_length=300)]
SessionId = Annotated[str, Field(pattern="^[0-9a-f]{12}$")]
KeyId = Annotated[int, Field(ge=1, lt=2**63)]


class OfAccount(Input):
    name: Name


class SetRole(OfAccount):
    role: Role


class EndSession(OfAccount):
    session: SessionId


class EndKey(OfAccount):
    key_id: KeyId


class Person(Input):
    display: Annotated[str, Field(max_length=200)] = ""
    locale: Line = ""


class Password(Input):
    old: Secret
    new: Secret
    again: Secret


class Nothing(Input):
    """Nothing more to say."""


class EndOwnSession(Input):
    session: SessionId


class EndOwnKey(Input):
    key_id: KeyId


def _staff(desk: Desk) -> Staff:
    return make_staff(desk.services)


def _another(who: Who, name: str) -> None:
    """Nobody shuts themselves out by a slip."""
    if account_name(name) == who.name:
        raise Permanent(SAY("own_account"), remedy=SAY("another_can"))


def _set_role(desk: Desk, who: Who, asked: SetRole) -> Outcome:
    _another(who, asked.name)
    account = _staff(desk).set_role(asked.name, asked.role, actor=who.name)
    return Outcome(done=f"{account.name}: {account.role}")


def _close(desk: Desk, who: Who, asked: OfAccount) -> Outcome:
    _another(who, asked.name)
    account = _staff(desk).set_disabled(asked.name, True, actor=who.name)
    return Outcome(done=SAY("account_shut", name=account.name))


def _open(desk: Desk, who: Who, asked: OfAccount) -> Outcome:
    account = _staff(desk).set_disabled(asked.name, False, actor=who.name)
    return Outcome(done=SAY("account_opened", name=account.name))


def _end_sessions(desk: Desk, who: Who, asked: OfAccount) -> Outcome:
    ended = _staff(desk).end_sessions(asked.name, actor=who.name, but=who.session)
    return Outcome(done=SAY("sessions_ended", count=ended))


def _end_session(desk: Desk, who: Who, asked: EndSession) -> Outcome:
    return _session_ended(desk, who, account_name(asked.name) or asked.name, asked.session)


def _end_own_session(desk: Desk, who: Who, asked: EndOwnSession) -> Outcome:
    return _session_ended(desk, who, who.name, asked.session)


def _session_ended(desk: Desk, who: Who, name: str, session: str) -> Outcome:
    ended = _staff(desk).end_session(name, session, actor=who.name)
    return Outcome(
        done=SAY("signed_out", browser=told(ended.agent)), data={"account": ended.account, "session": ended.id}
    )


def _end_key(desk: Desk, who: Who, asked: EndKey) -> Outcome:
    kept = _staff(desk).revoke_key(asked.key_id, actor=who.name, owner=account_name(asked.name) or asked.name)
    return Outcome(done=SAY("key_ended", id=kept.id, name=kept.account))


def _person(desk: Desk, who: Who, asked: Person) -> Outcome:
    _staff(desk).set_person(who.name, actor=who.name, display=asked.display, locale=asked.locale)
    return Outcome(done="saved")


def _password(desk: Desk, who: Who, asked: Password) -> Outcome:
    if asked.new != asked.again:
        raise Permanent(SAY("passwords_differ"), remedy=SAY("type_twice"))
    _staff(desk).change_own(who.name, asked.old, asked.new, session=who.session)
    return Outcome(done=SAY("password_changed"))


def _end_others(desk: Desk, who: Who, asked: Nothing) -> Outcome:
    ended = _staff(desk).end_sessions(who.name, actor=who.name, but=who.session)
    return Outcome(done=SAY("sessions_ended", count=ended))


def _end_own_key(desk: Desk, who: Who, asked: EndOwnKey) -> Outcome:
    kept = _staff(desk).revoke_key(asked.key_id, actor=who.name, owner=who.name)
    return Outcome(done=SAY("key_ended", id=kept.id, name=kept.account))


ADMIN, ALL = Role.ADMINISTRATOR, Role.VIEWER
ACTS = (
    Act(
        name="accounts.role",
        path="/accounts/{name}/role",
        role=ADMIN,
        input=SetRole,
        run=_set_role,
        summary="Give an account another role; a lesser one ends its sessions.",
    ),
    Act(
        name="accounts.close",
        path="/accounts/{name}/close",
        role=ADMIN,
        input=OfAccount,
        run=_close,
        summary="Close an account with its sessions and keys.",
    ),
    Act(
        name="accounts.open",
        path="/accounts/{name}/open",
        role=ADMIN,
        input=OfAccount,
        run=_open,
        summary="Open a closed account again.",
    ),
    Act(
        name="accounts.end_sessions",
        path="/accounts/{name}/sessions/end",
        role=ADMIN,
        input=OfAccount,
        run=_end_sessions,
        summary="Sign an account out everywhere.",
    ),
    Act(
        name="accounts.end_session",
        path="/accounts/{name}/sessions/{session}/end",
        role=ADMIN,
        input=EndSession,
        run=_end_session,
        summary="Sign an account out of one browser.",
    ),
    Act(
        name="accounts.end_key",
        path="/accounts/{name}/keys/{key_id:int}/end",
        role=ADMIN,
        input=EndKey,
        run=_end_key,
        summary="End a key of the HTTP API.",
    ),
    Act(
        name="account.person",
        path="/account/person",
        role=ALL,
        input=Person,
        run=_person,
        summary="Set the name that is shown and the language of the pages.",
    ),
    Act(
        name="account.password",
        path="/account/password",
        role=ALL,
        input=Password,
        run=_password,
        summary="Change one's own password; other sessions end.",
    ),
    Act(
        name="account.end_sessions",
        path="/account/sessions/end",
        role=ALL,
        input=Nothing,
        run=_end_others,
        summary="Sign oneself out everywhere else.",
    ),
    Act(
        name="account.end_session",
        path="/account/sessions/{session}/end",
        role=ALL,
        input=EndOwnSession,
        run=_end_own_session,
        summary="Sign oneself out of one browser.",
    ),
    Act(
        name="account.end_key",
        path="/account/keys/{key_id:int}/end",
        role=ALL,
        input=EndOwnKey,
        run=_end_own_key,
        summary="End a key of one's own.",
    ),
)
