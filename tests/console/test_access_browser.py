"""Signing in and the pages of accounts in a real browser: the policy lets everything work, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from maild.config import Console, Oidc
from maild.console.access.gate import Gate
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role, Scope
from tests.console.door import PASSWORD, Door, door
from tests.share import in_turn

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def pairs(turn: int) -> list[tuple[str, str]]:
    """Each language with one of the themes, in turn; with both with WHOLE=1."""
    languages = enumerate(("zh-CN", "en"), turn)
    return [(locale, scheme) for n, locale in languages for scheme in in_turn(("light", "dark"), n)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Door, str]]:
    """A console that listens, with an administrator who has a key; and its address."""
    oidc = Oidc(issuer="http://127.0.0.1:1/realm", client_id="console")
    with door(tmp_path, Console(), oidc) as made:
        made.add("boss", Role.ADMINISTRATOR, display="馆长")
        made.add("lin", display="林小明")
        made.gate.staff.add_key("boss", "desk", [Scope.READ], actor="boss")
        server = Server(make_desk(made.services), Gate(made.services), "127.0.0.1:0")
        server.start()
        yield made, server.url
        server.stop()


def _sound(page: Page, errors: list[str]) -> None:
    """No violation of accessibility, no complaint of the browser."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert errors == []


@pytest.mark.long
@pytest.mark.parametrize(("locale", "scheme"), pairs(0))
def test_from_the_door_to_one_s_account(office: tuple[Door, str], browser: Browser, locale: str, scheme: str) -> None:
    """By keyboard: a wrong password, the right one, the accounts, one's own page, a key that is shown, out again."""
    _, url = office
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport={"width": 1366, "height": 768})  # type: ignore[arg-type]
    page, errors, requests = context.new_page(), [], []
    page.on(
        "console", lambda said: errors.append(said.text) if said.type == "error" and "422" not in said.text else None
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{url}/account")
    assert page.url == f"{url}/sign-in?next=%2Faccount"
    _sound(page, errors)
    page.keyboard.type("boss")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    _sound(page, errors)
    assert page.locator("#name").input_value() == "boss"
    page.wait_for_selector("#password:focus")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/account")
    _sound(page, errors)
    page.locator("#label").fill("printer")
    page.locator("#label").press("Enter")
    secret = page.locator("[data-secret]")
    assert secret.inner_text().startswith("maild_")
    _sound(page, errors)
    for path in ("/accounts", "/accounts/lin"):
        page.goto(url + path)
        _sound(page, errors)
    page.locator(".user summary").click()
    page.locator("form[action$='/sign-out'] button").click()
    page.wait_for_url(f"{url}/sign-in")
    page.goto(f"{url}/account")
    assert page.url.startswith(f"{url}/sign-in")
    assert all(asked.startswith(url) for asked in requests)
    context.close()


def test_another_site_s_form_is_refused(office: tuple[Door, str], browser: Browser) -> None:
    """A page elsewhere posts to us from a browser that is signed in: nothing happens."""
    made, url = office
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.locator("#name").fill("boss")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(f"{url}/**")
    page.goto("about:blank")
    form = f'<form method="post" action="{url}/accounts/lin/close"><input name="csrf" value="x"></form>'
    page.set_content(form)
    with page.expect_response("**/close") as answer:
        page.evaluate("document.forms[0].submit()")
    # SameSite=Lax: the session's cookie did not even come along, so nobody asked.
    assert (answer.value.status, answer.value.headers["location"]) == (303, "/sign-in")
    with made.services.store.read() as uow:
        account = uow.accounts.get("lin")
    assert account is not None
    assert not account.disabled
    context.close()


@pytest.mark.long
@pytest.mark.parametrize(("locale", "scheme"), pairs(1))
def test_the_first_password_by_keyboard(office: tuple[Door, str], browser: Browser, locale: str, scheme: str) -> None:
    """Signing in leads to the page that changes it, that leads to what was wanted; a phone's width is enough."""
    made, url = office
    made.add("wu", provisional=True)
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport={"width": 360, "height": 740})  # type: ignore[arg-type]
    page, errors = context.new_page(), []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(f"{url}/outbox")
    page.wait_for_selector("#name:focus")
    page.keyboard.type("wu")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/account/password?next=%2Foutbox")
    _sound(page, errors)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.focus("#old")
    for word in (PASSWORD, "vier rote Lampen dort", "vier rote Lampen dort"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/outbox")
    _sound(page, errors)
    context.close()
