"""A password that somebody else made opens one page: the one that changes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.routing import Route

from maild.config import Console
from maild.console.access.gate import OPEN
from maild.console.access.signin import Caller
from maild.domain.desk.access import BY_SINGLE_SIGN_ON, Role, Scope
from tests.console.door import PASSWORD, Browser, Door, door

OWN = "vier rote Lampen dort"
PAGE = "/account/password"
NAMES = re.compile(r"{\w+(?::\w+)?}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Door]:
    """An office with an administrator; 'lin' has the password that was made for her."""
    with door(tmp_path) as made:
        made.add("boss", Role.ADMINISTRATOR)
        made.add("lin", provisional=True)
        yield made


@pytest.fixture
def lin(office: Door) -> Browser:
    """Her browser, signed in."""
    browser = office.browser(**{"accept-language": "en"})
    assert browser.sign_in("lin").status_code == 303
    return browser


def _change(browser: Browser, old: str = PASSWORD, new: str = OWN, to: str = "/queue") -> str:
    """Send the page's form; where that leads."""
    said = {"csrf": browser.token(PAGE), "here": PAGE, "back": to, "old": old, "new": new, "again": new}
    answer = browser.post(PAGE, said)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_every_page_and_act_leads_to_the_one(office: Door, lin: Browser) -> None:
    """Each route with each of its methods, but those that are open to everybody, signing out and the page itself."""
    token, tried = lin.token(PAGE), 0
    for route in (route for route in office.app.routes if isinstance(route, Route)):
        path = NAMES.sub("1", route.path)
        if path in OPEN or path.removeprefix("/api/v1") in (PAGE, "/sign-out"):
            continue
        for method in sorted(route.methods or ()):
            answer = lin.client.request(method, path, headers={"x-csrf-token": token})
            said = answer.status_code, answer.headers.get("location", "").split("?")[0]
            assert said == ((403, "") if path.startswith("/api/") else (303, PAGE)), (method, path)
            tried += 1
    assert tried > 100
    assert office.services.store.read
    with office.services.store.read() as uow:
        account = uow.accounts.get("lin")
    assert account is not None
    assert account.provisional


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_programs_are_told(lin: Browser, accept: str) -> None:
    """The API of a signed-in browser, and what scripts ask of pages."""
    paths = ["/api/v1/queue", *(["/queue"] if "json" in accept else [])]
    for path in paths:
        problem = lin.get(path, headers={"accept": accept}).json()
        assert (problem["status"], problem["title"]) == (403, "the password has to be changed first")
        assert "/api/v1/account/password" in problem["detail"]


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "请先修改密码"), ("en", "Change your password first")])
def test_the_page_says_why(office: Door, locale: str, said: str) -> None:
    """In the reader's language, without a menu that would lead nowhere; and the way back is kept."""
    browser = office.browser(**{"accept-language": locale})
    browser.sign_in("lin", next="/queue?cause=question")
    answer = browser.get("/queue?cause=question")
    assert answer.headers["location"] == f"{PAGE}?next=%2Fqueue%3Fcause%3Dquestion"
    page = browser.get(answer.headers["location"]).text
    assert f"<h1>{said}</h1>" in page
    assert 'name="back" value="/queue?cause=question"' in page
    assert "<nav" not in page
    assert 'action="/sign-out"' in page


def test_once_it_is_changed_all_is_open(office: Door, lin: Browser) -> None:
    """The session goes on; the history tells of both passwords, and of neither what it is."""
    assert _change(lin) == "/queue"
    assert lin.inside
    assert f"<h1>{'Change the password'}</h1>" in lin.get(PAGE).text
    assert "<nav" in lin.get(PAGE).text
    assert office.browser().sign_in("lin").status_code == 422
    again = office.browser()
    again.sign_in("lin", OWN)
    assert again.inside
    lines = [(line.actor, line.before, line.after) for line in office.history() if "lin: password" in line.reasons]
    assert lines == [("test", "", "provisional"), ("lin", "provisional", "set anew")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PASSWORD, PASSWORD, "The new password is the present one"),
        ("wrong wrong wrong", OWN, "password is wrong"),
        (PASSWORD, "short", "the least"),
    ],
)
def test_what_does_not_do_is_told_on_the_page(lin: Browser, old: str, new: str, said: str) -> None:
    """The one that was given least of all; and nothing opens."""
    to = _change(lin, old, new)
    assert to == PAGE
    assert said.lower() in lin.get(to).text.lower()
    assert not lin.inside


