"""Every notice opened in a real browser: it fits a phone, it is legible in light and dark, it asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.rendering.render import Renderer, sample_parts
from tests.servers.chromium import launch
from tests.tools.preview_notices import shown_html

pytestmark = [pytest.mark.integration, pytest.mark.long]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DATE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# Notices that read differently for the office's own readers and others.
READERS = dict.fromkeys(
    (NoticeKind.FEE_NOTICE, NoticeKind.REGISTRATION_RECEIVED, NoticeKind.AMOUNT_DIFFERS, NoticeKind.DEPOSIT_LOW),
    tuple(PatronKind),
)
# The relative luminance contrast of every text with its background (WCAG 2.2, 1.4.3), the least of them, and
# whether anything sticks out of the window.
MEASURE = """() => {
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = node => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (a > 0.5) return [r, g, b];
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  };
  let least = 21, where = '';
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !node.getClientRects().length) continue;
    const [one, two] = [light(numbers(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (two + 0.05);
    if (contrast < least) { least = contrast; where = node.textContent.trim().slice(0, 60); }
  }
  const root = document.documentElement;
  const blank = [...document.images].filter(one => !(one.complete && one.naturalWidth && one.alt)).length;
  return {wide: root.scrollWidth - root.clientWidth, contrast: least, where, text: document.body.innerText.length,
          pictures: document.images.length, blank};
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer.load(Office(), Notices(), b"k" * 32)


def page_of(renderer: Renderer, kind: NoticeKind, locale: str, reader: PatronKind) -> str:
    message = renderer.render(sample_parts(kind, locale, reader), message_id=f"<{kind}@maild.example>", date=DATE)
    return shown_html(message.raw)


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_notice_fits_reads_and_asks_for_nothing(browser: Browser, renderer: Renderer, kind: NoticeKind) -> None:
    """Both languages and both together, phone and desktop, light and dark: no sideways scrolling, contrast of
    4.5 at least, pictures are there, no request to anywhere.
    """
    context = browser.new_context()
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for locale in ("zh-CN", "en", ""):
        for reader in READERS.get(kind, (PatronKind.INTERNAL,)):
            page.set_content(page_of(renderer, kind, locale, reader), wait_until="load")
            for scheme, width in product(SCHEMES, (360, 1000)):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                seen = page.evaluate(MEASURE)
                told = f"{kind} {locale or 'both'} {reader} {scheme} {width}: {seen}"
                assert seen["text"] > 100, told
                assert seen["wide"] <= 0, told
                assert seen["contrast"] >= 4.5, told
                assert seen["blank"] == 0, told
                assert bool(seen["pictures"]) == (kind is NoticeKind.PROOF_UNREADABLE), told
    assert [url for url in asked if not url.startswith(("about:", "data:"))] == []
    context.close()
