"""A rule from a mail in a real browser: with the mouse from the queue to the saved rule, and with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from maild.config import Rules
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from tests.console.drafting import NUMBERS, SUBJECT, TEXT, waiting
from tests.console.stand_in import StandIn
from tests.console.test_looks import WIDE, listening, violations
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
PATIENCE = 240_000  # ms for a back-test where others work beside it
READY = "html[data-ready]"
# Where some words of the mail stand on the screen: from their first to behind their last letter.
AT = """words => {
  const walk = document.createTreeWalker(document.querySelector(".body.pick"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    const box = range.getBoundingClientRect();
    return [box.left, box.right, box.top + box.height / 2];
  }
}"""


@pytest.fixture
def house(filled: tuple[Path, Any], tmp_path: Path) -> Iterator[tuple[World, str]]:
    """The office with a rules folder and three mails that no rule knows, and its console's address."""
    rules = tmp_path / "rules"
    rules.mkdir()
    with world(filled[0], tmp_path / "office", filled[1], MovedClock(NOW), rules=Rules(folder=str(rules))) as made:
        made.receive(
            *[made.mail(subject=SUBJECT, text=TEXT.format(number=n), attach=[f"pdf:{n}.pdf"]) for n in NUMBERS]
        )
        server = Server(make_desk(made.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
        server.start()
        yield made, server.url
        server.stop()


def judge(page: Page) -> None:
    """axe in both themes, and no scrolling sideways on a phone."""
    page.wait_for_selector(READY)
    assert violations(page, "dark", "light") == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate(WIDE) == 0
    page.set_viewport_size({"width": 1366, "height": 768})


def item_of(office: World) -> str:
    with office.services.store.read() as uow:
        return f"/queue/{uow.reviews.open_of([waiting(office)[0]])[0].id}"


def test_from_the_queue_to_the_rule_with_the_mouse(browser: Browser, house: tuple[World, str]) -> None:
    """Values clicked and marked, drafted, tried, saved; the rule is in the folder and takes the next mail of its kind."""
    office, url = house
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    said = listening(page, url)
    page.goto(url + item_of(office))
    page.click("a:has-text('用这封信制作规则')")
    page.wait_for_selector(READY)
    page.select_option("#kind", "shipped")
    page.click("button:has-text('选定')")
    page.wait_for_url("**kind=shipped**")
    page.wait_for_selector(READY)
    page.click(f".body .token:has-text('{NUMBERS[0]}')")
    judge(page)
    page.click("[data-choose=transaction]")
    page.click(".body .token:has-text('2026年12月24日')")
    page.click("[data-choose=expires]")
    left, right, middle = page.evaluate(AT, "李珺")
    page.mouse.move(left + 1, middle)
    page.mouse.down()
    page.mouse.move(right - 1, middle, steps=6)
    page.mouse.up()
    expect(page.locator("#pick-words")).to_have_text("李珺")
    page.click("[data-choose=patron_name]")
    expect(page.locator("#chips li")).to_have_count(3)
    page.click("#maker button.main")
    page.wait_for_selector("#try")
    judge(page)
    expect(page.locator("#chips li")).to_have_count(3)
    assert NUMBERS[0] not in page.input_value("#rule-text")
    page.click("#chips li:nth-child(2) button")  # what is changed now is not in the draft
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#try button.main")).to_be_disabled()
    page.click("#maker button.main")
    page.wait_for_url(lambda there: "expires" not in there)
    page.wait_for_selector(READY)
    page.click("#try button.main")
    page.wait_for_url("**/tries/**")  # while the trial runs the page loads itself anew: judged once it has ended
    page.wait_for_selector("#save", timeout=PATIENCE)
    judge(page)
    expect(page.locator("#of-new")).to_contain_text("3")
    page.click("#save button.main")
    expect(page.locator("#saved-title")).to_contain_text("li", timeout=PATIENCE)
    judge(page)
    expect(page.locator("button:has-text('重读')")).to_have_count(3)
    (rule,) = Path(office.services.settings.rules.folder).glob("*.toml")
    office.services.reload()
    page.click("button:has-text('重读') >> nth=0")
    expect(page.locator("#flash .done")).to_be_visible(timeout=PATIENCE)
    office.receive(office.mail(subject=SUBJECT, text=TEXT.format(number="2026112000104")))
    with office.services.store.read() as uow:
        latest = uow.mails.find(limit=1)[0]
        again = [m for m in uow.mails.find(limit=4) if m.rule == rule.stem]
    assert (latest.kind, latest.rule) == ("shipped", rule.stem)
    assert len(again) == 2  # the next one, and the one that was read again
    assert said == []
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that has the focus; whatever cannot be reached so fails the test."""
    for _ in range(120):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {selector}")


def test_with_the_keyboard_alone(browser: Browser, house: tuple[World, str]) -> None:
    """m on the item; the kind by its letters; values by Enter; a value that is no token is typed; Esc closes."""
    office, url = house
    context = browser.new_context(locale="en", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(url + item_of(office))
    page.wait_for_selector(READY)
    page.keyboard.press("m")
    page.wait_for_url("**/rules/from-mail/**")
    page.wait_for_selector(READY)
    tab_to(page, ".body .token")
    page.keyboard.press("Enter")
    expect(page.locator("#pick")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pick")).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "token"
    tab_to(page, "#kind")
    page.keyboard.type("shipped")
    assert page.input_value("#kind") == "shipped"
    tab_to(page, "#kind + button")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=shipped**", timeout=PATIENCE)
    page.wait_for_selector(READY)
    tab_to(page, ".body .token[data-value='1']")
    assert page.evaluate("document.activeElement.textContent") == NUMBERS[0]
    page.keyboard.press("Space")
    tab_to(page, "[data-choose=transaction]")
    page.keyboard.press("Enter")
    expect(page.locator("#chips li")).to_have_text(["request number2026112000101×"])
    tab_to(page, "[name=said]")
    page.keyboard.insert_text("李珺")
    page.keyboard.press("Tab")
    page.keyboard.type("patron's name")
    tab_to(page, "#maker button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector("#try")
    page.wait_for_selector(READY)
    expect(page.locator("#chips li")).to_have_count(2)
    assert page.evaluate("document.activeElement.id") == "draft"
    tab_to(page, "#try button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tries/**")
    page.wait_for_selector("#save", timeout=PATIENCE)
    page.wait_for_selector(READY)
    tab_to(page, "#save [name=note]")
    page.keyboard.type("they write otherwise now")
    page.keyboard.press("Enter")
    expect(page.locator("#saved-title")).to_contain_text("li saved this rule", timeout=PATIENCE)
    assert list(Path(office.services.settings.rules.folder).glob("*.toml"))
    context.close()
