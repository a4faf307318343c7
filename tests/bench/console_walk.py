"""Twenty items of a seeded queue settled in Chromium twice: by hand with the mouse, from the list and back to it, and by
keys alone.

    python -m tests.bench.console_walk [--items 20] [--json FILE] [--markdown FILE]

Each way begins with the same office, so the same items are settled in the same manner: a draft is sent, a candidate is
assigned, what has neither is dismissed with a word. What is told by cause: keys and
clicks, which are counted, and seconds, which are the program's and the browser's own, since nobody reads here; what hands
would need is reckoned from both by the operators of Card, Moran and Newell (1980). Exit 1 where an item was not settled.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.wording.words_queue import CAUSES
from tests.console.stand_in import StandIn
from tests.console.tour import furnish
from tests.console.world import NOW, World, fill, world
from tests.servers.chromium import launch
from tests.servers.clock import MovedClock

ITEMS, EACH = 20, 4  # items in all, and of one cause at most
KEY, POINT, CLICK, HAND = 0.28, 1.1, 0.2, 0.4  # seconds: a key, pointing, pressing, the hand to the mouse or back
REASON, FEE = "done", ("12.00", "4.00")
LEFT_OUT = {Cause.INVOICE}  # it needs the file of an invoice, which is another program's
OPENED = "() => Number(document.querySelector('.item-head')?.dataset.item || 0)"
READY = "() => document.documentElement.dataset.ready"


@dataclass(slots=True)
class Spent:
    """What one item took. seconds: from the list or the item in sight to the next; how: what was done."""

    item: int
    cause: str
    how: str = ""
    keys: int = 0
    clicks: int = 0
    turns: int = 0
    seconds: float = 0.0

    @property
    def hands(self) -> float:
        """Seconds that hands would need, reckoned."""
        return self.keys * KEY + self.clicks * (POINT + CLICK) + self.turns * HAND


class Hands:
    """Uses a page as a person would, and counts. mouse: buttons are clicked, and keys are for words alone."""

    def __init__(self, page: Page, *, mouse: bool) -> None:
        self.page, self.mouse = page, mouse
        self.spent = Spent(item=0, cause="")
        self._typing = False

    def press(self, *keys: str) -> None:
        """Keys, one after the other; a chord is as many as it has."""
        for key in keys:
            self.spent.keys += 1 + key.count("+")
            self.page.keyboard.press(key)

    def words(self, text: str) -> None:
        """Typed where the cursor is."""
        self._turn(typing=True)
        self.spent.keys += len(text)
        self.page.keyboard.type(text)

    def click(self, selector: str) -> None:
        """With the mouse."""
        self._turn(typing=False)
        self.spent.clicks += 1
        self.page.locator(selector).first.click()

    def _turn(self, *, typing: bool) -> None:
        if self.mouse and typing != self._typing:
            self.spent.turns += 1
        self._typing = typing

    def act(self, key: str, selector: str) -> None:
        """The key, or what it stands for."""
        if self.mouse:
            self.click(selector)
        else:
            self.press(key)

    def to(self, selector: str) -> None:
        """Put the cursor there."""
        if self.mouse:
            self.click(selector)
            return
        for _ in range(200):
            if self.page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            self.press("Tab")
        raise RuntimeError(f"{selector} cannot be reached by Tab")


def settle(hands: Hands) -> str:
    """Settle the item in sight; what was done."""
    page = hands.page
    if page.locator("form#fee").count():
        hands.act("r", "form#fee input")
        hands.words(FEE[0])
        fields = page.locator("form#fee input[inputmode]").count()
        if fields > 1:
            hands.to("form#fee input[inputmode] >> nth=-1") if hands.mouse else hands.press(
                "Tab", *["Tab"] * (fields - 2)
            )
            hands.words(FEE[1])
        hands.act("Control+Enter", ".bar [data-main]")
        return "fee"
    if page.locator("form#rows").count():
        rows = page.locator("form#rows input[type=checkbox]:enabled").count()
        for n in range(1, rows + 1):
            hands.act(str(n), f"form#rows input[type=checkbox]:enabled >> nth={n - 1}")
        hands.act("a", ".bar [data-main]")
        return "rows"
    if page.locator(".work-registration .bar [data-main]").count():
        hands.act("Control+Enter", ".bar [data-main]")
        return "approved"
    if page.locator(".work-answer #answer .tag.good").count():
        hands.act("Control+Enter", ".bar [data-main]")
        return "answered"
    if page.locator("button[data-key=a]").count() and page.locator("[data-pick]").count():
        if not page.locator("[data-pick]:checked").count():
            hands.act("1", "[data-pick='1']")
        hands.act("a", "button[data-key=a]")
        return "assigned"
    return dismiss(hands)


def dismiss(hands: Hands) -> str:
    """Put the item aside, with a reason."""
    hands.act("d", ".bar [data-dismiss]")
    hands.page.wait_for_selector("#dismiss[open]")
    hands.words(REASON)
    hands.act("Enter", "#dismiss button.main")
    return "dismissed"


def done(hands: Hands, item: int) -> None:
    """Wait until the item is gone; where the program asks, or refuses, do what a person does then."""
    answered = f"() => document.querySelector('#unsure[open], .flash.failed') || ({OPENED})() !== {item}"
    hands.page.wait_for_function(answered)
    if hands.page.evaluate(OPENED) == item and hands.page.locator("#unsure[open]").count():
        hands.spent.how += ", asked"
        if hands.mouse:
            hands.click("#unsure [data-sure]")
        else:
            hands.press("Shift+Tab", "Enter")
        hands.page.wait_for_selector("#unsure", state="hidden")
        hands.page.wait_for_function(answered)
    if hands.page.evaluate(OPENED) == item and hands.page.locator(".flash.failed").count():
        hands.spent.how += ", refused, " + dismiss(hands)
    hands.page.wait_for_function(f"() => document.documentElement.dataset.ready && ({OPENED})() !== {item}")


def walk(browser: Browser, office: World, chosen: Sequence[ReviewItem], *, mouse: bool) -> list[Spent]:
    """All of them, from the list on: with the mouse back to it each time, with keys from one to the next."""
    server = Server(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
    server.start()
    page = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768}).new_page()
    found = []
    try:
        page.goto(f"{server.url}/queue")
        page.wait_for_function(READY)
        for item in chosen:
            hands = Hands(page, mouse=mouse)
            hands.spent = Spent(item=item.id, cause=item.cause.value)
            began = time.perf_counter()
            if not page.evaluate(OPENED):
                hands.click(f"tr[data-item='{item.id}'] a.go") if mouse else hands.press("j", "Enter")
                page.wait_for_function(f"() => document.documentElement.dataset.ready && ({OPENED})() === {item.id}")
            try:
                hands.spent.how = settle(hands)
                done(hands, item.id)
            except PlaywrightTimeout as error:
                raise RuntimeError(
                    f"item {item.id} ({item.cause}) was not settled: {hands.spent.how or 'begun'}"
                ) from error
            if mouse:
                if page.evaluate(OPENED):
                    hands.click("[data-back]")
                page.wait_for_function(f"() => document.documentElement.dataset.ready && !({OPENED})()")
            hands.spent.seconds = time.perf_counter() - began
            found.append(hands.spent)
    finally:
        page.context.close()
        server.stop()
    return found


def choose(office: World, count: int) -> list[ReviewItem]:
    """Items of as many causes as there are, the oldest of each first; nothing else waits then."""
    heaps: dict[Cause, list[ReviewItem]] = defaultdict(list)
    with office.services.store.read() as uow:
        for item in uow.reviews.find(limit=500):
            heaps[item.cause].append(item)
    walked = [heap for cause, heap in heaps.items() if cause not in LEFT_OUT]
    turns = [heap[n] for n in range(EACH) for heap in walked if n < len(heap)]
    chosen = sorted(turns[:count], key=lambda item: item.id)
    acts, ours = office.services.acts, {item.id for item in chosen}
    for item in (item for heap in heaps.values() for item in heap if item.id not in ours):
        acts.dismiss(item.id, actor="li", note="not walked")
    return chosen


def seed(office: World) -> None:
    """What makes the queue of the tests as mixed as a morning's."""
    furnish(office)
    asked = "您好，请问我的文献什么时候能到？谢谢。"
    office.receive(*(
        office.mail(**{"from": f"Reader {n} <reader{n}@elsewhere.example>", "subject": f"请问进度 {n}", "text": asked,
                       "sign": False}) for n in range(3)
    ))  # fmt: skip


