"""The pages of accounts: administrators manage them, everybody their own; what is secret is shown once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maild.console.wording.saying import say
from maild.domain.desk.access import Account, Role
from tests.console.door import PASSWORD, Browser, Door, door

OTHER = "sieben grüne Dosen"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Door]:
    """'boss' is administrator, 'lin' librarian, 'vi' viewer."""
    with door(tmp_path) as made:
        for name, role in (("boss", Role.ADMINISTRATOR), ("lin", Role.LIBRARIAN), ("vi", Role.VIEWER)):
            made.add(name, role)
        yield made


def _in(office: Door, name: str, **headers: str) -> Browser:
    browser = office.browser(**{"accept-language": "en"} | headers)
    assert browser.sign_in(name).status_code == 303
    return browser


def _post(browser: Browser, path: str, **data: Any) -> Any:
    return browser.post(path, {"csrf": browser.token("/account"), **data})


def _told(browser: Browser) -> str:
    found = re.search(r'<div class="flash \w+"><span>(.*?)</span>', browser.get("/account").text, re.S)
    return found[1] if found else ""


def _account(office: Door, name: str) -> Account:
    with office.services.store.read() as uow:
        account = uow.accounts.get(name)
    assert account is not None
    return account


def _secret(answer: Any) -> str:
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r"data-secret>([^<]+)<", answer.text)
    assert found
    return found[1]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_is_there_in_both_languages(office: Door, lang: str) -> None:
    """Also with sessions and keys of every state; nothing of a secret or its fingerprint is in it."""
    key = office.gate.staff.add_key("lin", "desk <b>", office_scopes(), actor="lin")
    office.gate.staff.revoke_key(key.kept.id, actor="lin")
    office.gate.staff.add_key("lin", "again", office_scopes(), actor="lin")
    lin, boss = _in(office, "lin", **{"accept-language": lang}), _in(office, "boss", **{"accept-language": lang})
    for browser, path in ((boss, "/accounts"), (boss, "/accounts/lin"), (lin, "/account")):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert f'lang="{lang}"' in answer.text
        assert not re.search(r"argon2|\b[0-9a-f]{64}\b|\bmaild_\w{20}", answer.text)
        assert "<b>" not in answer.text.split("<main")[1].replace("<b>maild console</b>", "")


@pytest.mark.parametrize(("act", "data"), [("role", {"role": "viewer"}), ("close", {})])
def test_an_account_that_a_colleague_changed_is_left_as_it_is(office: Door, act: str, data: dict[str, str]) -> None:
    """The page says which version it showed."""
    boss = _in(office, "boss")
    seen = re.search(r'name="seen" value="(\d+)"', boss.get("/accounts/lin").text)
    assert seen
    office.gate.staff.set_role("lin", Role.ACCOUNTANT, actor="xu")
    _post(boss, f"/accounts/lin/{act}", seen=seen[1], **data)
    assert "account lin was changed meanwhile" in _told(boss)
    assert (_account(office, "lin").role, _account(office, "lin").disabled) == (Role.ACCOUNTANT, False)
    _post(boss, f"/accounts/lin/{act}", seen=str(_account(office, "lin").version), **data)
    assert _account(office, "lin").disabled or _account(office, "lin").role is Role.VIEWER


def office_scopes() -> list[Any]:
    from maild.domain.desk.access import Scope

    return [Scope.READ, Scope.WRITE]


@pytest.mark.parametrize("name", ["lin", "vi"])
def test_accounts_are_administrators_business(office: Door, name: str) -> None:
    """Pages, acts and what is shown once alike; also below /api/v1."""
    browser = _in(office, name)
    for path in ("/accounts", "/accounts/boss", "/api/v1/accounts", "/api/v1/accounts/boss"):
        assert browser.get(path).status_code == 403
    for path in ("/accounts", "/accounts/boss/role", "/accounts/boss/close", "/accounts/boss/open",
                 "/accounts/boss/password", "/accounts/boss/sessions/end", "/accounts/boss/keys/1/end"):  # fmt: skip
        answer = _post(browser, path, name="eve", role="administrator", password="generate")
        assert answer.status_code == 403, path
    assert _account(office, "boss").role is Role.ADMINISTRATOR
    with office.services.store.read() as uow:
        assert uow.accounts.get("eve") is None


def test_a_new_account_with_a_generated_password(office: Door) -> None:
    """It is shown on the page that answers, once, and opens the door."""
    boss = _in(office, "boss")
    word = _secret(_post(boss, "/accounts", name="Wu", role="librarian", display="吴", password="generate"))
    assert word not in boss.get("/accounts").text
    assert office.browser().sign_in("wu", word).status_code == 303
    assert (_account(office, "wu").role, _account(office, "wu").display) == (Role.LIBRARIAN, "吴")
    assert _post(boss, "/accounts", name="xu", role="viewer", password="none").status_code == 303
    assert _account(office, "xu").password == ""
    for data, said in (
        ({"name": "wu", "role": "viewer"}, "there is an account wu"),
        ({"name": "a b", "role": "viewer"}, "will not do"),
        ({"name": "yu", "role": "boss"}, "is not one of"),
    ):
        assert _post(boss, "/accounts", **data).status_code == 303
        assert said in _told(boss)


def test_a_password_set_anew_by_an_administrator(office: Door) -> None:
    """The old one and the sessions are gone."""
    lin, boss = _in(office, "lin"), _in(office, "boss")
    office.clock.move(seconds=1)
    word = _secret(_post(boss, "/accounts/lin/password"))
    assert not lin.inside
    assert office.browser().sign_in("lin").status_code == 422
    assert office.browser().sign_in("lin", word).status_code == 303


def test_roles_closing_sessions_keys(office: Door) -> None:
    """By an administrator, each told in a sentence and written down with before and after."""
    lin, boss = _in(office, "lin"), _in(office, "boss")
    new = office.gate.staff.add_key("lin", "desk", office_scopes(), actor="lin")
    before = len(office.history())
    _post(boss, "/accounts/lin/sessions/end")
    assert "1 session(s) ended" in _told(boss)
    assert not lin.inside
    _post(boss, f"/accounts/vi/keys/{new.kept.id}/end")
    assert "there is no key" in _told(boss)
    _post(boss, f"/accounts/lin/keys/{new.kept.id}/end")
    _post(boss, "/accounts/lin/role", role="viewer")
    _post(boss, "/accounts/lin/close")
    assert _account(office, "lin").disabled
    _post(boss, "/accounts/lin/open")
    assert [(line.actor, line.reasons[0], line.before, line.after) for line in office.history(before)] == [
        ("boss", "lin: sessions", "1", "0"),
        ("boss", f"lin: key {new.kept.id}", "in use", "ended"),
        ("boss", "lin: role", "librarian", "viewer"),
        ("boss", "lin: account", "open", "closed"),
        ("boss", "lin: account", "closed", "open"),
    ]


@pytest.mark.parametrize(("act", "data"), [("role", {"role": "viewer"}), ("close", {})])
def test_nobody_shuts_themselves_out(office: Door, act: str, data: dict[str, str]) -> None:
    """Another administrator has to."""
    office.add("chief", Role.ADMINISTRATOR)
    boss = _in(office, "boss")
    _post(boss, f"/accounts/Boss/{act}", **data)
    assert "your own account" in _told(boss)
    assert boss.inside


def test_one_s_own_name_and_language(office: Door) -> None:
    """The language holds for whatever browser the account signs in with."""
    lin = _in(office, "lin")
    _post(lin, "/account/person", display="林小明", locale="zh-CN")
    page = lin.get("/account").text
    assert '<html lang="zh-CN"' in page
    assert "林小明" in page
    _post(lin, "/account/person", display="林小明", locale="fr")
    assert _account(office, "lin").locale == "zh-CN"


def test_changing_one_s_password(office: Door) -> None:
    """The old one is asked for; this session goes on, the others end; the new one opens."""
    lin, other = _in(office, "lin"), _in(office, "lin")
    for data, said in (
        ({"old": "x", "new": OTHER, "again": OTHER}, "present password is wrong"),
        ({"old": PASSWORD, "new": OTHER, "again": "y"}, "differ"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "12 are the least"),
    ):
        _post(lin, "/account/password", **data)
        assert said in _told(lin)
    assert other.inside
    office.clock.move(seconds=1)
    _post(lin, "/account/password", old=PASSWORD, new=OTHER, again=OTHER)
    assert "the password is changed" in _told(lin)
    assert lin.inside
    assert not other.inside
    assert office.browser().sign_in("lin").status_code == 422
    assert office.browser().sign_in("lin", OTHER).status_code == 303


def test_guessing_the_old_password_has_to_wait(office: Door) -> None:
    """In a browser that was left open, too; its owner elsewhere need not."""
    lin = _in(office, "lin")
    for _ in range(5):
        _post(lin, "/account/password", old="guess", new=OTHER, again=OTHER)
        assert "present password is wrong" in _told(lin)
    _post(lin, "/account/password", old=PASSWORD, new=OTHER, again=OTHER)
    assert "too many wrong passwords" in _told(lin)
    assert office.browser().sign_in("lin").status_code == 303
    office.clock.move(seconds=30)
    _post(lin, "/account/password", old=PASSWORD, new=OTHER, again=OTHER)
    assert "the password is changed" in _told(lin)


def test_signing_out_everywhere_else(office: Door) -> None:
    """This browser stays."""
    lin, other = _in(office, "lin"), _in(office, "lin")
    _post(lin, "/account/sessions/end")
    assert lin.inside
    assert not other.inside


def test_one_s_own_keys(office: Door) -> None:
    """Shown once, within one's role, ended; nobody else's; a key makes no key."""
    lin, vi = _in(office, "lin"), _in(office, "vi")
    key = _secret(_post(lin, "/account/keys", scope=["read", "write"], label="desk", days="3"))
    program = office.browser(authorization=f"Bearer {key}")
    mine = program.get("/api/v1/account").json()
    assert (mine["name"], mine["keys"][0]["scopes"], mine["keys"][0]["label"]) == ("lin", ["read", "write"], "desk")
    assert key not in str(mine)
    assert program.post("/account/keys", {"scope": "read"}).status_code == 403
    _post(vi, f"/account/keys/{mine['keys'][0]['id']}/end")
    assert program.get("/api/v1/account").status_code == 200
    for data, said in (
        ({"scope": "admin"}, "is beyond that"),
        ({}, "without a scope"),
        ({"scope": "read", "days": "0"}, "no number of days"),
        ({"scope": "root"}, "is not one of"),
    ):
        assert _post(lin, "/account/keys", **data).status_code == 303
        assert said in _told(lin)
    _post(lin, f"/account/keys/{mine['keys'][0]['id']}/end")
    assert program.get("/api/v1/account").status_code == 401


def test_an_account_that_is_not_there(office: Door) -> None:
    """404 on its page."""
    assert _in(office, "boss").get("/accounts/nobody").status_code == 404


@pytest.mark.parametrize(
    "sentence",
    [
        "lin: closed", "lin: librarian", "3 session(s) ended", "key 7 of lin: ended", "that is your own account",
        "there is no account lin", "boss is the last administrator", "the password is hardly more than a name",
        "the password has 5 characters, and 12 are the least", "lin is a viewer: the scope admin is beyond that",
        "the sign-in provider does not answer", "this sign-in is over, or was never begun here",
        "the provider's id token is not for this sign-in (invalid_claim: nonce)", "there is no account wu here",
        "the provider refuses (status 400, invalid_grant)", "too many wrong passwords", "wait 30 seconds",
    ],
)  # fmt: skip
def test_what_is_answered_is_said_in_chinese(sentence: str) -> None:
    """Sentences of signing in and of acts on accounts."""
    assert say(sentence, "zh-CN").translated
