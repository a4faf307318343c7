"""Hostile words in every place of a mail, newer tricks of HTML, and what deceives, in a browser with scripts on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import Browser, Page, Route
from starlette.testclient import TestClient

from maild.confine.cleaning.sanitise import FRAME_SANDBOX, sanitise
from tests.console.test_hostile_html import AT_ONCE, FRAMES, Watch, letter
from tests.console.world import World, take
from tests.corpus import hostile_fields, hostile_html, hostile_tricks

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300), pytest.mark.long]
# Words that spoil a layout rather than run.
SPOILING = (
    "turned-round",
    "isolates-ended",
    "stacked-marks",
    "long-word",
    "wide",
    "jamo",
    "conjuncts",
    "family",
    "prepended",
)
# What of a page is broader than the window, and which of our controls lie below something else.
SPOILT = """() => {
  const found = document.documentElement.scrollWidth > innerWidth + 1 ? [`wide: ${document.documentElement.scrollWidth}`] : [];
  for (const control of document.querySelectorAll(".bar button, .side a, .brand, .tabs a, .tag")) {
    const box = control.getBoundingClientRect();
    if (!control.checkVisibility() || control.closest("details:not([open])")) continue;
    if (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth) continue;
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (at?.closest(".bar, .top")) continue; // ours, which stand while the page moves below them
    if (at && !control.contains(at) && !at.contains(control)) found.push(`covered: ${control.outerHTML.slice(0, 99)}`);
  }
  return found;
}"""
# What a browser makes of cleaned documents: every element, attribute and namespace that is not on the list.
STRANGE = """([documents, elements, attributes]) => documents.flatMap((html, n) => {
  const tree = new DOMParser().parseFromString(html, "text/html");
  return [...tree.body.querySelectorAll("*")].flatMap(node => [
    ...(elements.includes(node.localName) && node.namespaceURI === "http://www.w3.org/1999/xhtml" ? [] : [[n, node.localName]]),
    ...[...node.attributes].filter(each => !attributes.includes(each.name)).map(each => [n, each.name]),
  ]).concat(tree.head.children.length === 6 ? [] : [[n, "head"]]);
})"""
# The words of an element that are not where a reader sees them, or lie below others.
UNSEEN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.data.includes("secret words")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getClientRects()[0];
    scrollTo(0, box.y - 200);
    const now = range.getClientRects()[0];
    const at = document.elementFromPoint(now.x + now.width / 2, now.y + now.height / 2);
    if (!at || !at.contains(node)) found.push(node.parentElement.outerHTML);
  }
  return found;
}"""


@pytest.fixture
def watched(browser: Browser, serve: Callable[..., str]) -> Iterator[tuple[Page, Watch]]:
    """A page with scripts on, and who watches it."""
    base = serve()
    context = browser.new_context(viewport={"width": 1366, "height": 900}, service_workers="block", locale="en")
    page, watch = context.new_page(), Watch(base)
    watch.over(context)
    yield page, watch
    context.close()


def test_nothing_of_the_newer_tricks_happens(office: World, watched: tuple[Page, Watch]) -> None:
    """Many in each mail, in frames, tabbed through; and each charset's trick."""
    page, watch = watched
    raws = [letter(html) for _, html in hostile_tricks.packed(hostile_tricks.tricks())]
    raws += [raw for _, raw in (*hostile_fields.charsets(), *hostile_fields.mails())]
    addresses = [f"{watch.base}/mails/{mail_id}/html" for mail_id in take(office.services, raws)]
    page.goto(f"{watch.base}/queue")
    for begin in range(0, len(addresses), AT_ONCE):
        page.evaluate(FRAMES, [addresses[begin : begin + AT_ONCE], FRAME_SANDBOX])
        for _ in range(3):
            page.keyboard.press("Tab")
        assert watch.seen == []
        assert page.evaluate("window.__x") is None
        assert page.url == f"{watch.base}/queue"


def test_a_browser_sees_nothing_strange(browser: Browser) -> None:
    """Every hostile page, cleaned, is a tree of harmless elements to the parser that counts."""
    from tests.unit.confine.looked_at import ATTRIBUTES, ELEMENTS

    pages = [*hostile_html.pages(), *hostile_tricks.tricks()]
    documents = [sanitise(f"<p>Dear office,</p>{html}", {}, lambda content: None).html for _, _, html in pages]
    context = browser.new_context()
    strange = context.new_page().evaluate(STRANGE, [documents, sorted(ELEMENTS), sorted(ATTRIBUTES)])
    context.close()
    assert [(pages[n][:2], what) for n, what in strange] == []
    assert len(documents) > 450


def test_no_words_are_covered_and_links_say_where_they_lead(browser: Browser) -> None:
    """Boxes lie beside each other whatever their styles; the address behind a link is read from its start."""
    context = browser.new_context(viewport={"width": 760, "height": 600})
    page = context.new_page()
    for _, name, html in hostile_tricks.deceit():
        if not name.startswith(("cover", "label", "hidden")):
            continue
        page.set_content(sanitise(f"<p>Dear office,</p>{html}", {}, lambda content: None).html)
        assert page.evaluate(UNSEEN) == [], name
        for label in page.evaluate(
            "[...document.querySelectorAll('a[href]')].map(link => getComputedStyle(link, '::after')).map(style => "
            "[style.direction, style.textIndent, style.textTransform, style.unicodeBidi, parseFloat(style.width) > 100])"
        ):
            assert label == ["ltr", "0px", "none", "isolate", True], name
    context.close()


