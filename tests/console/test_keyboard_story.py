"""A librarian's morning in a real browser, by keyboard alone: sign in, work the queue to its end, take back a slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from maild.console.access.gate import Gate
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import ReviewState
from maild.domain.requests.lifecycle import RegistrationState
from tests.console.door import cheap
from tests.console.tour import furnish
from tests.console.world import World

pytestmark = pytest.mark.integration
PASSWORD = "an invented pass phrase of the tests"
STRANGERS = 6
ASKED = "您好，请问我的文献什么时候能到？谢谢。"


@pytest.fixture
def console(office: World) -> Iterator[str]:
    """The real console with a real account; 20 items and more wait."""
    office.receive(*(
        office.mail(**{"from": f"Reader {n} <reader{n}@elsewhere.example>", "subject": f"请问进度 {n}", "text": ASKED,
                       "sign": False}) for n in range(STRANGERS)
    ))  # fmt: skip
    gate = Gate(office.services, cheap())
    gate.staff.add("chen", Role.LIBRARIAN, actor="test", display="陈", password=PASSWORD)
    server = Server(make_desk(office.services), gate, "127.0.0.1:0")
    server.start()
    yield server.url
    server.stop()


def sign_in(page: Page, url: str) -> None:
    """By keyboard: the name has the focus."""
    page.goto(f"{url}/queue")
    page.wait_for_selector("#name:focus")
    page.keyboard.type("chen")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".user")).to_contain_text("陈")


def at(page: Page) -> int:
    """The item on the page, whose keys work by now; 0 where it is the list."""
    page.wait_for_selector("html[data-ready]")
    return int(page.evaluate("() => Number(document.querySelector('.item-head')?.dataset.item || 0)"))


def settle(page: Page, item: int) -> str:
    """Settle the item before us with keys alone; says how."""
    if page.locator(".work-answer #answer .tag.good").count():
        page.keyboard.press("Control+Enter")
        return moved(page, item, "answered")
    if page.locator("[data-pick]").count():
        if not page.locator("[data-pick]:checked").count():
            page.keyboard.press("1")
        page.keyboard.press("a")
        page.wait_for_function(
            "item => document.querySelector('.flash.failed, #unsure[open]') || "
            "Number(document.querySelector('.item-head')?.dataset.item || 0) !== item",
            arg=item,
        )
        if at(page) != item:
            return "assigned"
        if page.locator("#unsure[open]").count():
            page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("#dismiss")).to_be_visible()
    page.keyboard.type("已电话答复")
    page.keyboard.press("Enter")
    return moved(page, item, "dismissed")


def moved(page: Page, item: int, how: str) -> str:
    page.wait_for_function(
        "item => document.documentElement.dataset.ready && "
        "Number(document.querySelector('.item-head')?.dataset.item || 0) !== item",
        arg=item,
    )
    return how


@pytest.mark.timeout(240)
def test_the_queue_is_worked_by_keyboard_alone(browser: Browser, office: World, console: str) -> None:
    """Twenty items and more, each opened, read and settled by keys; the last one undone and settled anew."""
    with office.services.store.read() as uow:
        waiting = [one.id for one in uow.reviews.find()]
    assert len(waiting) >= 20
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, console)
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.item-head')")
    how: Counter[str] = Counter()
    last = 0
    for _ in waiting:
        item = at(page)
        assert item in waiting
        how[settle(page, item)] += 1
        last = item
    expect(page.locator(".empty")).to_be_visible()
    assert sum(how.values()) == len(waiting)
    assert how["answered"] >= 3
    assert how["assigned"] >= 3
    assert how["dismissed"] >= 3
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("u")
    page.wait_for_function("item => Number(document.querySelector('.item-head')?.dataset.item || 0) === item", arg=last)
    with office.services.store.read() as uow:
        undone = uow.reviews.get(last)
        handled = {one.id: one for one in uow.reviews.find(state=None, limit=1000)}
    assert undone is not None
    assert undone.state is ReviewState.OPEN
    assert all(handled[one].handled_by == "chen" for one in waiting)
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "search"
    assert faults == []
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Go there by Tab alone: whoever cannot use a mouse can reach it."""
    page.wait_for_selector("html[data-ready]")
    for _ in range(120):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def go(page: Page, letter: str, address: str) -> None:
    """To another area: g and its letter."""
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(f"**{address}")
    page.wait_for_selector("html[data-ready]")


