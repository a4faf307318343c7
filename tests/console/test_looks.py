"""How every page looks and can be used: WCAG 2.2 AA by axe in both languages and themes, widths, nothing foreign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from maild.console.serve import Server, make_desk
from maild.domain.access import Role
from tests.console.stand_in import StandIn
from tests.console.tour import furnish, paths
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
         "resultTypes": ["violations"]}  # fmt: skip
WIDTHS = (1366, 768, 360)
# What sticks out of the window sideways, but for what scrolls in a box of its own.
WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@pytest.fixture(scope="module")
def site(filled: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The console over a furnished office: its address, and what stands for the parameters of paths."""
    folder = tmp_path_factory.mktemp("looks")
    with world(filled[0], folder / "office", filled[1], MovedClock(NOW)) as office:
        examples = furnish(office)
        server = Server(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
        server.start()
        yield server.url, {**examples, "tabs": ",".join(_items(office))}
        server.stop()


def _items(office: World) -> list[str]:
    with office.services.store.read() as uow:
        return [f"/queue/{item.id}" for item in uow.reviews.find(limit=100)]


def visit(page: Page, address: str, said: list[str]) -> None:
    """Open a page; faults of scripts, refused loads and requests to elsewhere are told in `said`."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, (address, answer.status)
    page.wait_for_selector("html[data-ready]")
    assert page.locator("h1").count() >= 1, address
    assert said == [], (address, said)


def listening(page: Page, host: str) -> list[str]:
    """What goes wrong on the page, as it happens."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("request", lambda r: said.append(r.url) if not r.url.startswith((host, "data:", "blob:")) else None)
    return said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, site: tuple[str, Mapping[str, str]], locale: str, theme: str
) -> None:
    """No violation of WCAG 2.2 AA, nor of axe's best practices; no script fault, no foreign request."""
    host, examples = site
    context = browser.new_context(locale=locale, color_scheme=theme, viewport={"width": 1366, "height": 768})  # type: ignore[arg-type]
    page = context.new_page()
    said, found = listening(page, host), []
    for name, path in paths(examples):
        visit(page, host + path, said)
        page.evaluate(AXE.read_text("utf-8"))
        report = page.evaluate("rules => axe.run(document, rules)", RULES)
        found += [(name, v["id"], v["help"], v["nodes"][0]["html"][:160]) for v in report["violations"]]
    context.close()
    assert found == []


def test_axe_finds_nothing_on_any_tab_of_any_item(browser: Browser, site: tuple[str, Mapping[str, str]]) -> None:
    """Every open item, as it comes."""
    host, examples = site
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    said, found = listening(page, host), []
    for path in examples["tabs"].split(","):
        visit(page, host + path, said)
        tabs = page.eval_on_selector_all(".tabs a", "links => links.map(link => link.href)")
        for tab in tabs or [host + path]:
            visit(page, tab, said)
            page.evaluate(AXE.read_text("utf-8"))
            report = page.evaluate("rules => axe.run(document, rules)", {**RULES, "iframes": False})
            found += [(tab, v["id"], v["help"], v["nodes"][0]["html"][:160]) for v in report["violations"]]
    context.close()
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(browser: Browser, site: tuple[str, Mapping[str, str]], width: int) -> None:
    """Nothing has to be scrolled sideways but tables in boxes of their own: desk, tablet, phone at the counter."""
    host, examples = site
    context = browser.new_context(locale="en", viewport={"width": width, "height": 800})
    page = context.new_page()
    said = listening(page, host)
    wide = {}
    for name, path in paths(examples):
        visit(page, host + path, said)
        if over := page.evaluate(WIDE):
            wide[name] = over
    context.close()
    assert wide == {}
