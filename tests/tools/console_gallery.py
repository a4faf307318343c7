"""make gallery: a picture of every page of the console at three widths, light and dark, Chinese and English.

Writes docs/images/console and docs/console-gallery.md. The office is the tests' own: nobody in it is real.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from maild.console.serve import Server, make_desk
from maild.domain.access import Role
from tests.console.stand_in import StandIn
from tests.console.tour import furnish, paths
from tests.console.world import NOW, fill, world
from tests.servers.clock import MovedClock

ROOT = Path(__file__).parents[2]
OUT = ROOT / "docs" / "images" / "console"
PAGE = ROOT / "docs" / "console-gallery.md"
# (width, height, language, theme) of each picture of a page; the first is the one a librarian's desk shows.
SHOTS = ((1366, 768, "zh-CN", "light"), (768, 1024, "en", "dark"), (390, 844, "zh-CN", "light"))
QUALITY = 55
SETTLE_MS = 900  # for pictures that a worker makes


def take(browser: Browser, host: str, examples: Mapping[str, str]) -> list[str]:
    """Every page at every width; the names."""
    names = []
    for name, path in paths(examples):
        names.append(name)
        for width, height, locale, theme in SHOTS:
            context = browser.new_context(
                locale=locale, color_scheme=theme, viewport={"width": width, "height": height}
            )  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(host + path)
            page.wait_for_selector("html[data-ready]")
            page.wait_for_load_state("networkidle") if name not in LIVE else page.wait_for_timeout(SETTLE_MS)
            page.wait_for_timeout(SETTLE_MS // 3)
            save(page.screenshot(), OUT / f"{name}-{width}.webp")
            context.close()
        print(name, flush=True)
    return names


LIVE = frozenset({"queue.list", "queue.item"})  # their stream of events keeps the network busy


def save(png: bytes, path: Path) -> None:
    """As WebP: a tenth of the bytes."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)


def page_of(names: list[str]) -> str:
    """The page that shows them all."""
    lines = ["# How the console looks", "",
             "Every page as Chromium draws it: at a desk (1366 × 768, Chinese, light), on a tablet (768, English, dark), on a",
             "phone at the counter (390, Chinese). Made by `make gallery`; the people and mails are invented.", ""]  # fmt: skip
    for name in names:
        lines += [f"## {name}", "", f"![{name}, 1366](images/console/{name}-1366.webp)", "",
                  f"![{name}, 768](images/console/{name}-768.webp) ![{name}, 390](images/console/{name}-390.webp)", ""]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        template, clock = Path(folder) / "filled", MovedClock(NOW)
        template.mkdir()
        post = fill(template, clock)
        with world(template, Path(folder) / "office", post, clock) as office, sync_playwright() as playwright:
            examples = furnish(office)
            server = Server(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
            server.start()
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            names = take(browser, server.url, examples)
            browser.close()
            server.stop()
    PAGE.write_text(page_of(names), "utf-8")


if __name__ == "__main__":
    main()
