"""Signed-in browsers: listed in words, ended one by one, by their owner and by administrators."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.cli.app import run
from maild.console.serving.agents import MARKS, told
from maild.domain.desk.access import Role, Session
from maild.domain.wording.words_staff import BROWSERS
from tests.console.door import PASSWORD, Browser, Door, door

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1"
)
CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Door]:
    """An office with an administrator and a librarian."""
    with door(tmp_path) as made:
        made.add("boss", Role.ADMINISTRATOR)
        made.add("lin")
        yield made


def _in(office: Door, name: str, agent: str = WINDOWS, peer: str = "127.0.0.1") -> Browser:
    browser = office.browser(peer, **{"user-agent": agent, "accept-language": "en"})
    assert browser.sign_in(name).status_code == 303
    return browser


def _sessions(browser: Browser, path: str = "/api/v1/account") -> dict[str, str]:
    """The ids by what the browser is called."""
    return {one["browser"]: one["id"] for one in browser.get(path).json()["sessions"]}


@pytest.mark.parametrize(("agent", "english", "chinese"), [
    (WINDOWS, "Firefox 128 on Windows", "Firefox 128（Windows）"),
    (PHONE, "Safari 17 on iPhone", "Safari 17（iPhone）"),
    (CHROME.format("X11; Linux x86_64"), "Chrome 126 on Linux", "Chrome 126（Linux）"),
    (CHROME.format("Windows NT 10.0") + " Edg/126.0.2592.68", "Edge 126 on Windows", "Edge 126（Windows）"),
    (CHROME.format("Linux; Android 14") + " MicroMessenger/8.0.49", "WeChat 8 on Android", "微信 8（Android）"),
    ("curl/8.5.0", "curl 8.5", "curl 8.5"), ("python-httpx/0.28", "python-httpx 0.28", "python-httpx 0.28"),
    ("", "an unknown browser", "未知的浏览器"), ("；；；", "an unknown browser", "未知的浏览器"),
    ("<script>alert(1)</script>", "script", "script"),
])  # fmt: skip
def test_browsers_in_words(agent: str, english: str, chinese: str) -> None:
    """As people call them, in both languages; of a program its own name."""
    assert (told(agent), told(agent, "zh-CN")) == (english, chinese)


def test_every_mark_has_its_words() -> None:
    """And no word is left over."""
    assert {key for _, key in MARKS} == set(BROWSERS)


def test_an_id_tells_nothing_of_the_token(office: Door) -> None:
    """It is no part of it, nor is the token on any page."""
    browser, _ = _in(office, "lin"), _in(office, "lin", PHONE)
    page, told_ = browser.get("/account").text, browser.get("/api/v1/account").text
    with office.services.store.read() as uow:
        found: list[Session] = uow.sessions.of_account("lin")
    assert [one.id in page for one in found if one.agent == PHONE] == [True]
    for kept in found:
        assert kept.id in told_
        assert kept.id not in kept.token
        assert kept.token not in page + told_


def test_one_s_own_are_listed(office: Door) -> None:
    """Which browser, since when, last seen, from where; this one is marked and has no button."""
    here = _in(office, "lin")
    office.clock.move(minutes=10)
    _in(office, "lin", PHONE, "192.0.2.7")
    page = here.get("/account").text
    rows = re.findall(r"<tr>(?:(?!</tr>).)*</tr>", page, re.DOTALL)
    mine = next(row for row in rows if "Firefox 128 on Windows" in row)
    other = next(row for row in rows if "Safari 17 on iPhone" in row)
    assert ("this one" in mine, "<button" in mine) == (True, False)
    assert ("this one" in other, "Sign out: Safari 17 on iPhone" in other) == (False, True)
    assert "192.0.2.7" in other
    assert "16:00" in mine  # on the office's clock
    assert "16:10" in other
    (said,) = (one for one in here.get("/api/v1/account").json()["sessions"] if one["this"])
    assert (said["way"], said["agent"], said["browser"]) == ("password", WINDOWS, "Firefox 128 on Windows")


def test_each_is_ended_singly(office: Door) -> None:
    """That browser is out, all others go on; the history says which."""
    here, phone, third = _in(office, "lin"), _in(office, "lin", PHONE, "192.0.2.7"), _in(office, "lin", "curl/8.5.0")
    ended = _sessions(here)["Safari 17 on iPhone"]
    before = len(office.history())
    answer = here.post(f"/account/sessions/{ended}/end", {"csrf": here.token("/account"), "back": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "signed out: Safari 17 on iPhone" in here.get("/account").text
    assert (here.inside, phone.inside, third.inside) == (True, False, True)
    (line,) = office.history(before)
    assert (line.actor, line.before, line.after) == ("lin", "Safari 17 on iPhone, 192.0.2.7", "ended")
    assert line.reasons == (f"lin: session {ended}",)


def test_all_others_at_once(office: Door) -> None:
    """Only this one goes on."""
    here, phone = _in(office, "lin"), _in(office, "lin", PHONE)
    here.post("/account/sessions/end", {"csrf": here.token("/account")})
    assert (here.inside, phone.inside) == (True, False)


def test_nobody_ends_another_s(office: Door) -> None:
    """Not by its id on one's own page, nor on the pages of accounts; what there is none of is told."""
    lin, boss = _in(office, "lin"), _in(office, "boss", PHONE)
    theirs = _sessions(boss)["Safari 17 on iPhone"]
    token = {"x-csrf-token": lin.token("/account")}
    for path, status in (
        (f"/api/v1/account/sessions/{theirs}/end", 404),
        (f"/api/v1/accounts/boss/sessions/{theirs}/end", 403),
        ("/api/v1/account/sessions/zzz/end", 422),
    ):
        assert lin.client.post(path, json={}, headers=token).status_code == status
    assert boss.inside


