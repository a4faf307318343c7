"""Hostile words in every place that others fill, on every page, in a browser with scripts on: nothing of them runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from maild.console.access.gate import Gate
from maild.domain.desk.access import Role
from tests.console.test_hostile_html import Watch
from tests.console.tour import paths
from tests.console.world import World, take
from tests.share import share

pytestmark = [pytest.mark.integration, pytest.mark.long, pytest.mark.timeout(600)]
JS = "window.__x=1;alert(1)"
LEAK = "https://leak.example"
# What would break out of text, of an attribute, of JSON, of a script, of a template, of an address.
WORDS = (
    f"<img src={LEAK}/a.png onerror={JS}>", f'"><script>{JS}</script>', f"' autofocus onfocus={JS} x='",
    f"</title><svg onload={JS}>", f"</textarea><script src={LEAK}/x.js></script>", f"javascript:{JS}",
    f"]]><script>{JS}</script>", f"--><img src=x onerror={JS}>", "{{ 7*'7' }}{% for x in 'ab' %}{{ x }}{% endfor %}",
    f"${{{JS}}}`{JS}`", f"\\u003cimg src=x onerror={JS}\\u003e", f"&lt;img src=x onerror={JS}&gt;",
    f"<style>@import '{LEAK}/s.css';</style>", f"<link rel=dns-prefetch href={LEAK}>", f"<base href={LEAK}/>",
    f"<meta http-equiv=refresh content='0;url={LEAK}'>", f"<iframe srcdoc='<script>{JS}</script>'>",
    f"<a href='javascript:{JS}' ping={LEAK}>pay here</a>", f"<form action={LEAK}><button>ok</button></form>",
    f"\u202ecod.exe {JS}", f"\u2028{JS}", f"<math><mtext><table><mglyph><style><img src=x onerror={JS}>",
)  # fmt: skip


def letter(words: str, n: int) -> bytes:
    """A mail all of whose parts say it: names, subject, text, HTML, the name of a file and what is in it."""
    line = words.replace("\u2028", " ")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{line.replace(chr(92), "").replace(chr(34), "")[:60]}" <reader{n}@patron.example>'
    mail["To"], mail["Subject"] = "office@demo.example", f"{line[:180]} {n}"
    mail["Message-ID"] = f"<{n}.hostile@patron.example>"
    mail.set_content(f"请问 2026112000101 到了吗？ {words}\nAmount: {words}\n")
    mail.add_alternative(f"<p>Dear office, {words}</p>", subtype="html")
    mail.add_attachment(f"<script>{JS}</script>".encode(), maintype="text", subtype="html", filename=line[:120])
    return mail.as_bytes()


@pytest.fixture
def office(furnished_office: World) -> World:
    """With something on every page."""
    return furnished_office


@pytest.fixture
def filled_with(office: World, examples: Mapping[str, str]) -> tuple[World, Mapping[str, str], list[int]]:
    """An office whose patrons, requests, notes, accounts and mails are such words; what stands for parameters; items."""
    services, now = office.services, office.services.clock.now()
    mails = take(services, [letter(words, n) for n, words in enumerate(WORDS)])
    services.processor.run_dry()
    gate = Gate(services)
    for n, words in enumerate(WORDS[:6]):
        gate.staff.add(f"x{n}", Role.LIBRARIAN, actor=words, display=words)
    with services.store.begin() as uow:
        known = uow.transactions.get_many(["2026112000101", "2026112000102"])
        uow.transactions.upsert([replace(one, title=WORDS[0] + WORDS[1], provider=WORDS[3]) for one in known], now)
        patrons = uow.patrons.get_many(["p01", "p02"])
        uow.patrons.upsert([replace(one, name=WORDS[1], department=WORDS[2]) for one in patrons], now)
        items = [item.id for item in uow.reviews.find(limit=500) if item.mail_id in mails]
    assert len(items) >= len(WORDS) // 2
    for n, item in enumerate(items):
        services.queue_acts.note(item, WORDS[n % len(WORDS)], actor="li")
    return office, examples, items


@pytest.fixture
def watched(browser: Browser, serve: Callable[..., str]) -> Iterator[tuple[Page, Watch]]:
    """A page with scripts on, and who watches it."""
    base = serve()
    context = browser.new_context(viewport={"width": 1366, "height": 900}, service_workers="block")
    page, watch = context.new_page(), Watch(base)
    watch.over(context)
    yield page, watch
    context.close()


def test_hostile_words_are_words(
    filled_with: tuple[World, Mapping[str, str], list[int]], watched: tuple[Page, Watch]
) -> None:
    """On every page, on every item and tab, and in what is searched for: no script, window, dialog, request."""
    page, watch = watched
    _, examples, items = filled_with
    seen = [path for _, path in paths(examples)]
    seen += [f"/queue/{item}?tab={tab}" for item in share(items, 3) for tab in ("text", "html")]
    seen += [f"/queue/{item}?tab={tab}" for item in share(items, 8) for tab in ("files", "source")]
    for path in seen:
        answer = page.goto(watch.base + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("window.__x") is None, path
        assert watch.seen == [], path
        assert page.url == watch.base + path


def test_what_is_asked_for_is_words(watched: tuple[Page, Watch]) -> None:
    """Searches, filters and errors say what was asked, and no more."""
    page, watch = watched
    asked = (("/queue", "text"), ("/transactions", "text"), ("/patrons", "text"), ("/audit", "actor"),
             ("/queue", "after"), ("/nowhere", "x"), ("/outbox", "text"))  # fmt: skip
    for n, words in enumerate(WORDS * 2):
        path, name = asked[n % len(asked)]
        page.goto(f"{watch.base}{path}?{urlencode({name: words})}")
        assert page.evaluate("window.__x") is None, (path, words)
        assert watch.seen == [], (path, words)


def test_events_are_words(office: World, watched: tuple[Page, Watch]) -> None:
    """What a colleague calls themselves, in the line that says who looks on, and who was faster."""
    page, watch = watched
    with office.services.store.read() as uow:
        item = uow.reviews.find(limit=1)[0]
    page.goto(f"{watch.base}/queue/{item.id}")
    with office.services.store.begin() as uow:
        uow.viewers.note([(item.id, WORDS[0])], office.services.clock.now())
    expect(page.locator("#others")).to_contain_text("onerror")
    office.services.acts.dismiss(item.id, actor=WORDS[0], note=WORDS[1], seen=item.version)
    expect(page.locator("#others a")).to_be_visible()
    assert page.locator("#others img, #others script").count() == 0
    assert page.evaluate("window.__x") is None
    assert watch.seen == []


def test_pages_in_the_background_leave_the_line_free(watched: tuple[Page, Watch]) -> None:
    """A browser has six connections to a host: eight pages that listen would leave none to work with."""
    page, watch = watched
    others = []
    for _ in range(7):
        other = page.context.new_page()
        other.add_init_script("Object.defineProperty(document, 'hidden', {get: () => window.away === true})")
        other.goto(f"{watch.base}/queue", wait_until="load", timeout=15_000)
        other.evaluate("window.away = true; document.dispatchEvent(new Event('visibilitychange'))")
        others.append(other)
    page.goto(f"{watch.base}/queue", wait_until="load", timeout=15_000)
    others[0].evaluate(
        "window.away = false; window.heard = new Promise(done => {"
        " const real = EventSource.prototype.addEventListener;"
        " EventSource.prototype.addEventListener = function (...said) { done(true); return real.apply(this, said) } });"
        " document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert others[0].evaluate("window.heard") is True
