"""Accounts, sessions, keys and failed sign-ins, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.domain.desk.access import Account, Role, Scope, Session
from maild.domain.errors import Permanent, StaleVersion
from maild.store.uow import Store

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIN = Account(name="lin", display="林", role=Role.LIBRARIAN, password="$argon2id$…", created=NOW)


def _session(token: str, account: str = "lin", *, seen: datetime = NOW, ends: datetime = NOW + 12 * HOUR) -> Session:
    return Session(token=token, account=account, created=NOW, seen=seen, ends=ends, origin="192.0.2.7", agent="Firefox")


def _fill(store: Store, *names: str) -> None:
    with store.begin() as uow:
        for name in names or ("lin",):
            uow.accounts.add(replace(LIN, name=name))


def test_an_account_is_kept_as_it_is(store: Store) -> None:
    """By name, by subject, in the list; nobody has an empty subject."""
    other = replace(LIN, name="wu", subject="https://idp.example 7", disabled=True, locale="en", revoked=NOW, seen=NOW)
    with store.begin() as uow:
        uow.accounts.add(other)
        uow.accounts.add(LIN)
    with store.read() as uow:
        assert uow.accounts.get("lin") == LIN
        assert uow.accounts.get("Lin") is None
        assert uow.accounts.by_subject("https://idp.example 7") == other
        assert uow.accounts.by_subject("") is None
        assert uow.accounts.all() == [LIN, other]


def test_a_name_and_a_subject_are_one_persons(store: Store) -> None:
    """A second one is refused in words, and the transaction goes on."""
    with store.begin() as uow:
        uow.accounts.add(replace(LIN, subject="https://idp.example 7"))
        wu = uow.accounts.add(replace(LIN, name="wu"))
        with pytest.raises(Permanent, match="there is an account lin"):
            uow.accounts.add(LIN)
        with pytest.raises(Permanent, match="same subject"):
            uow.accounts.add(replace(LIN, name="xu", subject="https://idp.example 7"))
        with pytest.raises(Permanent, match="has that subject"):
            uow.accounts.save(replace(wu, subject="https://idp.example 7"))
    with store.read() as uow:
        assert [account.name for account in uow.accounts.all()] == ["lin", "wu"]


def test_of_two_changes_the_second_hears_of_the_first(store: Store) -> None:
    """An older version is not written; that an account was used is no change of it."""
    _fill(store)
    with store.begin() as uow:
        uow.accounts.saw("lin", NOW + HOUR)
        changed = uow.accounts.save(replace(LIN, role=Role.VIEWER, revoked=NOW))
        with pytest.raises(StaleVersion, match="lin was changed meanwhile"):
            uow.accounts.save(replace(LIN, role=Role.ADMINISTRATOR))
    with store.read() as uow:
        assert uow.accounts.get("lin") == replace(changed, seen=NOW + HOUR)
    assert (changed.version, changed.role) == (1, Role.VIEWER)


def test_a_session_comes_with_its_account(store: Store) -> None:
    """One look-up gives both; the last used is first in the list."""
    _fill(store)
    first, second = _session("a" * 64), _session("b" * 64)
    with store.begin() as uow:
        uow.sessions.add(first)
        uow.sessions.add(second)
        uow.sessions.saw("b" * 64, NOW + MINUTE)
    with store.read() as uow:
        assert uow.sessions.get("a" * 64) == (first, LIN)
        assert uow.sessions.get("c" * 64) is None
        assert uow.sessions.of_account("lin") == [replace(second, seen=NOW + MINUTE), first]
        assert uow.sessions.of_account("wu") == []


def test_sessions_end_one_by_one_or_all(store: Store) -> None:
    """Signing out here, elsewhere, everywhere; other people's stay."""
    _fill(store, "lin", "wu")
    with store.begin() as uow:
        for token, name in (("a", "lin"), ("b", "lin"), ("c", "lin"), ("d", "wu")):
            uow.sessions.add(_session(token, name))
        assert uow.sessions.end("a")
        assert not uow.sessions.end("a")
        assert uow.sessions.end_all("lin", but="c") == 1
        assert [one.token for one in uow.sessions.of_account("lin")] == ["c"]
        assert uow.sessions.end_all("lin") == 1
        assert [one.token for one in uow.sessions.of_account("wu")] == ["d"]


def test_what_has_run_out_is_swept(store: Store) -> None:
    """By its end, or by long silence; at the very moment of its end a session is over."""
    _fill(store)
    with store.begin() as uow:
        uow.sessions.add(_session("over", ends=NOW + HOUR, seen=NOW + HOUR))
        uow.sessions.add(_session("silent", seen=NOW))
        uow.sessions.add(_session("used", seen=NOW + MINUTE))
        assert uow.sessions.sweep(NOW + HOUR, NOW + MINUTE) == 2
        assert [one.token for one in uow.sessions.of_account("lin")] == ["used"]


def test_keys_are_found_by_their_hash_and_can_be_ended(store: Store) -> None:
    """With scopes and owner; ended once."""
    _fill(store, "lin", "wu")
    with store.begin() as uow:
        key = uow.api_tokens.add("k" * 64, "lin", "desk printer", [Scope.READ, Scope.WRITE], NOW, NOW + HOUR)
        other = uow.api_tokens.add("o" * 64, "wu", "", [Scope.READ], NOW, None)
        uow.api_tokens.saw(key.id, NOW + MINUTE)
        key = replace(key, seen=NOW + MINUTE)
        assert uow.api_tokens.of_token("k" * 64) == (key, LIN)
        assert uow.api_tokens.of_token("x" * 64) is None
        assert uow.api_tokens.get(key.id) == key
        assert uow.api_tokens.of_account("lin") == [key]
        assert uow.api_tokens.all() == [other, key]
        assert uow.api_tokens.revoke(key.id, NOW + HOUR)
        assert not uow.api_tokens.revoke(key.id, NOW + 2 * HOUR)
        assert uow.api_tokens.get(key.id) == replace(key, revoked=NOW + HOUR)
    assert (key.scopes, key.expires) == ((Scope.READ, Scope.WRITE), NOW + HOUR)


def test_failed_tries_are_counted_by_name_and_by_place(store: Store) -> None:
    """Newest first, as many as asked for; a right one wipes that place's; names need not exist."""
    with store.begin() as uow:
        for minute, name, origin in (
            (0, "lin", "here"),
            (1, "lin", "there"),
            (2, "nobody", "here"),
            (3, "lin", "here"),
        ):
            uow.failed_logins.add(name, origin, NOW + minute * MINUTE)
        found = [(NOW + 3 * MINUTE, "here"), (NOW + MINUTE, "there"), (NOW, "here")]
        assert uow.failed_logins.of_account("lin", NOW, 10) == found
        assert uow.failed_logins.of_account("lin", NOW + MINUTE, 10) == found[:2]
        assert uow.failed_logins.of_account("lin", NOW, 1) == found[:1]
        assert uow.failed_logins.of_origin("here", NOW + MINUTE, 10) == [NOW + 3 * MINUTE, NOW + 2 * MINUTE]
        uow.failed_logins.forget("lin", "here")
        assert uow.failed_logins.of_account("lin", NOW, 10) == found[1:2]
        assert uow.failed_logins.of_origin("here", NOW, 10) == [NOW + 2 * MINUTE]
        assert uow.failed_logins.sweep(NOW + 2 * MINUTE) == 1
        assert uow.failed_logins.of_account("lin", NOW, 10) == []