def stored(office: World, *only: str) -> dict[str, int]:
    """An office with a mail of each hostile word and of each odd place: name → queue item."""
    raws = {name: hostile_fields.letter(words, n) for n, (name, words) in enumerate(hostile_fields.WORDS.items())}
    raws |= dict(hostile_fields.mails())
    raws = {name: raw for name, raw in raws.items() if name in only or not only}
    names = dict(zip(take(office.services, raws.values()), raws, strict=True))
    office.services.processor.run_dry()
    with office.services.store.read() as uow:
        return {names[item.mail_id]: item.id for item in uow.reviews.find(limit=500) if item.mail_id in names}


def test_places_are_words(office: World, watched: tuple[Page, Watch], client: TestClient) -> None:
    """In lists and on items: no script, request or dialog; no page broader than its window, no control covered."""
    page, watch = watched
    placed = stored(office)
    seen = [f"/queue/{placed[name]}?tab=text" for name in SPOILING]
    seen += [f"/queue/{placed[name]}?tab=files" for name in ("code", "types", "tnef", "turned-round")]
    seen += ["/queue", "/queue?newest=true", "/audit", "/outbox"]
    for path in seen:
        answer = page.goto(watch.base + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate(SPOILT) == [], path
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate(SPOILT) == [], path
        page.set_viewport_size({"width": 1366, "height": 900})
        assert page.evaluate("window.__x") is None, path
        assert watch.seen == [], path
    assert len(placed) > 55
    for n, (name, item) in enumerate(placed.items()):
        answer_ = client.get(f"/queue/{item}?tab={('text', 'html', 'files', 'source')[n % 4]}")
        assert answer_.status_code == 200, name
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069").intersection(answer_.text), name
        assert "<img src=x" not in answer_.text.lower(), name


def test_files_are_saved_or_pictures(office: World, client: TestClient) -> None:
    """Whatever they are called, and say to be: no route gives them out as a page."""
    mails = take(
        office.services, [hostile_fields.filed(hostile_fields.polyglots()), dict(hostile_fields.mails())["types"]]
    )
    shown = ("application/octet-stream", "application/pdf", "image/", "application/zip")
    for mail_id in mails:
        for n in range(26 if mail_id == mails[0] else 9):
            file = client.get(f"/mails/{mail_id}/files/{n}")
            assert file.status_code == 200, n
            assert file.headers["content-disposition"].startswith("attachment; ")
            assert file.headers["content-type"].startswith(shown), n
            assert file.headers["content-security-policy"].startswith("sandbox")
            picture = client.get(f"/mails/{mail_id}/files/{n}/picture")
            assert picture.status_code in (200, 422), n
            if picture.status_code == 200:
                assert picture.headers["content-type"] in ("image/png", "image/jpeg", "image/webp"), n
                assert b"<script" not in picture.content, n


def test_an_answer_is_no_way_out(office: World, client: TestClient) -> None:
    """What a mail says becomes no header of our answer, no template of ours, and nothing that is looked up."""
    for name, item in stored(office, "header-injection", "template-engines", "jinja-deep", "two-subjects").items():
        page = client.get(f"/queue/{item}")
        version = page.text.split('data-version="')[1].split('"')[0]
        sent = client.post(
            f"/queue/{item}/answer",
            data={"text": "{{7*7}} %s ${x} 馆员", "seen": version},
            headers={"accept": "application/json"},
        )
        assert sent.status_code in (200, 422), (name, sent.text)
    with office.services.store.read() as uow:
        entries = [entry for entry in uow.outbox.find(limit=500) if "7*7" in str(entry.request.data)]
    assert len(entries) >= 3
    for entry in entries:
        raw = client.get(f"/outbox/{entry.id}/mail.eml").content
        mail = message_from_bytes(raw, policy=default)
        assert not {"bcc", "x-injected"} & {header.lower() for header in mail}
        assert "{{7*7}}" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        framed = client.get(f"/outbox/{entry.id}/mail.html")
        assert framed.headers["x-dns-prefetch-control"] == "off"
        assert "49" not in framed.text.partition("{{7*7}}")[2][:20]


def test_a_mail_that_would_end_a_browser(office: World, watched: tuple[Page, Watch]) -> None:
    """Boxes within boxes, spans across spans: the page is there, and its keys work."""
    page, watch = watched
    deep = "<div style='display:inline-block;width:99%'>" * 390 + "words"
    spans = "<table>" + "<tr><td rowspan=999 colspan=99>x" * 900
    ids = take(office.services, [letter(deep), letter(spans)])
    office.services.processor.run_dry()
    with office.services.store.read() as uow:
        items = [item.id for item in uow.reviews.find(limit=500) if item.mail_id in ids]
    for item in items:
        page.goto(f"{watch.base}/queue/{item}?tab=html", wait_until="load", timeout=60_000)
        page.keyboard.press("?")
        assert page.locator("dialog#help").is_visible()
    assert len(items) == 2
    assert watch.seen == []


def test_the_watch_would_see_it(browser: Browser) -> None:
    """The same pages, neither cleaned nor under a policy: a good part of them run or fetch."""
    context = browser.new_context()
    seen: list[str] = []

    def answer(route: Route) -> None:
        seen.append(route.request.url)
        route.abort()

    context.route("**/*", answer)
    context.on("dialog", lambda dialog: (seen.append("dialog"), dialog.dismiss()))
    caught = 0
    for _, html in list(hostile_tricks.packed(hostile_tricks.tricks()))[::3]:
        seen.clear()
        page = context.new_page()
        page.set_content(html, wait_until="commit")
        page.wait_for_timeout(150)
        caught += bool(seen)
        page.close()
    context.close()
    assert caught >= 4