def test_administrators_end_those_of_others(office: Door) -> None:
    """By the page of the account, and by the API."""
    boss, lin, phone = _in(office, "boss"), _in(office, "lin"), _in(office, "lin", PHONE)
    assert (
        f'action="/accounts/lin/sessions/{_sessions(lin)["Firefox 128 on Windows"]}/end"'
        in boss.get("/accounts/lin").text
    )
    path = f"/accounts/lin/sessions/{_sessions(lin)['Safari 17 on iPhone']}/end"
    assert boss.post(path, {"csrf": boss.token("/accounts/lin")}).status_code == 303
    assert (lin.inside, phone.inside) == (True, False)
    assert office.history()[-1].actor == "boss"


def test_what_has_run_out_is_not_listed(office: Door) -> None:
    """Nor is it counted on the list of accounts."""
    _in(office, "lin", PHONE)
    office.clock.move(hours=3)
    boss = _in(office, "boss")
    assert _sessions(boss, "/api/v1/accounts/lin") == {}
    counts = {one["name"]: one["sessions"] for one in boss.get("/api/v1/accounts").json()["items"]}
    assert counts == {"boss": 1, "lin": 0}


def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Listed, ended one by one, each in the history."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAILD_STORE__URL", f"sqlite:///{tmp_path / 'maild.db'}")
    monkeypatch.setenv("MAILD_STORE__BLOBS", str(tmp_path / "blobs"))
    monkeypatch.setattr("maild.console.access.sessions.Sessions.good", lambda *_: True)  # whose clock stands elsewhere
    with door(tmp_path) as made:
        made.add("lin", password=PASSWORD)
        browsers = _in(made, "lin"), _in(made, "lin", PHONE, "192.0.2.7")
        assert run(["user", "sessions", "lin", "--json"]) == 0
        found = {one["browser"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
        assert found["Safari 17 on iPhone"]["origin"] == "192.0.2.7"
        assert run(["user", "sessions", "lin"]) == 0
        assert "Firefox 128 on Windows" in capsys.readouterr().out
        ended = found["Safari 17 on iPhone"]["id"]
        assert run(["user", "sessions", "lin", "--end", ended, "--by", "root"]) == 0
        assert "lin: signed out of Safari 17 on iPhone" in capsys.readouterr().out
        assert [browser.inside for browser in browsers] == [True, False]
        assert (made.history()[-1].actor, made.history()[-1].after) == ("root", "ended")
        assert run(["user", "sessions", "lin", "--end", ended]) == 1
        assert run(["user", "sessions", "nobody"]) == 1
