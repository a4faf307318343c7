"""Pictures of every notice, to look at: python -m tests.tools.preview_notices [KIND…] (make previews).

Writes docs/images/notices/<kind>.webp, one sheet a kind, and docs/notice-gallery.md, which shows them all. A sheet has
a row a language: the plain text, the HTML at phone width (390 px) light and dark, and at desktop width. One browser
(Debian's package chromium) makes them all; what has not changed is written anew all the same.
"""

from __future__ import annotations

import base64
import email
import email.policy
import html
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.language.locales import LOCALES
from maild.notify.rendering.render import Renderer, sample_parts
from tests.servers.chromium import launch

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "images" / "notices"
GALLERY = ROOT / "docs" / "notice-gallery.md"
MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
READERS = dict(zip(LOCALES, (PatronKind.INTERNAL, PatronKind.EXTERNAL), strict=True))
PHONE, DESKTOP, TEXT = 390, 720, 600  # px
SCALE = 0.6  # of the sheet, against the width a screen shows
TALLEST = 2600  # px of a row; what is longer is cut
MOST_BYTES = 120_000
TRIES = ((1, 24), (1, 16), (1, 12), (0.92, 16), (0.92, 12), (0.85, 12), (0.75, 12), (0.6, 12))


def shown_html(raw: bytes) -> str:
    """The HTML part of a mail with its pictures in their places, as a mail program shows it."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("html",))
    assert body is not None
    text = str(body.get_content())
    for part in mail.walk():
        if identity := part["Content-ID"]:
            data = base64.b64encode(part.get_content()).decode()
            text = text.replace(f"cid:{identity[1:-1]}", f"data:{part.get_content_type()};base64,{data}")
    return text


def plain(raw: bytes) -> str:
    """Subject and plain text of a mail."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return f"Subject: {mail['Subject']}\n\n{body.get_content()}"


def sheet(renderer: Renderer, kind: NoticeKind) -> str:
    """A page that shows a notice in both languages."""
    rows = []
    for locale in LOCALES:
        message = renderer.render(
            sample_parts(kind, locale, READERS[locale]), message_id=f"<{kind}@maild.example>", date=MOMENT
        )
        source = html.escape(shown_html(message.raw), quote=True)
        wide = "light" if locale == LOCALES[0] else "dark"
        frames = "".join(
            f'<iframe width="{width}" class="{scheme}" srcdoc="{source}"></iframe>'
            for width, scheme in ((PHONE, "light"), (PHONE, "dark"), (DESKTOP, wide))
        )
        rows.append(f'<div class="row"><pre>{html.escape(plain(message.raw))}</pre>{frames}</div>')
    return (
        "<!DOCTYPE html><meta charset=utf-8><style>body{margin:0;padding:12px;background:#8d97a3;width:max-content}"
        ".row{display:flex;gap:12px;align-items:flex-start;margin-bottom:12px}iframe{border:0;display:block}"
        f"pre{{margin:0;width:{TEXT}px;box-sizing:border-box;padding:14px;background:#fff;font:13px/1.5 'Noto Sans Mono "
        "CJK SC',monospace;white-space:pre-wrap;overflow-wrap:anywhere}</style>" + "".join(rows)
    )


# Give each frame the height of its mail; answer where the dark ones stand.
FIT = """tallest => { for (const frame of document.querySelectorAll('iframe'))
    frame.style.height = Math.min(tallest, frame.contentDocument.documentElement.scrollHeight) + 'px';
  return [...document.querySelectorAll('iframe.dark')].map(frame => frame.getBoundingClientRect())
    .map(box => [box.left, box.top, box.right, box.bottom]); }"""


def photograph(page: Page, source: str) -> bytes:
    """The sheet as a WebP of at most MOST_BYTES, as good as that allows."""
    page.set_content(source, wait_until="load")
    dark = page.evaluate(FIT, TALLEST)
    picture, night = (_shot(page, scheme) for scheme in ("light", "dark"))
    for box in dark:
        place = tuple(round(side * SCALE) for side in box)
        picture.paste(night.crop(place), place[:2])
    for shrink, colours in TRIES:  # flat areas and text: a short palette without loss beats a lossy picture by far
        out = io.BytesIO()
        size = (round(picture.width * shrink), round(picture.height * shrink))
        smaller = picture if shrink == 1 else picture.resize(size, Image.Resampling.LANCZOS)
        flat = smaller.quantize(colours, dither=Image.Dither.NONE).convert("RGB")
        flat.save(out, "WEBP", lossless=True, quality=80, method=4)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def _shot(page: Page, scheme: Literal["light", "dark"]) -> Image.Image:
    page.emulate_media(color_scheme=scheme)
    return Image.open(io.BytesIO(page.locator("body").screenshot())).convert("RGB")


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of Debian's Chromium, in the scale of the sheets."""
    with sync_playwright() as playwright:
        opened = launch(playwright, "--hide-scrollbars")
        width = TEXT + 2 * PHONE + DESKTOP + 5 * 12
        yield opened.new_page(viewport={"width": width, "height": 900}, device_scale_factor=SCALE)
        opened.close()


def gallery(kinds: list[NoticeKind]) -> str:
    """The page that shows the sheets."""
    head = (
        "# Every notice, as it looks\n\n"
        "Made by `make previews` with invented data; no real person is meant. Each sheet shows a notice in Chinese and\n"
        "in English: plain text, then HTML on a phone (390 px) in light and dark, then on a desktop (Chinese light,\n"
        "English dark). How to change the words: [notices.md](notices.md).\n"
    )
    index = "".join(f"- [{kind}](#{kind})\n" for kind in kinds)
    shown = "".join(f"\n## {kind}\n\n![The notice {kind}](images/notices/{kind}.webp)\n" for kind in kinds)
    return f"{head}\n{index}{shown}"


def main(names: list[str]) -> None:
    """Write the sheets and the page; sheets of kinds that are no more are removed."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    renderer = Renderer.load(Office(), Notices(), b"k" * 32)
    kinds = [NoticeKind(name) for name in names] or list(NoticeKind)
    with browser_page() as page:
        for kind in kinds:
            data = photograph(page, sheet(renderer, kind))
            (PICTURES / f"{kind}.webp").write_bytes(data)
            print(f"{kind}.webp  {len(data) / 1000:.0f} kB")
    if not names:
        for stale in PICTURES.glob("*.webp"):
            if stale.stem not in set(NoticeKind):
                stale.unlink()
        GALLERY.write_text(gallery(kinds), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
