"""Hostile mails in a real browser whose scripts are on: nothing of them runs, no request leaves, nothing covers us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Error, Page, Request, Route

from maild.confine.cleaning.sanitise import FRAME_SANDBOX, VIEW_CSP
from tests.console.world import World, take
from tests.corpus import hostile_html
from tests.servers.chromium import launch_type
from tests.share import share

pytestmark = [pytest.mark.integration, pytest.mark.long, pytest.mark.timeout(900)]
AT_ONCE = 16  # frames
FRAMES = """async ([addresses, sandbox]) => {
  document.querySelectorAll('iframe.tried').forEach(one => one.remove());
  await Promise.all(addresses.map(address => new Promise(done => {
    const frame = document.createElement('iframe');
    frame.className = 'tried';
    frame.setAttribute('sandbox', sandbox);
    frame.onload = done;
    frame.src = address;
    document.body.append(frame);
  })));
}"""


@dataclass
class Watch:
    """What a browser was seen to do that it should not."""

    base: str
    seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("dialog", self._dialog)
        context.on("console", self._console)
        context.on("page", lambda page: self.seen.append(f"a window: {page.url}"))

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base}/", "data:image/")):
            self.seen.append(f"a request: {request.url[:200]}")

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"a dialog: {dialog.message}")
        with suppress(Error):  # it went with its page
            dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        """What was tried in vain: a policy that had to hold is a cleaning that failed."""
        if any(word in message.text for word in ("Refused", "Blocked", "violates", "Mixed Content")):
            self.seen.append(f"tried: {message.text[:200]}")


def letter(html: str) -> bytes:
    """A mail of that HTML; whatever its characters are."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "patron@patron.example", "office@demo.example", "hello"
    mail.set_content(f"<p>Dear office,</p>{html}".encode("utf-8", "replace").decode(), subtype="html")
    return mail.as_bytes()


@pytest.fixture
def mails(office: World) -> dict[str, int]:
    """Every hostile page and mail of ours, stored: name → id."""
    raws = {f"{kind}-{name}": letter(html) for kind, name, html in hostile_html.pages()}
    raws |= {f"mail-{name}": raw for name, raw in hostile_html.mails()}
    return dict(zip(raws, take(office.services, raws.values()), strict=True))


@pytest.fixture
def watched(browser: Browser, serve: Callable[..., str]) -> Iterator[tuple[Page, Watch]]:
    """A page of the console, scripts on, and who watches it."""
    base = serve()
    context = browser.new_context(viewport={"width": 1366, "height": 768}, service_workers="block")
    page = context.new_page()
    watch = Watch(base)
    watch.over(context)
    page.goto(f"{base}/queue")
    yield page, watch
    context.close()


def test_nothing_happens_in_the_frame(watched: tuple[Page, Watch], mails: dict[str, int]) -> None:
    """Each as the console shows it: no script, dialog, window or request; not even one that the policy stops."""
    page, watch = watched
    addresses = {name: f"{watch.base}/mails/{mail_id}/html" for name, mail_id in mails.items()}
    names = list(addresses)
    for begin in range(0, len(names), AT_ONCE):
        batch = names[begin : begin + AT_ONCE]
        page.evaluate(FRAMES, [[addresses[name] for name in batch], FRAME_SANDBOX])
        for _ in range(3):
            page.keyboard.press("Tab")
        assert watch.seen == [], batch
        assert page.evaluate("window.__x") is None, batch
        assert page.url == f"{watch.base}/queue"
    assert len(names) > 250


def test_nothing_happens_on_a_page_of_its_own(watched: tuple[Page, Watch], mails: dict[str, int]) -> None:
    """Opened by its address, with the policy alone, moved over and tabbed through."""
    page, watch = watched
    for name, mail_id in share(mails.items(), 6):
        answer = page.goto(f"{watch.base}/mails/{mail_id}/html", wait_until="load")
        assert answer is not None
        assert answer.status in (200, 404), name
        page.mouse.move(30, 30)
        page.mouse.move(60, 60)
        page.keyboard.press("Tab")
        assert watch.seen == [], name
        assert page.evaluate("window.__x") is None, name
        assert page.url == f"{watch.base}/mails/{mail_id}/html", name


def test_the_item_as_staff_see_it(
    office: World, watched: tuple[Page, Watch], browser: Browser, serve: Callable[..., str]
) -> None:
    """Through the page itself: the frame is a sandbox, the mail's words are read, what was left out is told."""
    page, watch = watched
    everything = "".join(html for kind, _, html in hostile_html.pages() if kind in ("handlers", "tracking"))
    (mail_id,) = take(office.services, [letter(everything)])
    office.services.processor.run_dry()
    with office.services.store.read() as uow:
        item = next(i for i in uow.reviews.find() if i.mail_id == mail_id)
    page.goto(f"{watch.base}/queue/{item.id}?tab=html", wait_until="networkidle")
    frame = page.locator("iframe.shown")
    assert frame.get_attribute("sandbox") == FRAME_SANDBOX
    assert "Dear office," in page.frame_locator("iframe.shown").locator("body").inner_text()
    assert "leak.example" in page.locator(".blocked").inner_text()
    page.goto(f"{watch.base}/queue/{item.id}?tab=source", wait_until="networkidle")
    page.goto(f"{watch.base}/queue/{item.id}?tab=text", wait_until="networkidle")
    assert watch.seen == []


def test_the_watch_sees(browser: Browser) -> None:
    """The same pages, neither cleaned nor under a policy, are caught: a good part of them do run or fetch here."""
    pages = {f"{kind}-{name}": html for kind, name, html in share(hostile_html.pages(), 12)}
    caught, ended, own = 0, dict[str, str](), _launched(browser)
    for name, html in pages.items():
        try:
            caught += _caught(own, html)
        except Error as error:  # some may end a browser: it is not the one that the other tests use
            if own.is_connected():
                raise
            ended[name], own = str(error)[:200], _launched(browser)
    own.close()
    assert caught >= len(pages) / 4
    assert len(ended) <= 1 + len(pages) / 50, ended


def _launched(browser: Browser) -> Browser:
    return launch_type(browser.browser_type)


def _caught(browser: Browser, html: str) -> bool:
    context = browser.new_context()  # what one has opened must not stop the next
    watch = Watch("https://console.example")
    watch.over(context)
    context.route("**/*", _nowhere)
    page = context.new_page()
    page.goto("https://console.example/blank")
    watch.seen.clear()
    page.set_content(html, wait_until="commit")
    for _ in range(8):
        page.wait_for_timeout(30)
        if watch.seen:
            break
    context.close()
    return bool(watch.seen)


def _nowhere(route: Route) -> None:
    if route.request.url.startswith("https://console.example/"):
        route.fulfill(body="<p>blank", content_type="text/html")
    else:
        route.abort()


def test_the_policy_alone_would_do(browser: Browser) -> None:
    """Not cleaned at all, under the policy of the frame: nothing runs, no picture or style sheet is fetched."""
    pages = {f"{kind}-{name}": html for kind, name, html in hostile_html.pages()}
    context = browser.new_context()
    page, ran = context.new_page(), list[str]()
    context.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    left: list[str] = []

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix("https://console.example/")
        if name in pages:
            headers = {"Content-Security-Policy": VIEW_CSP, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(body=pages[name].encode("utf-8", "replace"), headers=headers)
        else:
            left.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    for name in share(pages, 6):
        page.goto(f"https://console.example/{name}", wait_until="load")
        assert page.evaluate("window.__x") is None, name
        assert ran == [], name
        assert [url for url in left if not url.endswith("/favicon.ico")] == [], name
    context.close()
