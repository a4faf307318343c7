"""In a real browser: an answer is sent by one chord and taken back while it counts; what is a stranger's is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewState
from tests.console.test_desk_pages import by_subject
from tests.console.test_queue_pages import item, items
from tests.console.world import World

pytestmark = pytest.mark.integration
WIDTHS = ((1366, 768), (768, 1024), (390, 844))
APART = """() => {
  const box = (of) => document.querySelector(of).getBoundingClientRect();
  const [said, bar] = [box("#flash .flash"), box(".match .bar")];
  return said.height > 0 && bar.bottom <= innerHeight + 1 && (said.bottom <= bar.top || said.right <= bar.left);
}"""


def test_an_answer_is_sent_and_taken_back(browser: Browser, office: World, serve: Callable[..., str]) -> None:
    """Ctrl+Enter sends; the word stands apart from the bar at three widths and counts; u takes it back, and it is open."""
    url, one = serve(), by_subject(office, "没收到文献")
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{url}/queue/{one.id}")
        page.wait_for_selector("html[data-ready]")
        page.keyboard.press("Control+Enter")
        left = page.locator("#flash [data-left]")
        expect(left).to_contain_text("秒")
        expect(page.locator("#flash .flash span").first).to_contain_text("已答复")
        assert page.evaluate(APART), width
        first = left.inner_text()
        expect(left).not_to_have_text(first)
        page.keyboard.press("u")
        page.wait_for_url(f"**/queue/{one.id}")
        expect(page.locator("#answer")).to_be_visible()
        assert item(office, one.id).state is ReviewState.OPEN
    context.close()


def test_a_strangers_mail_is_asked_about(browser: Browser, office: World, serve: Callable[..., str]) -> None:
    """Nothing is picked; picked and assigned it says why, in the reader's language; Enter there does nothing of it."""
    url, one = serve(), items(office, Cause.UNKNOWN_SENDER)[0]
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{url}/queue/{one.id}")
    page.wait_for_selector("html[data-ready]")
    assert page.locator("[name=numbers]:checked").count() == 0
    page.keyboard.press("1")
    page.keyboard.press("a")
    asked = page.locator("#unsure")
    expect(asked).to_contain_text("不是其登记的邮箱")
    page.keyboard.press("Enter")
    expect(asked).to_be_hidden()
    assert item(office, one.id).state is ReviewState.OPEN
    page.keyboard.press("a")
    asked.locator("[data-sure]").click()
    page.wait_for_function("id => Number(document.querySelector('.item-head')?.dataset.item) !== id", arg=one.id)
    assert item(office, one.id).state is ReviewState.ASSIGNED
    page.context.close()


def test_a_ready_text_comes_into_the_answer(browser: Browser, office: World, serve: Callable[..., str]) -> None:
    """The topic's text stands in the field with what was there; the page breaks no rule of axe; earlier mails open."""
    url, one = serve(), by_subject(office, "没收到文献")
    page = browser.new_context(locale="en", viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{url}/queue/{one.id}")
    page.wait_for_selector("html[data-ready]")
    drafted = page.locator("#text").input_value()
    page.locator("#topic").select_option("fees")
    page.wait_for_function("before => document.querySelector('#text').value.length > before + 10", arg=len(drafted))
    assert drafted.strip() in page.locator("#text").input_value()
    page.locator(".said summary").first.click()
    expect(page.locator(".words pre").first).to_contain_text("2026112000101")
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    page.context.close()


def test_one_box_by_keyboard(browser: Browser, serve: Callable[..., str]) -> None:
    """/ and words lead to what fits, and are offered again; a number leads to its page."""
    url = serve()
    page = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{url}/queue")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("/")
    page.keyboard.type("发票")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?text=*")
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".results section").first).to_be_visible()
    assert page.locator("#recent option").evaluate_all("all => all.map(one => one.value)") == ["发票"]
    page.keyboard.press("/")
    page.keyboard.type("2026112000101")
    page.keyboard.press("Enter")
    page.wait_for_url("**/transactions/2026112000101")
    page.context.close()
