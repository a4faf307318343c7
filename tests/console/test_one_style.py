"""Dates and amounts have one look on all pages and in both languages: 2026-11-25 and ¥12.50. Letters have their own
(tests/unit/notify/test_one_look.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from tests.console.test_chinese_pages import VOID, beat
from tests.console.tour import furnish, paths
from tests.console.world import World

MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
LETTER = {"zh-CN": r"\d{4}年\d{1,2}月\d{1,2}日", "en": rf"\d{{1,2}} {MONTHS} \d{{4}}"}
# Looks that no page and no notice has.
NOWHERE = rf"\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}}|\d{{1,2}}/\d{{1,2}}/\d{{4}}|{MONTHS} \d{{1,2}},? \d{{4}}|\d{{4}}-\d\d-\d\dT\d\d"
ON_PAGES = re.compile("|".join([NOWHERE, *LETTER.values()]))
AMOUNT = re.compile(r"(?<![\d.])\d[\d,]*\.\d\d ?(?:元|CNY|RMB|yuan)|(?:CNY|RMB|￥) ?\d")
ONLY_AMOUNT = re.compile(r"−?¥[\d,]+\.\d\d")
# What others wrote or what is written to them, code, and fields: a draft has the look of a letter.
QUOTED = ("pre", "code", "kbd", "q", "textarea", "script", "style", "time", "option")
LETTERS = ("/notices/", "/rules/from-mail/", "/queue/drafts")  # pages that show letters and mails


class Shown(HTMLParser):
    """Texts of a page, but for quotations, and cells of tables with an amount alone: (text, classes of the cell)."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self._open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            said = dict(attrs)
            quoted = (
                "quoted"
                if {"mail-cell", "verbatim"} & {*(said.get("class") or "").split()} or said.get("lang") == "en"
                else ""
            )
            self._open.append((tag, f"{said.get('class') or ''} {quoted}", []))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, classes, texts = self._open.pop()
            if name == "td" and ONLY_AMOUNT.fullmatch(said := " ".join(" ".join(texts).split())):
                self.cells.append((said, classes))
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        for *_, texts in self._open:
            texts.append(data)
        if not any(tag in QUOTED or "quoted" in classes for tag, classes, _ in self._open):
            self.texts.append(" ".join(data.split()))


def shown(page: str) -> Shown:
    """What a page shows."""
    read = Shown()
    read.feed(page)
    return read


def pages(client: TestClient, office: World, locale: str) -> Iterator[tuple[str, Shown]]:
    """Every page but those of letters, and every item that waits."""
    examples = furnish(office)
    beat(office)
    items = [f"/queue/{item}" for item in examples["waiting"].split(",")]
    for path in [*(path for _, path in paths(examples)), *items, "/queue?shown=any", "/payments?all=true"]:
        if not path.startswith(LETTERS):
            answer = client.get(path, headers={"accept-language": locale})
            assert answer.status_code == 200, path
            yield path, shown(answer.text)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_pages_have_one_look_of_dates_and_amounts(client: TestClient, office: World, locale: str) -> None:
    """No date in another look, no amount without its sign, and in tables every amount stands to the right."""
    with office.services.store.read() as uow:
        theirs = [
            text
            for item in uow.reviews.find(state=None, limit=500)
            for text in (item.subject, item.snippet, *item.reasons)
            if text
        ]
    dates, amounts, loose = {}, {}, {}
    for path, page in pages(client, office, locale):
        for text in page.texts:
            own = text
            for each in theirs:
                own = own.replace(" ".join(each.split()), " ")
            if ON_PAGES.search(re.sub(r"[“\"'][^”\"']*[”\"']", " ", own)):
                dates[text] = path
            if AMOUNT.search(re.sub(r"[“\"'][^”\"']*[”\"']", " ", own)):
                amounts[text] = path
        loose.update({cell: path for cell, classes in page.cells
                      if not {"num", "right"} <= set(classes.split()) for path in (path,)})  # fmt: skip
    assert (dates, amounts, loose) == ({}, {}, {})


@pytest.mark.parametrize(
    "text", ["2026/11/25", "25.11.2026 2026.11.25", "Nov 25, 2026", "2026-11-25T09:00", "11/25/2026"]
)
def test_the_judge_sees_other_looks(text: str) -> None:
    """The test above can fail."""
    assert ON_PAGES.search(shown(f"<p>{text}</p>").texts[0])
    assert not ON_PAGES.search(shown("<p>2026-11-25 09:12, 2026-11</p>").texts[0])
    assert shown('<table><tr><td class="num">¥12.50</td></tr></table>').cells == [("¥12.50", "num ")]
