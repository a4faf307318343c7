"""The shell of every page: headers, words, roles, errors, forged forms, forms that come back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from maild.console.serve import make_desk
from maild.domain.desk.access import Role
from tests.console.conftest import signed_in
from tests.console.world import World

POLICY = "content-security-policy"


def test_a_page_has_its_headers_and_nothing_inline(client: TestClient) -> None:
    """A strict policy on every answer, and a page that keeps to it."""
    answer = client.get("/queue")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers[POLICY]
    assert "unsafe" not in answer.headers[POLICY]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|javascript:", answer.text)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", answer.text)


def test_texts_and_templates_are_read_once(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another desk in the process has its own settings and the same texts and pages: nothing is compiled twice."""
    first = make_desk(office.services)
    console = replace(office.services.settings.console, public_url="https://ill.example/desk")
    monkeypatch.setattr(office.services, "settings", replace(office.services.settings, console=console))
    other = make_desk(office.services)
    assert (other.words, other.pages) == (first.words, first.pages)
    assert (first.prefix, other.prefix) == ("", "/desk")


@pytest.mark.parametrize(
    ("asked", "lang", "word"),
    [("en-GB,en;q=0.8", "en", "Queue"), ("zh-CN", "zh-CN", "待处理"), ("fr", "zh-CN", "待处理")],
)
def test_the_browsers_language(client: TestClient, asked: str, lang: str, word: str) -> None:
    """What the browser asks for; Chinese where it asks for neither."""
    answer = client.get("/queue", headers={"accept-language": asked})
    assert f'<html lang="{lang}"' in answer.text
    assert word in answer.text


def test_a_choice_of_language_and_look_is_kept(client: TestClient) -> None:
    """By cookies that scripts cannot read."""
    answer = client.post("/look", data={"lang": "en", "theme": "dark", "back": "/queue"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/queue"
    assert all("httponly" in cookie.lower() for cookie in answer.headers.get_list("set-cookie"))
    assert '<html lang="en" data-theme="dark">' in client.get("/queue", headers={"accept-language": "zh"}).text


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", ""])
def test_a_form_never_leads_elsewhere(client: TestClient, wanted: str) -> None:
    """Open redirects: only paths of ours are gone back to."""
    answer = client.post("/look", data={"lang": "en", "back": wanted}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_forged_form_changes_nothing(office: World) -> None:
    """Without the session's token an act is refused before it is looked at."""
    client = signed_in(office, "li", Role.LIBRARIAN)
    item = first(office)
    answer = client.post(f"/queue/{item}/dismiss", data={"note": "x"}, headers={"x-csrf-token": "guessed"})
    assert answer.status_code == 403
    assert first(office) == item


def test_an_act_needs_its_role(office: World) -> None:
    """A viewer looks, and no more."""
    client = signed_in(office, "wu", Role.VIEWER)
    answer = client.post(f"/queue/{first(office)}/dismiss", data={"note": "x"})
    assert answer.status_code == 403


def test_an_act_by_form_and_by_script(client: TestClient, office: World) -> None:
    """A form is answered by a redirect with a word to be told once; a script by JSON."""
    one = first(office)
    answer = client.post(f"/queue/{one}/dismiss", data={"note": "advertising", "back": "/queue"})
    assert answer.url.path == "/queue"
    assert f"item {one} dismissed" in answer.text or "flash done" in answer.text
    assert "flash done" not in client.get("/queue").text
    two = first(office)
    said = client.post(f"/queue/{two}/dismiss", data={"note": ""}, headers={"accept": "application/json"})
    assert said.status_code == 422
    assert said.headers["content-type"] == "application/problem+json"
    assert "note" in said.json()["title"]
    assert first(office) == two


def test_what_is_not_there(client: TestClient) -> None:
    """An unknown page and an unknown item are said so, to people and to programs."""
    assert client.get("/nowhere").status_code == 404
    answer = client.post("/queue/999999/dismiss", data={"note": "x"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_files_are_kept_by_their_version(client: TestClient) -> None:
    """A file with its version is kept for good, and nothing outside the folder is served."""
    page = client.get("/queue").text
    found = re.search(r'href="(/static/console\.css\?v=\w+)"', page)
    assert found
    assert "immutable" in client.get(found.group(1)).headers["cache-control"]
    assert client.get("/static/../words/app.toml").status_code == 404
    assert client.get("/static/%2e%2e/words/app.toml").status_code == 404


def first(office: World) -> int:
    """The item that waits longest."""
    with office.services.store.read() as uow:
        return uow.reviews.find(limit=1)[0].id
