"""How every page looks and can be used: WCAG 2.2 AA by axe in both languages and themes, widths, nothing foreign."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.console.tour import paths
from tests.share import in_turn

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,
}
# The rules that measure colours: those are a theme's and no language's. The others say the same in each theme.
COLOURS = ("color-contrast", "link-in-text-block")
NO_COLOURS = {"rules": {name: {"enabled": False} for name in COLOURS}}
WIDTHS = (1366, 768, 360)
TABS = ".tabs a:not([aria-current])"  # to the tabs that are not the one that is shown
STICKING_OUT = """() => { const bar = document.querySelector(".match .bar")?.getBoundingClientRect();
  return !bar ? [] : [...document.querySelectorAll(".match .bar button")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.right > Math.min(bar.right, innerWidth) + 1 || box.left < bar.left - 1 || box.bottom > innerHeight + 1;
  }).map(one => one.innerText); }"""
# Pairs of label and value in columns without a gap: they run into each other.
TOUCHING = """() => [...document.querySelectorAll("dl.pairs")].filter(one => { const style = getComputedStyle(one);
  return style.gridTemplateColumns.split(" ").length > 1 && !(parseFloat(style.columnGap) >= 4); }).map(one => one.innerText)"""
TAGS_INSIDE = """() => [...document.querySelectorAll(".c-subject")].every(cell =>
  [...cell.querySelectorAll(".tag")].every(tag =>
    tag.getBoundingClientRect().right <= cell.getBoundingClientRect().right + 1))"""
# What sticks out of the window sideways, but for what scrolls in a box of its own.
WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


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


def violations(page: Page, *themes: Literal["light", "dark"], **more: object) -> list[tuple[str, ...]]:
    """What axe finds on the page as it stands: theme, rule, what it asks, where. After the first theme, of colours only.

    A colour is measured once nothing moves: what fades in has another contrast each time. Sizes are measured at the
    page's head: a button that is scrolled half beneath the bar counts as a small one.
    """
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    page.evaluate(AXE.read_text("utf-8"))
    found = []
    for place, theme in enumerate(themes):
        page.emulate_media(color_scheme=theme)
        rules = {"runOnly": COLOURS} if place else {}
        report = page.evaluate("rules => axe.run(document, rules)", {**RULES, **more, **rules})
        found += [(theme, v["id"], v["help"], v["nodes"][0]["html"][:160]) for v in report["violations"]]
    return found


@pytest.mark.long
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_axe_finds_nothing_on_any_page(browser: Browser, site: tuple[str, Mapping[str, str]], locale: str) -> None:
    """No violation of WCAG 2.2 AA, nor of axe's best practices; no script fault, no foreign request; in English nothing
    has to be scrolled sideways but tables in boxes of their own: desk, tablet, phone at the counter.

    Every page is looked at in Chinese, in light colours. In turn it is looked at in dark ones, too, or in English, where
    colours are not measured again: they are the themes' and no language's. With WHOLE=1 it is in both.
    """
    host, examples = site
    context = browser.new_context(locale=locale, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    said = listening(page, host)
    found: list[tuple[str, ...]] = []
    wide: dict[tuple[str, int], int] = {}
    for place, (name, path) in enumerate(paths(examples)):
        too = in_turn(("dark", "en"), place)
        visit(page, host + path, said)
        if locale == "zh-CN":
            found += [(name, *each) for each in violations(page, *(("light", "dark") if "dark" in too else ("light",)))]
        else:
            if "en" in too:
                found += [(name, *each) for each in violations(page, "light", **NO_COLOURS)]
            wide |= {(name, width): over for width, over in overs(page).items()}
    context.close()
    assert found == []
    assert wide == {}


def overs(page: Page) -> dict[int, int]:
    """width of the window → pixels by which the page is wider, where it is."""
    found: dict[int, int] = {}
    for width in (*WIDTHS[1:], WIDTHS[0]):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("innerWidth") == width
        if over := page.evaluate(WIDE):
            found[width] = over
    return found


@pytest.mark.long
def test_every_item_and_its_tabs(browser: Browser, site: tuple[str, Mapping[str, str]]) -> None:
    """Every open item, at three widths, in the language with the longer words: no button of its bar sticks out of it or of
    the window, no label runs into its value, and axe finds nothing on it as it comes or on one of its other tabs, each in
    turn; on all with WHOLE=1.
    """
    host, examples = site
    context = browser.new_context(locale="en", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    said, found, out = listening(page, host), [], []
    for place, path in enumerate(f"/queue/{item}" for item in examples["waiting"].split(",")):
        visit(page, host + path, said)
        for width in (*WIDTHS[1:], WIDTHS[0]):
            page.set_viewport_size({"width": width, "height": 768})
            out += [(path, width, words) for look in (STICKING_OUT, TOUCHING) for words in page.evaluate(look)]
        tabs = page.eval_on_selector_all(TABS, "links => links.map(link => link.href)")
        for tab in in_turn(["", *in_turn(tabs, place // 2)], place):  # the first is open already
            if tab:
                visit(page, tab, said)
            found += [(tab or path, *each) for each in violations(page, "light", iframes=False)]
    context.close()
    assert out == []
    assert found == []


def test_what_was_told_is_in_sight(browser: Browser, site: tuple[str, Mapping[str, str]]) -> None:
    """A row of the list shows that its mail was answered, at three widths."""
    host, _ = site
    context = browser.new_context(locale="en", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    visit(page, f"{host}/queue", listening(page, host))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        tags = page.eval_on_selector_all(".c-subject .tag", "all => all.map(one => one.getBoundingClientRect().width)")
        inside = page.evaluate(TAGS_INSIDE)
        assert len(tags) >= 2, width
        assert min(tags) > 40, width
        assert inside, width
    context.close()


def test_no_page_moves(browser: Browser) -> None:
    """What fades in for others stands still in these tests: contrast was once measured in the middle of it."""
    page = browser.new_page()
    page.set_content(
        "<style>@media (prefers-reduced-motion: no-preference) { p { transition: color 9s; } }</style><p>x"
    )
    page.evaluate("document.querySelector('p').style.color = 'red'")
    running = page.evaluate("[getComputedStyle(document.querySelector('p')).color, document.getAnimations().length]")
    page.close()
    assert running == ["rgb(255, 0, 0)", 0]