def told(by_mouse: Sequence[Spent], by_keys: Sequence[Spent]) -> list[str]:
    """A line a cause, as a table of Markdown; the last one is the whole."""
    lines = [
        "| cause | items | what was done | by mouse: keys + clicks | seconds | by keys: keys | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    causes = list(dict.fromkeys(one.cause for one in by_keys))
    for cause in [*causes, ""]:
        before, after = ([s for s in some if cause in ("", s.cause)] for some in (by_mouse, by_keys))
        how = ", ".join(dict.fromkeys(s.how for s in after)) if cause else ""
        mean = [f"{statistics.mean(s.hands + s.seconds for s in some):.1f}" for some in (before, after)]
        keys = [f"{sum(s.keys for s in some)} + {sum(s.clicks for s in some)}" for some in (before, after)]
        name = CAUSES[cause].en if cause else "all"
        lines.append(
            f"| {name} | {len(after)} | {how} | {keys[0]} | {mean[0]} | {sum(s.keys for s in after)} | {mean[1]} |"
        )
    return lines


def summed(some: Sequence[Spent]) -> Mapping[str, float]:
    """Totals of a way."""
    return {
        "items": len(some),
        "keys": sum(s.keys for s in some),
        "clicks": sum(s.clicks for s in some),
        "program_seconds": round(sum(s.seconds for s in some), 1),
        "hands_seconds": round(sum(s.hands for s in some), 1),
    }


def main() -> int:
    """Walk both ways, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--json", type=Path, help="where each item's figures go")
    parser.add_argument("--markdown", type=Path, help="where the table goes")
    said = parser.parse_args()
    ways: dict[str, list[Spent]] = {}
    left = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        filled = Path(folder) / "filled"
        filled.mkdir()
        post = fill(filled, MovedClock(NOW))
        with world(filled, Path(folder) / "seeded", post, MovedClock(NOW)) as office:
            seed(office)
        browser = launch(playwright)
        for way in ("mouse", "keys"):
            with world(Path(folder) / "seeded", Path(folder) / way, post, MovedClock(NOW)) as office:
                chosen = choose(office, said.items)
                ways[way] = walk(browser, office, chosen, mouse=way == "mouse")
                with office.services.store.read() as uow:
                    now = uow.reviews.get_many([item.id for item in chosen])
                left += sum(item.state is ReviewState.OPEN for item in now)
        browser.close()
    lines = told(ways["mouse"], ways["keys"])
    print("\n".join(lines))
    print(json.dumps({way: summed(some) for way, some in ways.items()} | {"load": os.getloadavg()[0], "left": left}))
    if said.json:
        said.json.write_text(
            json.dumps({way: [asdict(s) for s in some] for way, some in ways.items()}, indent=1), "utf-8"
        )
    if said.markdown:
        said.markdown.write_text("\n".join(lines) + "\n", "utf-8")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
