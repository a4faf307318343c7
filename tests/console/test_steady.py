"""Nothing jumps: how much of each page moves by itself while it loads and while counts change (Layout Instability)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from tests.console.stand_in import StandIn
from tests.console.tour import SETTLED, paths
from tests.console.world import World
from tests.share import in_turn

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600), pytest.mark.long]
MOST = 0.02  # of the window, times how far it moved; 0.1 is what web.dev calls good
SIZES = {"desk": ViewportSize(width=1366, height=768), "phone": ViewportSize(width=390, height=844)}
# Adds up the shifts that nobody caused by a key or a click, from the page's first moment on.
WATCH = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const each of list.getEntries())
    if (!each.hadRecentInput)
      window.shifts.push([each.value, ...each.sources.map(s => s.node?.outerHTML?.slice(0, 90) || s.node?.nodeName)]);
}).observe({ type: "layout-shift", buffered: true });
"""


def watching(browser: Browser, size: str) -> Page:
    """A page that counts what moves."""
    page = browser.new_context(locale="zh-CN", viewport=SIZES[size]).new_page()
    page.add_init_script(WATCH)
    return page


def moved(page: Page) -> tuple[float, list[object]]:
    """How much has moved on the page so far, and what."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    shifts = page.evaluate("window.shifts")
    return sum(shift[0] for shift in shifts), shifts


@pytest.mark.parametrize("size", SIZES)
def test_no_page_moves_while_it_loads(browser: Browser, site: tuple[str, Mapping[str, str]], size: str) -> None:
    """Every page of the console, the tabs of an item with its pictures among them: each at one of the sizes in turn."""
    host, examples = site
    page, jumpy = watching(browser, size), {}
    item = f"/queue/{examples['item_id']}"
    tabs = [(f"queue.item {tab}", f"{item}?tab={tab}") for tab in ("text", "proof", "html", "files", "source")]
    for place, (name, path) in enumerate([*paths(examples), *tabs]):
        if size not in in_turn(list(SIZES), place):
            continue
        page.goto(host + path)
        page.wait_for_function(SETTLED)
        much, what = moved(page)
        if much > MOST:
            jumpy[name] = (round(much, 3), what)
    page.context.close()
    assert jumpy == {}


@pytest.mark.parametrize("size", SIZES)
def test_a_live_count_moves_nothing(browser: Browser, office: World, serve: Callable[..., str], size: str) -> None:
    """An item is settled elsewhere: the counts of the list change where they stand, and it is offered to reload."""
    page = watching(browser, size)
    page.goto(f"{serve()}/queue")
    page.wait_for_selector("html[data-ready]")
    total = page.locator("h1 [data-live=total]")
    with office.services.store.read() as uow:
        items = uow.reviews.find(limit=200)
    expect(page.locator(".places [data-live=total]").last).to_have_text(str(len(items)))
    office.services.acts.dismiss(items[0].id, actor="wu", note="elsewhere", seen=items[0].version)
    expect(total).to_have_text(str(len(items) - 1), timeout=8000)
    expect(page.locator("[data-fresh]")).to_be_visible()
    much, what = moved(page)
    page.context.close()
    assert much <= MOST, what


def test_a_lost_connection_is_told(browser: Browser, office: World) -> None:
    """The server is away: a quiet line says that counts stand still; it goes when the server is back."""
    page = watching(browser, "desk")
    server = Server(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
    server.start()
    page.goto(f"{server.url}/queue")
    expect(page.locator(".places [data-live=total]").last).not_to_be_empty()
    expect(page.locator("#lost")).to_be_hidden()
    address = server.url.removeprefix("http://")
    server.stop()
    expect(page.locator("#lost")).to_be_visible(timeout=15_000)
    again = Server(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR), address)
    again.start()
    expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
    again.stop()
    much, what = moved(page)
    page.context.close()
    assert much <= MOST, what