def done(page: Page, key: str) -> None:
    """Press the key, which sends a form, and wait for the page that tells that it was done: another document than this
    one, which may tell what was done before.
    """
    page.evaluate("() => { window.before = true }")
    page.keyboard.press(key)
    page.wait_for_function("() => !window.before && document.documentElement.dataset.ready")
    expect(page.locator(".flash.done")).to_be_visible()


@pytest.mark.timeout(240)
def test_the_rest_of_the_morning(browser: Browser, office: World, console: str) -> None:
    """By keyboard: a notice that failed is sent again, a registration approved, a payment that arrived confirmed."""
    services = office.services
    furnish(office)
    with services.store.begin() as uow:
        notice = uow.outbox.find(limit=1)[0]
        uow.outbox.mark(notice.id, OutboxState.FAILED, now=services.clock.now(), reply="550 no such user")
        claim = uow.ledger.claims(limit=1)[0]
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    sign_in(page, console)

    go(page, "o", "/outbox")
    tab_to(page, f'main a[href$="/outbox/{notice.id}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/outbox/{notice.id}")
    tab_to(page, f'form[action$="/outbox/{notice.id}/resend"] button')
    done(page, "Enter")

    go(page, "r", "/registrations")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrations/*")
    page.wait_for_selector("html[data-ready]")
    done(page, "a")

    go(page, "m", "/payments")
    tab_to(page, f'tbody.claim:has(input[name="claim"][value="{claim.key}"]) summary')
    page.keyboard.press("Enter")
    tab_to(page, f'form[action$="/payments/confirm"]:has(input[name="claim"][value="{claim.key}"]) button')
    done(page, "Enter")
    tab_to(page, 'form[action$="/payments/reconcile"] button')
    done(page, "Enter")

    with services.store.read() as uow:
        sent, registration = uow.outbox.get(notice.id), uow.registrations.find(limit=1)[0]
        left = [one.key for one in uow.ledger.claims()]
        assert uow.ledger.faults() == []
    assert sent is not None
    assert sent.state is OutboxState.WAITING
    assert registration.state is RegistrationState.APPROVED
    assert claim.key not in left
    context.close()


@pytest.mark.timeout(300)
def test_two_librarians_on_one_item(browser: Browser, office: World, console: str) -> None:
    """The second sees the first at once, and sees at once that it is handled; what was typed stays, nothing is sent."""
    Gate(office.services, cheap()).staff.add("wu", Role.LIBRARIAN, actor="test", display="吴", password=PASSWORD)
    with office.services.store.read() as uow:
        item = uow.reviews.find(limit=1)[0]
    first, second = (browser.new_context(locale="zh-CN") for _ in range(2))
    one, two = first.new_page(), second.new_page()
    sign_in(one, console)
    two.goto(f"{console}/queue")
    two.wait_for_selector("#name:focus")
    two.keyboard.type("wu")
    two.keyboard.press("Tab")
    two.keyboard.type(PASSWORD)
    two.keyboard.press("Enter")
    expect(two.locator(".user")).to_contain_text("吴")
    one.goto(f"{console}/queue/{item.id}")
    one.wait_for_selector("html[data-ready]")
    two.goto(f"{console}/queue/{item.id}")
    expect(two.locator("#others")).to_contain_text("chen", timeout=8000)
    two.locator("#assign [name=note]").fill("半句话")
    one.keyboard.press("d")
    one.keyboard.type("广告")
    one.keyboard.press("Enter")
    expect(two.locator("#others a")).to_be_visible(timeout=8000)
    expect(two.locator("#others")).to_contain_text("chen")
    assert two.locator("#assign [name=note]").input_value() == "半句话"
    assert two.locator("button[form=assign]").is_disabled()
    forced = two.evaluate(
        """async ([path, version]) => (await fetch(path, {method: 'POST', headers: {Accept: 'application/json',
        'X-CSRF-Token': document.querySelector('meta[name=csrf]').content}, body: new URLSearchParams({note: 'x',
        seen: version})})).status""",
        [f"/queue/{item.id}/dismiss", str(item.version)],
    )
    assert forced == 409
    with office.services.store.read() as uow:
        kept = uow.reviews.get(item.id)
    assert kept is not None
    assert (kept.handled_by, kept.note) == ("chen", "广告")
    first.close()
    second.close()
