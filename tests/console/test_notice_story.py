"""An administrator changes the words of a notice in a real browser: refused, mended, seen, kept, sent, taken back."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from tests.console.stand_in import StandIn
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.integration
T = TypeVar("T")
TEXT, HTML = "#words-text", "#words-html"


def beside(work: Callable[[], T]) -> T:
    """In a thread of its own: the browser's loop has this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=60)


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    beside(server.__enter__)
    try:
        yield server
    finally:
        beside(lambda: server.__exit__(None, None, None))


@pytest.fixture
def posting(filled: tuple[Path, Any], tmp_path: Path) -> Iterator[tuple[World, SmtpServer, str]]:
    """An office that sends, and its console."""
    with smtp_server() as smtp:
        settings = smtp.settings(per_recipient_hourly=1000, daily_budget=0)
        with world(filled[0], tmp_path / "office", filled[1], MovedClock(NOW), smtp=settings) as office:
            with office.services.store.begin() as uow:
                for waiting in uow.outbox.find(limit=1000):
                    uow.outbox.mark(waiting.id, OutboxState.CANCELLED, now=NOW)
                uow.patrons.upsert(
                    [Patron(patron_id="mei", name="Mei", emails=(PatronAddress(address="mei@one.example"),))], NOW
                )
            server = Server(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
            server.start()
            try:
                yield office, smtp, server.url
            finally:
                server.stop()


def sent(office: World, smtp: SmtpServer, number: str) -> tuple[str, str]:
    """One more cancellation through the relay: its text and HTML."""
    with office.services.store.begin() as uow:
        uow.transactions.upsert(
            [Transaction(number=number, patron_id="mei", title="A title", state=State.CANCELLED)], NOW
        )
        uow.outbox.add([NoticeRequest(kind=NoticeKind.CANCELLED, subject=number, number=number, patron_id="mei",
                                      recipient="mei@one.example", locale="en")], NOW)  # fmt: skip

    async def rounds() -> None:
        await office.services.relay.run_once()
        await office.services.relay.close()

    beside(lambda: asyncio.run(rounds()))
    mail = email.message_from_bytes(smtp.mails[-1].raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    plain, html = (mail.get_body((form,)) for form in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def change(page: Page, field: str, old: str, new: str) -> None:
    """Type other words."""
    body = page.input_value(field)
    assert old in body
    page.fill(field, body.replace(old, new))


def test_words_are_changed_and_taken_back(posting: tuple[World, SmtpServer, str], browser: Browser) -> None:
    """The judge answers while one types; nothing wrong is kept; the next notice has the new words; then the old."""
    office, smtp, url = posting
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(f"{url}/notices")
        page.click("a:has-text('request cancelled')")
        page.click("nav.tabs a:has-text('English')")
        page.wait_for_selector("html[data-ready]")
        preview = page.frame_locator("[data-preview] iframe")
        expect(preview.locator("body")).to_contain_text("Your request is cancelled")

        change(page, HTML, "<p style", "<p>{{ nope }}</p><p style")
        expect(page.locator("#findings li.grave")).to_contain_text("'nope'")
        expect(page.locator("#findings li.grave")).to_contain_text("HTML")
        page.click("#editor button.main")
        expect(page.locator(".flash.failed")).to_contain_text("'nope'")
        assert "{{ nope }}" in page.input_value(HTML)  # what was typed is not lost

        change(page, HTML, "<p>{{ nope }}</p>", "")
        change(page, HTML, "Your request is cancelled", "We took your request back")
        change(page, TEXT, "Your request is cancelled", "We took your request back")
        expect(page.locator("#findings .good")).to_be_visible()
        expect(preview.locator("body")).to_contain_text("We took your request back")
        page.locator("[data-preview] summary").click()
        expect(page.locator("[data-text]")).to_contain_text("We took your request back")
        page.click("[data-preview] [data-width=desktop]")
        expect(page.locator("[data-preview] iframe")).to_have_class("shown desktop")
        assert "We took" not in "".join(sent(office, smtp, "2026112490001"))

        page.fill("#editor input[name=note]", "kinder words")
        page.click("#editor button.main")
        expect(page.locator(".flash.done")).to_contain_text("in force")
        expect(page.locator(".timeline").first).to_contain_text("kinder words")
        text, html = sent(office, smtp, "2026112490002")
        assert "We took your request back" in text
        assert "We took your request back" in html

        for form in ("text", "html"):
            page.locator(
                f"form:has(input[value='cancelled.en.{'txt' if form == 'text' else form}.j2']) button:has-text('Back to')"
            ).click()
            expect(page.locator(".flash.done")).to_contain_text("as shipped again")
            page.wait_for_selector("html[data-ready]")
        assert "Your request is cancelled" in sent(office, smtp, "2026112490003")[0]
        # The page with faulty words is refused with 422, which the browser's console tells; nothing else is wrong.
        assert [fault for fault in faults if "422" not in fault] == []
        assert all(address.startswith((url, "data:")) for address in asked)
    finally:
        context.close()


def test_hostile_words_do_nothing_in_the_preview(posting: tuple[World, SmtpServer, str], browser: Browser) -> None:
    """What an editor pastes is not even drawn: nothing runs, nothing is fetched."""
    _, _, url = posting
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
    page = context.new_page()
    dialogs: list[str] = []

    def shut(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", shut)
    with socket.create_server(("127.0.0.1", 0)) as tracker:
        tracker.setblocking(False)
        track = f"http://127.0.0.1:{tracker.getsockname()[1]}"
        try:
            page.goto(f"{url}/notices/cancelled?locale=en")
            page.wait_for_selector("html[data-ready]")
            change(page, HTML, "<p style", "<script>alert(1)</script><img src=x onerror=alert(2)>"
                   f"<img src='{track}/1.png'><link rel=stylesheet href='{track}/2.css'>"
                   f"<meta http-equiv=refresh content='0;url={track}/3'><iframe src='{track}/4'></iframe>"
                   "<p onclick='alert(3)'>Hostile</p><p style")  # fmt: skip
            expect(page.locator("#findings li.grave").first).to_be_visible()
            page.wait_for_timeout(500)
            assert dialogs == []
            with pytest.raises(BlockingIOError):
                tracker.accept()
            assert page.evaluate("() => document.querySelector('[data-preview] iframe').contentDocument") is None
        finally:
            context.close()