def test_a_new_password_by_an_administrator(office: Door) -> None:
    """Has to be changed too, one made on the page of a new account likewise; an administrator's own new one not."""
    boss = office.browser(**{"accept-language": "en"})
    boss.sign_in("boss")
    token = boss.token("/accounts")
    office.add("wu")
    for path, said, name in (
        ("/accounts/wu/password", {}, "wu"),
        ("/accounts", {"name": "xu", "role": "viewer", "password": "generate"}, "xu"),
    ):
        shown = boss.post(path, {"csrf": token, **said}).text
        assert "It has to be changed at the first sign-in." in shown
        word = re.search(r"data-secret>([^<]+)<", shown)
        assert word
        theirs = office.browser()
        theirs.sign_in(name, word[1])
        assert not theirs.inside
        assert "password still to be changed" in boss.get(f"/accounts/{name}").text
        _change(theirs, word[1])
        assert theirs.inside
        assert "password still to be changed" not in boss.get(f"/accounts/{name}").text
    boss.post("/accounts/boss/password", {"csrf": token})
    assert boss.inside


def test_by_the_api_of_a_session(lin: Browser) -> None:
    """A program that signs in as people do changes it as people do."""
    said = {"old": PASSWORD, "new": OWN, "again": OWN}
    done = lin.client.post(f"/api/v1{PAGE}", json=said, headers={"x-csrf-token": lin.token(PAGE)})
    assert done.status_code == 200, done.text
    assert lin.get("/api/v1/queue").status_code == 200


def test_keys_go_on(office: Door) -> None:
    """They are no password: what the library's systems do does not stop with a reset."""
    key = office.gate.staff.add_key("lin", "", [Scope.READ], actor="test").key
    answer = office.browser().get("/api/v1/queue", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200


def test_who_is_proven_elsewhere_is_not_asked(office: Door, tmp_path: Path) -> None:
    """Single sign-on opens everything though there is a password as well; so does a proxy's word."""
    with office.services.store.begin() as uow:
        account = uow.accounts.get("lin")
        assert account is not None
        value = office.gate.sign_in.open(uow, account, Caller(origin="", agent=""), BY_SINGLE_SIGN_ON)
    browser = office.browser()
    browser.client.cookies.set("maild", value)
    assert browser.inside
    console = Console(trusted_proxies=("127.0.0.1",), trusted_proxy_header="X-Remote-User")
    with door(tmp_path, console) as proxied:
        assert proxied.browser(**{"x-remote-user": "lin"}).inside


def test_without_a_password_there_is_nothing_to_change(office: Door) -> None:
    """One that is taken away takes that with it."""
    account = office.gate.staff.set_password("lin", "", actor="boss", provisional=True)
    assert not account.provisional
    assert not office.gate.staff.add("xu", Role.VIEWER, actor="boss", provisional=True).provisional
    assert replace(account, version=0).password == ""


def test_below_a_prefix(tmp_path: Path) -> None:
    """The page, its form and the way back are below it as all others."""
    with door(tmp_path, Console(public_url="https://library.example/ill")) as made:
        made.add("lin", provisional=True)
        browser = made.browser()
        browser.sign_in("lin")
        assert browser.get("/queue").headers["location"] == "/ill/account/password?next=%2Fill%2Fqueue"
        assert 'action="/ill/account/password"' in browser.get(f"{PAGE}?next=/ill/queue").text
