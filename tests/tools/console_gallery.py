"""make gallery: a picture of every page of the console at three widths, light and dark, Chinese and English.

    python -m tests.tools.console_gallery [NAME OF A VIEW ...]

Writes docs/images/console and docs/console-gallery.md. The office is the tests' own: nobody in it is real.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import httpx
from PIL import Image
from playwright.sync_api import Playwright, ViewportSize, sync_playwright

from maild.config import Rules
from maild.console.areas import VIEWS
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from tests.console.drafting import receive, tried, waiting, wish
from tests.console.stand_in import StandIn
from tests.console.tour import SETTLED, furnish, paths
from tests.console.world import NOW, World, fill, world
from tests.servers.chromium import launch
from tests.servers.clock import MovedClock

ROOT = Path(__file__).parents[2]
OUT = ROOT / "docs" / "images" / "console"
PAGE = ROOT / "docs" / "console-gallery.md"
# (width, height, language, theme) of each picture of a page; the first is the one a librarian's desk shows.
SHOTS: tuple[tuple[int, int, str, Literal["light", "dark"]], ...] = (
    (1366, 768, "zh-CN", "light"),
    (768, 1024, "en", "dark"),
    (390, 844, "zh-CN", "light"),
)
QUALITY = 55
SETTLE_MS = 400  # for counts that come by an event


def take(playwright: Playwright, host: str, examples: Mapping[str, str], only: Collection[str]) -> None:
    """Every page at every width, or only those."""
    browser = launch(playwright)
    for width, height, locale, theme in SHOTS:
        context = browser.new_context(
            locale=locale, color_scheme=theme, viewport=ViewportSize(width=width, height=height)
        )
        page = context.new_page()
        for name, path in [*paths(examples), *more(examples)]:
            if only and name not in only:
                continue
            page.goto(host + path)
            page.wait_for_function(SETTLED)
            page.wait_for_timeout(SETTLE_MS)
            save(page.screenshot(), OUT / f"{name}-{width}.webp")
            print(f"{name} {width}", flush=True)
        context.close()
    browser.close()


def more(examples: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pages that look another way with another thing on them: an item that is answered, a search that finds."""
    return [
        ("queue.item.answer", f"/queue/{examples['question']}"),
        ("queue.item.rows", f"/queue/{examples['batch']}"),
        ("search.found", f"/search?{urlencode({'text': '赵启明'})}"),
    ]


def draft(office: World, host: str) -> dict[str, str]:
    """A rule that was made from a mail, and its finished back-test: what stands for the parameters of their pages."""
    receive(office)
    mail = waiting(office)[0]
    with httpx.Client(base_url=host, headers={"x-csrf-token": StandIn.TOKEN}, timeout=120) as client:
        chosen = wish(client, mail)
        done = tried(client, mail, chosen)
    query = urlencode(chosen | {"draft": "true"}, doseq=True)
    return {
        "rules.make.mail_id": f"{mail}?{query}",
        "rules.backtested.mail_id": str(mail),
        "rules.backtested.try_id": str(done["id"]),
    }


def save(png: bytes, path: Path) -> None:
    """As WebP: a tenth of the bytes."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)


def page_of() -> str:
    """The page that shows them all."""
    lines = [
        "# How the console looks",
        "",
        "Every page as Chromium draws it: at a desk (1366 × 768, Chinese, light), on a tablet (768, English, dark), on a",
        "phone at the counter (390, Chinese). Made by `make gallery`; the people and mails are invented.",
        "Fields for dates and files are drawn by the browser, in its own language.",
        "",
    ]
    said = [(view.name, view.summary) for view in VIEWS]
    said += [(name, "") for name, _ in more({"question": "", "batch": ""})]
    for name, summary in said:
        lines += [f"## {name}", "", *([summary, ""] if summary else []),
                  f"![{name}, 1366](images/console/{name}-1366.webp)", "",
                  f"![{name}, 768](images/console/{name}-768.webp) ![{name}, 390](images/console/{name}-390.webp)", ""]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    only = sys.argv[1:]
    if not only:
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        template, clock = Path(folder) / "filled", MovedClock(NOW)
        template.mkdir()
        post = fill(template, clock)
        rules = Path(folder) / "rules"
        rules.mkdir()
        with (
            world(template, Path(folder) / "office", post, clock, rules=Rules(folder=str(rules))) as office,
            sync_playwright() as playwright,
        ):
            examples = dict(furnish(office))
            server = Server(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
            server.start()
            take(playwright, server.url, examples | draft(office, server.url), only)
            server.stop()
    PAGE.write_text(page_of(), "utf-8")


if __name__ == "__main__":
    main()
