"""What is worked with is at hand: the proof beside the candidates, the acts in sight, big enough for a finger."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.console.test_looks import violations
from tests.console.world import World

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
# The smallest side of what can be pressed, but for links within a text (WCAG 2.5.8), in pixels; what is hidden is not.
SMALL = """least => [...document.querySelectorAll("button, summary, select, input:not([type=hidden]), a.button, nav a")]
  .filter(node => node.checkVisibility() && !node.matches("[type=checkbox], [type=radio]"))
  .filter(node => Math.min(node.getBoundingClientRect().height, node.getBoundingClientRect().width) < least)
  .map(node => node.outerHTML.slice(0, 120))"""
# What has the keyboard's focus and shows it neither by an outline nor by a shadow.
UNSEEN = """() => { const seen = getComputedStyle(document.activeElement);
  return seen.outlineStyle === "none" && seen.boxShadow === "none" ? document.activeElement.outerHTML.slice(0, 120) : "" }"""


@pytest.fixture
def office(furnished_office: World) -> World:
    """With something on every page."""
    return furnished_office


def opened(browser: Browser, address: str, size: ViewportSize, **more: str) -> Page:
    """A page, ready."""
    page = browser.new_context(locale="zh-CN", viewport=size, **more).new_page()  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


def in_sight(page: Page, *parts: Locator) -> None:
    """Each of them is wholly within the window, and nothing has been scrolled."""
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("scrollY") == 0
    for part in parts:
        box = part.bounding_box()
        assert box, part
        assert box["y"] >= 0, (part, box)
        assert box["y"] + box["height"] <= size["height"], (part, box)
        assert box["x"] + box["width"] <= size["width"], (part, box)


def test_the_proof_lies_beside_the_candidates(
    browser: Browser, office: World, examples: Mapping[str, str], serve: Callable[..., str]
) -> None:
    """At 1366 × 768, without scrolling: the whole picture with its boxes, the best candidate, Assign and Dismiss."""
    item = examples["item_id"]
    page = opened(browser, f"{serve()}/queue/{item}", DESK)
    expect(page.locator("figure.page.there")).to_be_visible()
    in_sight(page, page.locator("figure.page"), page.locator(".candidate").first, page.locator("[data-key=a]"),
             page.locator("[data-dismiss]"))  # fmt: skip
    picture, candidate = page.locator("figure.page").bounding_box(), page.locator(".candidate").first.bounding_box()
    assert picture
    assert candidate
    assert picture["x"] + picture["width"] <= candidate["x"]
    assert picture["width"] * picture["height"] > 1366 * 768 / 4, "the picture is large"
    marks = page.locator("figure.page rect").all()
    assert marks
    for mark in marks:
        box = mark.bounding_box()
        assert box
        assert box["x"] >= picture["x"] - 1
        assert box["x"] + box["width"] <= picture["x"] + picture["width"] + 1
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("[data-key=a]")).to_be_in_viewport(ratio=1)
    page.context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_claim_beside_its_proof(browser: Browser, serve: Callable[..., str], size: ViewportSize) -> None:
    """Opened on the page of payments: the picture with its boxes in a box that has its size from the first moment; a
    value that is pointed at lights up in the picture; the buttons stay where they are.
    """
    page = opened(browser, f"{serve()}/payments", size)
    claim = page.locator(".claim").first
    claim.locator("summary").click()
    form = claim.locator("form").first
    before = form.bounding_box()
    expect(claim.locator("figure.page.there")).to_be_visible(timeout=15_000)
    assert form.bounding_box() == before
    assert claim.locator("figure.page rect").count() > 0
    amount = claim.locator("[data-field=amount].placed")
    amount.scroll_into_view_if_needed()
    amount.hover()
    expect(claim.locator("[data-mark=amount].lit")).to_have_count(1)
    assert violations(page, "light", "dark") == []
    page.context.close()


def test_on_the_phone_the_acts_stay_in_sight(
    browser: Browser, office: World, examples: Mapping[str, str], serve: Callable[..., str]
) -> None:
    """At its head and scrolled to its end; 44 pixels high, as is the button of the menu."""
    item = examples["item_id"]
    page = opened(browser, f"{serve()}/queue/{item}", PHONE)
    acts = [page.locator("[data-key=a]"), page.locator("[data-dismiss]")]
    in_sight(page, *acts)
    for act in (*acts, page.locator(".menu summary")):
        box = act.bounding_box()
        assert box
        assert box["height"] >= 44, act
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    for act in acts:
        expect(act).to_be_in_viewport(ratio=1)
    page.locator(".menu summary").click()
    expect(page.locator(".menu .places")).to_be_visible()
    assert page.evaluate(SMALL, 24) == []
    page.keyboard.press("Escape")
    expect(page.locator(".menu .places")).to_be_hidden()
    page.context.close()


def test_without_a_picture_it_is_said(
    browser: Browser, office: World, examples: Mapping[str, str], serve: Callable[..., str]
) -> None:
    """While the worker makes it, and where it cannot: words stand in its place."""
    item = examples["item_id"]
    page = browser.new_context(locale="en", viewport=DESK).new_page()
    page.route("**/proofs/*", lambda route: route.abort())
    page.goto(f"{serve()}/queue/{item}")
    expect(page.locator("figure.page.broken .making")).to_contain_text("cannot be shown")
    page.context.close()


@pytest.mark.parametrize("look", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_looks_that_people_ask_for(browser: Browser, serve: Callable[..., str], look: dict[str, str]) -> None:
    """High contrast: where one is stays marked; less motion: nothing moves."""
    page = opened(browser, f"{serve()}/queue", DESK, **look)
    if "forced_colors" in look:
        style = page.locator(".side [aria-current]").evaluate("node => getComputedStyle(node).outlineStyle")
        assert style == "solid"
    assert page.evaluate("document.getAnimations().length") == 0
    page.context.close()


def test_the_focus_is_always_seen(
    browser: Browser, office: World, examples: Mapping[str, str], serve: Callable[..., str]
) -> None:
    """Tab goes through an item: what has the focus shows it, and no bar lies over it."""
    item = examples["item_id"]
    page = opened(browser, f"{serve()}/queue/{item}", DESK)
    for _ in range(45):
        page.keyboard.press("Tab")
        assert page.evaluate(UNSEEN) == ""
        expect(page.locator(":focus")).to_be_in_viewport()
    page.context.close()


def test_assigning_nothing_leads_to_the_search(browser: Browser, office: World, serve: Callable[..., str]) -> None:
    """`a` on an item without a candidate sends nothing: it leads to the field that requests are searched with."""
    with office.services.store.read() as uow:
        item = next(one for one in uow.reviews.find(limit=200) if one.mail_id and not one.candidates)
    page = opened(browser, f"{serve()}/queue/{item.id}", DESK)
    page.keyboard.press("a")
    expect(page.locator("#more")).to_be_focused()
    expect(page.locator(".flash")).to_have_count(0)
    assert page.url.endswith(f"/queue/{item.id}")
